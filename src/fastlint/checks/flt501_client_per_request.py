"""FLT501: an HTTP client and its pool must outlive the request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report clients that are made for each request."""
    for site, way, name in project.clients.per_request(project.reached):
        at = way.node.module.span(site.call.start, site.call.end)
        special = project.clients.is_special(site.call, way.node)
        is_class = name.rpartition(".")[2][0].isupper()
        message = f"`{name}` is made anew" if is_class else f"`{name}` makes a client of its own"
        yield Finding(
            at=at,
            message=f"{message} {way.place}",
            severity="info" if special else None,
            trace=way.trace(at, f"makes a new {name}" if is_class else f"calls {name}"),
        )
