"""FLT218: a router that is included once carries its own prefix and tags."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from fastlint.findings import Finding
from fastlint.model.routing_fixes import give_to_the_router

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project

_MOVED = ("prefix", "tags")


def check(project: Project) -> Iterator[Finding]:
    """Report prefixes and tags that are given where a router is included once."""
    times = Counter(include.child for include in project.routes.includes)
    for include in project.routes.includes:
        if times[include.child] > 1 or include.via is not None or include.child.kind != "router":
            continue
        names = [name for name in _MOVED if include.option(name) is not None and include.child.option(name) is None]
        if names:
            what = " and ".join(f"`{name}`" for name in names)
            verb = "belongs" if len(names) == 1 else "belong"
            yield Finding(
                at=include.span,
                message=f"{what} {verb} on the router itself, which is included nowhere else",
                fix=give_to_the_router(include, names),
            )
