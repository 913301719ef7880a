"""FLT102: code on the event loop must not wait for a synchronous HTTP call."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.findings import Finding
    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Every HTTP or DNS wait that holds the event loop, at the call that enters the synchronous side."""
    yield from project.stall_findings.of("FLT102")
