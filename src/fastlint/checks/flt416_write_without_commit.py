"""FLT416: what is written must be committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report writes that nothing commits."""
    for write, way in project.unsaved.all():
        yield Finding(
            at=write.at,
            message=f"What `{write.name}` writes {way.place} is never committed",
            trace=way.trace(write.at, "writes"),
        )
