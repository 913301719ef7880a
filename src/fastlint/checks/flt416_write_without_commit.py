"""FLT416: what is written must be committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report writes that nothing commits."""
    for site, way in project.unsaved.all():
        module = way.node.module
        at = module.span(site.call.start, site.call.end)
        func = module.facts.source.text(site.call.func.start, site.call.func.end)
        yield Finding(
            at=at,
            message=f"What `{func}` writes {way.place} is never committed",
            trace=way.trace(at, "writes"),
        )
