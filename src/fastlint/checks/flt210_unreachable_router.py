"""FLT210: a router with routes must be included somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding
from fastlint.model.routers import Route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report routers whose routes no app serves."""
    for router in project.unreached.all:
        routes = [entry for entry in router.entries if isinstance(entry, Route)]
        what = f"its {len(routes)} routes are" if len(routes) > 1 else "what is registered on it is"
        first = f", `{routes[0].label}` first," if len(routes) > 1 else ""
        yield Finding(at=router.span, message=f"No app includes this router: {what}{first} not served")
