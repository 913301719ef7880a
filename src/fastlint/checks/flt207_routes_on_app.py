"""FLT207: a project with routers must not pile up endpoints on its app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding
from fastlint.model.layers import is_test
from fastlint.model.routers import Route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report apps that many endpoints are declared on, in projects that have routers."""
    most = project.settings.routes_on_app
    if not any(any(isinstance(one, Route) for one in r.entries) for r in project.routes.routers if r.kind == "router"):
        return
    for app in project.routes.apps:
        functions = {one.function for one in app.entries if isinstance(one, Route) and one.function is not None}
        if len(functions) > most and not is_test(app.scope.module.path):
            yield Finding(
                at=app.span,
                message=f"{len(functions)} endpoints are declared on the app itself, though the project has routers",
            )
