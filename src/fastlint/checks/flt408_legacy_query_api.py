"""FLT408: statements are written in the style of SQLAlchemy 2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding, Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project

_MESSAGES = {
    "query": "`{name}` makes a legacy `Query` where `select()` is meant to be used",
    "async query": "`{name}` does not exist: an `AsyncSession` has no `query`",
    "engine": "`{name}` does not exist in SQLAlchemy 2: engines execute nothing",
    "text": "`{name}` gets SQL as a plain string, which SQLAlchemy 2 refuses",
    "list": "`{name}` gets a list, which SQLAlchemy 2 refuses",
    "autocommit": "`{name}` gets `autocommit=True`, which SQLAlchemy 2 refuses",
    "from_self": "`{name}` does not exist in SQLAlchemy 2",
    "moved": "`{name}` has moved from `sqlalchemy.ext.declarative` to `sqlalchemy.orm`",
}
_STYLE = ("query", "moved")  # works as it is


def check(project: Project) -> Iterator[Finding]:
    refused = project.manifests.surely("sqlalchemy", ">=2.0")
    for one in project.legacy_queries.all():
        if one.kind in _STYLE or one.kind == "async query" or refused:
            edits = project.legacy_queries.edits(one)
            yield Finding(
                at=one.scope.module.span(one.expr.start, one.expr.end),
                message=_MESSAGES[one.kind].format(name=one.name),
                severity=None if one.kind in _STYLE else "error",
                fix=Fix("Write it in the style of SQLAlchemy 2", "safe", edits) if edits else None,
            )
