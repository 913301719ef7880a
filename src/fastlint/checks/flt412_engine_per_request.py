"""FLT412: engines and makers of sessions are made once, not per request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report engines and makers of sessions that are made for each request."""
    for site, way, name, is_engine in project.engines.per_request(project.reached):
        at = way.node.module.span(site.call.start, site.call.end)
        what = "opens a new pool of connections" if is_engine else "makes a new maker of sessions"
        yield Finding(
            at=at,
            message=f"`{name}` {what} {way.place}",
            severity=None if is_engine else "warning",
            trace=way.trace(at, f"calls {name}"),
        )
