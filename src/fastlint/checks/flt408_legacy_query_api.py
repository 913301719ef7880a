"""FLT408: statements are written in the style of SQLAlchemy 2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding, Fix, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.legacy_queries import Legacy
    from fastlint.model.project import Project
    from fastlint.text import Span

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
_MOST = 20
_STYLE = ("query", "moved")  # works as it is


def check(project: Project) -> Iterator[Finding]:
    """Report what is written in the style of SQLAlchemy 1."""
    refused = project.manifests.surely("sqlalchemy", ">=2.0")
    queries: dict[str, list[Legacy]] = {}
    for one in project.legacy_queries.all():
        edits = project.legacy_queries.edits(one)
        if one.kind == "query" and not edits:
            queries.setdefault(one.scope.module.path, []).append(one)
        elif one.kind in _STYLE or one.kind == "async query" or refused:
            yield Finding(
                at=_span(one),
                message=_MESSAGES[one.kind].format(name=one.name),
                severity=None if one.kind in _STYLE else "error",
                fix=Fix("Write it in the style of SQLAlchemy 2", "safe", edits) if edits else None,
            )
    for found in queries.values():  # a file is rewritten as a whole: one finding for it, at the first query
        first, *more = sorted(found, key=lambda one: one.expr.start)
        count = f"; so do {len(more)} more in this file" if len(more) > 1 else "; so does one more in this file"
        yield Finding(
            at=_span(first),
            message=_MESSAGES["query"].format(name=first.name) + (count if more else ""),
            trace=tuple(Step(_span(one), "another one") for one in more[:_MOST]),
        )


def _span(one: Legacy) -> Span:
    return one.scope.module.span(one.expr.start, one.expr.end)
