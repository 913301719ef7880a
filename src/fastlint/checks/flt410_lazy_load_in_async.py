"""FLT410: what an async query doesn't load can't be read later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report relationships that are read without having been loaded."""
    for load in project.lazy_loads.all():
        node = load.way.node
        at = node.module.span(load.at.start, load.at.end)
        owner = load.column.owner.name
        reader = " by the response model" if load.serialized else ""
        names = ", ".join(f"`{owner}.{one.name}`" for one in (load.column, *load.others))
        verb, it = ("are", "them") if load.others else ("is", "it")
        yield Finding(
            at=at,
            message=f"{names} {verb} read{reader} {load.way.place}, and the query did not load {it}",
            trace=(
                *load.way.trace(at, "reads the relationship"),
                Step(load.column.span, "is loaded when it is read"),
            ),
        )
