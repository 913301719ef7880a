"""FLT211: an endpoint must take the parameters of its path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import AddParameter, Finding, Fix
from fastlint.model.paths import template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.paths import PathParameter
    from fastlint.model.project import Project
    from fastlint.model.routers import Endpoint


def check(project: Project) -> Iterator[Finding]:
    """Report parameters of paths that nothing takes."""
    for endpoint in project.routes.endpoints:
        paths = [(route, template(route.path)) for route in endpoint.routes]
        if not any(path.params for _, path in paths):
            continue
        taken = project.path_use.taken(endpoint)
        for route, path in paths if taken is not None else ():
            for parameter in path.params:
                # timid: `{path:path}` often only catches all, and `_` says that it isn't wanted
                if parameter.name in taken or parameter.convertor == "path" or parameter.name.startswith("_"):
                    continue
                instead = _instead(endpoint)
                hint = f"; `{instead}` is read from the query string" if instead else ""
                yield Finding(
                    at=route.span,
                    message=f"`{parameter.name}` in `{path.text}` is taken neither by `{endpoint.function.name}` nor by "
                    f"its dependencies{hint}",
                    fix=None if instead else _fix(endpoint, parameter),
                )


def _instead(endpoint: Endpoint) -> str:
    return ""


def _fix(endpoint: Endpoint, parameter: PathParameter) -> Fix | None:
    if len(endpoint.routes) > 1:
        return None  # the parameter would become a query parameter under the other paths
    name, annotation = parameter.name, parameter.annotation
    return Fix(f"Take `{name}`", "unsafe", (AddParameter(endpoint.function.span, f"{name}: {annotation}"),))
