"""FLT204: services and repositories must not speak of the web framework."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report what services and repositories import of the framework's request and response side."""
    for use in project.framework_use.all():
        role = "Repository" if use.role == "repo" else "Service"
        if use.raised:
            message = (
                f"{role} `{use.module.name}` raises `{use.name}`: which status it means is the endpoint's business"
            )
        else:
            message = f"{role} `{use.module.name}` imports `{use.name}` from the web framework"
        style = use.name == "Depends" and project.framework_use.is_injected_style
        yield Finding(at=use.span, message=message, severity="info" if style else None)
