"""FLT415: values of a request go into SQL as parameters, not as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report text of clients that becomes part of SQL."""
    for one in project.sql_texts.injected():
        module, call = one.way.node.module, one.site.call
        at = module.span(call.start, call.end)
        name = module.facts.source.text(call.func.start, call.func.end)
        yield Finding(
            at=at,
            message=f"`{one.origin.name}` of {one.origin.way.user} becomes part of the SQL that `{name}` gets",
            trace=one.origin.trace(at, "becomes part of the SQL"),
        )
