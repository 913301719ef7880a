"""FLT509: outbound HTTP should go by the client of httpx that the project has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report calls of other libraries where the project has httpx."""
    for one in project.other_clients.all():
        where = f"which `{one.home.name}` uses"
        yield Finding(at=one.at, message=f"`{one.name}` is called in a project that has `{one.beside}`, {where}")
