"""FLT218: a router that is included once carries its own prefix and tags."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from fastlint.facts.records import Sequence, Str
from fastlint.findings import Finding, Fix, RemoveArgument, SetArgument
from fastlint.model.arguments import keyword
from fastlint.model.nodes import FunctionNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.project import Project
    from fastlint.model.routers import Include

_MOVED = ("prefix", "tags")


def check(project: Project) -> Iterator[Finding]:
    """Report prefixes and tags that are given where a router is included once."""
    times = Counter(include.child for include in project.routes.includes)
    for include in project.routes.includes:
        if times[include.child] > 1 or include.via is not None or include.child.kind != "router":
            continue
        names = [name for name in _MOVED if include.option(name) is not None and include.child.option(name) is None]
        if names:
            what = " and ".join(f"`{name}`" for name in names)
            verb = "belongs" if len(names) == 1 else "belong"
            yield Finding(
                at=include.span,
                message=f"{what} {verb} on the router itself, which is included nowhere else",
                fix=_fix(include, names),
            )


def _fix(include: Include, names: list[str]) -> Fix | None:
    made = include.child.scope
    if isinstance(made, FunctionNode) and made is not include.scope:
        return None  # whoever else calls that function would get them, too
    edits: list[RemoveArgument | SetArgument] = []
    for name in names:
        value = keyword(include.call, name)
        if value is None or not _is_literal(value):
            return None
        text = include.scope.module.facts.source.text(value.start, value.end)
        edits += (RemoveArgument(include.span, name), SetArgument(include.child.span, name, text))
    return Fix("Give it to the router", "unsafe", tuple(edits))


def _is_literal(value: Expr) -> bool:
    return isinstance(value, Str) or (isinstance(value, Sequence) and all(isinstance(one, Str) for one in value.items))
