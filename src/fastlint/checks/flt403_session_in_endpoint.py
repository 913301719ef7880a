"""FLT403: request code takes the request's session, it does not make one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report sessions that request code makes for itself."""
    for site, way in project.session_use.on_the_spot():
        if project.health.named_by(way.root.label):
            continue
        at = way.node.module.span(site.call.start, site.call.end)
        source = way.node.module.facts.source
        made = f"{source.text(site.call.func.start, site.call.func.end)}()"
        if made == "next()":
            made = source.text(site.call.start, site.call.end)
        yield Finding(
            at=at,
            message=f"`{made}` makes a session of its own {way.place}",
            trace=way.trace(at, "makes a session"),
        )
