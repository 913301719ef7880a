"""FLT421: an async engine is disposed of when its app stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Assign, Name
from fastlint.findings import Finding
from fastlint.model.layers import is_test

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project

_MAKES = b"create_async_engine"


def check(project: Project) -> Iterator[Finding]:
    """Report async engines of an app that nothing disposes of."""
    # timid: whichever engine is disposed of, by whom, isn't asked
    if any(b".dispose" in one.facts.source.data for one in project.modules.by_path.values() if not is_test(one.path)):
        return
    for site, scope in project.engines.undisposed(one.scope for one in project.startup.scopes(_MAKES)):
        statement = site.statement
        target = statement.targets[0] if isinstance(statement, Assign) else None
        name = f"`{target.id}`" if isinstance(target, Name) else "An async engine"
        yield Finding(
            at=scope.module.span(site.call.start, site.call.end),
            message=f"{name} is never disposed of: its connections stay open when the app stops",
        )
