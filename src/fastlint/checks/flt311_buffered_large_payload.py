"""FLT311: files and tables must go out piece by piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding
from fastlint.model.answer_fixes import send_the_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Responses made of a file that is read as a whole, or of a table that is written as a whole."""
    for function in project.colour.per_request:
        text = function.module.facts.source.text
        for one in project.buffered.of(function):
            name = text(one.call.func.start, one.call.func.end)
            what = "a whole file" if one.what == "file" else "a whole CSV table"
            yield Finding(
                at=function.module.span(one.call.start, one.call.end),
                message=f"`{name}` in `{function.name}` holds {what} in memory",
                fix=send_the_file(project, one),
            )
