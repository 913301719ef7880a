"""FLT406: an endpoint that reads must not load a whole table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import AddImport, AddParameter, Finding, Fix, ReplaceExpression
from fastlint.model.types import External

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.loads import Load
    from fastlint.model.project import Project

_LIMIT = "limit: Annotated[int, Query(ge=1, le=100)] = 100"
_OFFSET = "offset: Annotated[int, Query(ge=0)] = 0"


def check(project: Project) -> Iterator[Finding]:
    """Report places where an endpoint loads all rows of a table."""
    for load in project.loads.whole_tables():
        entity = project.loads.entity(load)
        yield Finding(
            at=load.at,
            message=f"All rows of `{entity}` are loaded {load.way.place}, with neither a filter nor a limit",
            trace=load.way.trace(load.at, "loads the rows"),
            fix=_fix(load, project),
        )


def _fix(load: Load, project: Project) -> Fix | None:
    node, statement = load.way.node, load.statement
    if statement is None or {"limit", "offset"} & {*node.params, *node.scan.bindings}:
        return None
    for name, wanted in (("Query", "fastapi."), ("Annotated", "typing")):
        meant = project.types.lookup.member(node.module, name)
        if any(not isinstance(one, External) or not one.name.startswith(wanted) for one in meant):
            return None
    text = node.module.facts.source.text(statement.start, statement.end)
    edits = (
        AddParameter(node.span, _OFFSET),
        AddParameter(node.span, _LIMIT),
        ReplaceExpression(node.module.span(statement.start, statement.end), f"{text}.offset(offset).limit(limit)"),
        AddImport(node.span, "typing", "Annotated"),
        AddImport(node.span, "fastapi", "Query"),
    )
    return Fix("Page the rows by `offset` and `limit`", "unsafe", edits)
