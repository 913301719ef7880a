"""FLT217: paths begin with a slash, prefixes begin with one and don't end in one; braces are of parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding
from fastlint.model.arguments import argument
from fastlint.model.paths import template
from fastlint.model.routing_fixes import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.findings import Applicability
    from fastlint.model.nodes import Scope
    from fastlint.model.project import Project
    from fastlint.model.routers import Endpoint, Route


def check(project: Project) -> Iterator[Finding]:
    """Report paths and prefixes with slashes in the wrong places, and braces that are none of a parameter."""
    for router in project.routes.routers:
        option = router.option("prefix")
        if option is not None and router.kind == "router":
            yield from _prefix(router.prefix, *option)
    for include in project.routes.includes:
        option = include.option("prefix")
        if option is not None:
            yield from _prefix(include.prefix, *option)
    for endpoint in project.routes.endpoints:
        for route in endpoint.routes:
            if route.path.startswith("{$"):
                continue  # of a callback: an expression that OpenAPI evaluates
            if template(route.path).has_stray_brace:
                message = f"`{route.path}` has a brace that is part of no parameter, so only URLs with it are served"
                yield Finding(at=route.span, message=message)
            if (route.path and route.path[0] not in "/{:.-~_") or (
                route.path.startswith("{") and "?}" not in route.path
            ):
                yield from _path(endpoint, route)


def _prefix(text: str, expr: Expr, scope: Scope) -> Iterator[Finding]:
    start, end = text and text[0] not in "/{", text.endswith("/")
    if start or end:
        where = "doesn't start with `/`" if start else "ends with `/`"
        slash = "" if text[:1] == "/" else "/"
        fixed = f"{slash}{text.rstrip('/')}"
        yield Finding(
            at=scope.module.span(expr.start, expr.end),
            message=f"Prefix `{text}` {where}, which fails at import",
            fix=quoted(expr, scope, fixed, "safe") if "?}" not in text else None,
        )


def _path(endpoint: Endpoint, route: Route) -> Iterator[Finding]:
    served = [one for one in endpoint.served if one.route is route]
    full = {one.path for one in served} or {route.router.prefix + route.path}
    if any("?}" in path for path in full):
        return
    expr = argument(route.call, 0, "path")
    one = min(full)
    applicability: Applicability = "safe" if full == {route.path} else "unsafe"
    if full == {route.path}:
        message = f"`{route.path}` doesn't start with `/`, so no request ever reaches it"
    elif route.path not in full:
        message = f"`{route.path}` doesn't start with `/`: joined to its prefix it becomes `{one}`"
    else:
        return
    fix = quoted(expr, route.scope, f"/{route.path}", applicability) if expr is not None else None
    yield Finding(at=route.span, message=message, fix=fix)
