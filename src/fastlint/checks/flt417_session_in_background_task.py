"""FLT417: what runs after a request has a session of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.background_sessions import Outlived
    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report sessions and entities of a request that a task uses after it."""
    # From 0.106 to 0.117 dependencies ended before the answer was sent, and background tasks ran after that.
    ended = project.manifests.surely("fastapi", ">=0.106,<0.118")
    for one in project.background_sessions.all():
        at = one.way.node.module.span(one.site.call.start, one.site.call.end)
        when = (
            "after it was closed" if one.entered or (ended and one.yielded and one.background) else "after the answer"
        )
        yield Finding(
            at=at,
            severity="info" if one.how == "entity" else None,  # what is loaded can still be read
            message=f"{_what(one)} {when if one.background or one.entered else 'beyond the request'}",
            trace=one.way.trace(at, "starts the task"),
        )


def _what(one: Outlived) -> str:
    if one.how == "entity":
        return f"`{one.task}` uses `{one.name}`, an entity of the session of {one.way.user},"
    if one.how == "kept":
        return f"`{one.task}` uses the session that `{one.name}` keeps for {one.way.user}"
    return f"`{one.task}` uses `{one.name}`, the session of {one.way.user},"
