"""FLT508: outbound calls must verify certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report calls and clients that take any certificate."""
    for one in project.tls.unverified():
        if one.text:
            message = f"`{one.text}` lets `{one.name}` take any certificate"
        else:
            message = f"A context of `{one.name}` takes any certificate"
        yield Finding(at=one.at, message=message, severity="info" if one.placed else None)
