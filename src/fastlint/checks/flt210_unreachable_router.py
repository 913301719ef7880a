"""FLT210: a router with routes must be included somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding
from fastlint.model.routers import Route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project
    from fastlint.model.routers import Router


def check(project: Project) -> Iterator[Finding]:
    """Report routers whose routes no app serves."""
    for router in project.unreached.all:
        yield Finding(at=router.span, message=f"No app includes this router, so {_lost(router)} not served")


def _lost(router: Router) -> str:
    routes = [entry for entry in router.entries if isinstance(entry, Route)]
    if not routes:
        return "the routers that it includes are"
    if len(routes) == 1:
        return f"`{routes[0].label}` is"
    return f"its {len(routes)} routes, such as `{routes[0].label}`, are"
