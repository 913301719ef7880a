"""FLT211: an endpoint must take the parameters of its path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding
from fastlint.model.layers import is_test
from fastlint.model.paths import template
from fastlint.model.routing_fixes import take_parameter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project
    from fastlint.model.routers import Route

_ANSWERS_ALL = frozenset({"OPTIONS", "HEAD"})  # a preflight is the same for all


def check(project: Project) -> Iterator[Finding]:
    """Report parameters of paths that nothing takes."""
    use = project.path_use
    for endpoint in project.routes.endpoints:
        routes = [one for one in endpoint.routes if _speaks_of_parameters(one)]
        taken = use.taken(endpoint) if routes else None
        if taken is None:
            continue
        for route in routes:
            for parameter in template(route.path).params:
                # timid: `{path:path}` often only catches all, and `_` says that it isn't wanted
                if parameter.name in taken or parameter.convertor == "path" or parameter.name.startswith("_"):
                    continue
                if not use.reads(endpoint, parameter.name):
                    meant = use.mistaken(endpoint)
                    yield Finding(
                        at=route.stands,
                        message=_message(parameter.name, route.path, endpoint.function.name, meant),
                        fix=None if meant else take_parameter(endpoint, parameter),
                    )


def _speaks_of_parameters(route: Route) -> bool:
    told = route.websocket or not _ANSWERS_ALL.issuperset(route.methods)
    return told and bool(template(route.path).params) and not is_test(route.scope.module.path)


def _message(name: str, path: str, function: str, meant: str) -> str:
    if meant:
        return f"`{name}` in `{path}` is not taken by `{function}`, whose `{meant}` is read from the query string"
    return f"`{name}` in `{path}` is taken neither by `{function}` nor by what it depends on"
