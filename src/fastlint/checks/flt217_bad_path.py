"""FLT217: paths begin with a slash, prefixes begin with one and don't end in one; braces are of parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding
from fastlint.model.routing_fixes import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project
    from fastlint.model.spelling import Slashless


def check(project: Project) -> Iterator[Finding]:
    """Report paths and prefixes with slashes in the wrong places, and braces that are none of a parameter."""
    for prefix in project.spelling.bad_prefixes():
        where = "ends with `/`" if prefix.starts else "doesn't start with `/`"
        yield Finding(
            at=prefix.scope.module.span(prefix.expr.start, prefix.expr.end),
            message=f"Prefix `{prefix.text}` {where}, which fails at import",
            fix=quoted(prefix.expr, prefix.scope, prefix.right, "safe") if "?}" not in prefix.text else None,
        )
    for route in project.spelling.stray_braces():
        message = f"`{route.path}` has a brace that is part of no parameter, so only URLs with it are served"
        yield Finding(at=route.span, message=message)
    yield from map(_slashless, project.spelling.slashless())


def _slashless(one: Slashless) -> Finding:
    route, lost = one.route, one.served == one.route.path
    then = ", so no request ever reaches it" if lost else f": joined to its prefix it becomes `{one.served}`"
    fix = None
    if one.expr is not None:
        fix = quoted(one.expr, route.scope, f"/{route.path}", "safe" if lost else "unsafe")
    return Finding(at=route.span, message=f"`{route.path}` doesn't start with `/`{then}", fix=fix)
