"""FLT414: rows are loaded together, not one query a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report queries that run once for each row of another."""
    for one in project.repeated_queries.all():
        yield Finding(
            at=one.at,
            message=f"`{one.asked}` asks the database once for each row {one.way.place}",
            trace=one.way.trace(one.at, "asks once for each row"),
        )
