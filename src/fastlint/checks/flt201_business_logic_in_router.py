"""FLT201: endpoints must orchestrate, not compute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report endpoints in whose bodies enough is worked out."""
    for endpoint in project.routes.endpoints:
        if endpoint.is_websocket or project.logic.renders(endpoint):
            continue
        logic = project.logic.of(endpoint.function)
        if logic.score >= project.settings.logic_threshold:
            yield Finding(
                at=endpoint.function.name_span,
                message=f"Endpoint `{endpoint.function.name}` computes rather than orchestrates: {logic.text}",
            )
