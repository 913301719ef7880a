"""FLT209: a route must be registered before the wider ones that match its URLs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding, Step
from fastlint.model.routing_fixes import move_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report routes that come after a wider one, and mounts in front of routes."""
    for overlap in project.overlaps.all:
        if overlap.same:
            continue
        first, second = overlap.first, overlap.second
        methods = ", ".join(overlap.methods)
        yield Finding(
            at=second.route.stands,
            message=f"`{methods} {second.path}` is never reached: "
            f"`{first.path}`, registered before it, takes its requests",
            trace=(Step(first.route.span, f"`{first.label}` matches `{second.path}` as well"),),
            fix=move_up(project, overlap),
        )
    for mount, hidden in project.overlaps.mounts():
        one = f"`{hidden[0].label}`"
        what = one if len(hidden) == 1 else f"{len(hidden)} routes registered after it, such as {one}"
        yield Finding(at=mount.span, message=f"Mount `{mount.path or '/'}` takes the requests of {what}")
