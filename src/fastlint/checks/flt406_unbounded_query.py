"""FLT406: an endpoint that reads must not load a whole table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    for load in project.loads.whole_tables():
        yield Finding(
            at=load.at,
            message=f"All rows of `{load.query.entity}` are loaded {load.way.place}, with neither a filter nor a limit",
            trace=load.way.trace(load.at, "loads the rows"),
        )
