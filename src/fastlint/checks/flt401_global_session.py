"""FLT401: a session belongs to one request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project

_HOMES = {
    "module": "is one session for the whole process",
    "class": "is one session for all objects of the class",
    "state": "is one session for the whole app",
    "default": "gets one session, made when the function is defined",
    "object": "is one session of an object that all requests share",
    "cache": "is cached, and gives all requests one session",
}


def check(project: Project) -> Iterator[Finding]:
    """Report sessions that several requests share."""
    for one in project.shared_sessions.all(project.reached):
        used = f", used {one.user.place}" if one.user is not None else ""
        yield Finding(
            at=one.at,
            message=f"`{one.name}` {_HOMES[one.home]}{used}",
            trace=one.user.trace(one.place, "uses the shared session") if one.user is not None else (),
        )
