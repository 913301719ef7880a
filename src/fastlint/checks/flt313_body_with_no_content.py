"""FLT313: an answer whose status code allows no body must not be given one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Routes with such a status that return data, and responses that are made with both."""
    for _, made in project.contracts.all:
        for one in made:
            at = project.bodiless.drops(one)
            if at is not None:
                yield Finding(
                    at=at,
                    message=f"`{one.function.name}` ({project.contracts.label(one.route)}) answers {one.status}, "
                    "so what it returns never goes out",
                )
    for function in project.colour.per_request:
        for call, status in project.bodiless.made(function):
            name = function.module.facts.source.text(call.func.start, call.func.end)
            yield Finding(
                at=function.module.span(call.start, call.end),
                message=f"`{name}` in `{function.name}` has a body and status {status}, which allows none",
            )
