"""FLT109: code on the event loop must not start another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.findings import Finding
    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Every start of an event loop on the running one, at the call that enters the synchronous side."""
    yield from project.stall_findings.of("FLT109")
