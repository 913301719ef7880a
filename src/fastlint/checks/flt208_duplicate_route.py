"""FLT208: a method and path must be registered once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.overlaps import Overlap
    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report the later of two registrations that answer the same URLs."""
    for overlap in project.overlaps.all:
        if overlap.same:
            first = overlap.first.route
            yield Finding(
                at=overlap.second.route.stands,
                message=_message(overlap),
                trace=(Step(first.span, f"`{overlap.first.label}` is registered here, too"),),
            )


def _message(overlap: Overlap) -> str:
    first, second = overlap.first.route, overlap.second.route
    here = second.scope.module
    winner = first.function.name_in(here) if first.function else "another endpoint"
    loser = second.function.name_in(here) if second.function else "this endpoint"
    what = f"`{', '.join(overlap.methods)} {overlap.second.path}`"
    if not overlap.ordered:
        return f"{what} is registered for both `{winner}` and `{loser}`, of which only one is ever called"
    return f"{what} is already registered for `{winner}`, so `{loser}` is never called"
