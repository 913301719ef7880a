"""FLT214: one function, one operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding
from fastlint.model.paths import template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project

# These two add nothing to what the documentation says of a route.
_SILENT = frozenset({"HEAD", "OPTIONS"})


def check(project: Project) -> Iterator[Finding]:
    """Report registrations of one function for several methods."""
    for route in project.routes.all:
        methods = [method for method in route.methods if method not in _SILENT]
        hidden = project.constants.flag(route.option("include_in_schema"), route.scope) is False
        proxy = any(one.convertor == "path" for one in template(route.path).params)
        if len(methods) > 1 and route.function is not None and not hidden and not proxy:
            listed = f"{', '.join(methods[:-1])} and {methods[-1]}"
            yield Finding(
                at=route.span,
                message=f"`{route.function.name}` is one function for {listed}: their operation ids collide",
            )
