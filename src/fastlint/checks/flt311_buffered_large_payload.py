"""FLT311: files and tables must go out piece by piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import AddImport, Finding, Fix, RemoveImport, ReplaceStatement
from fastlint.model.scan import extent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.findings import Edit
    from fastlint.model.buffered import Buffered
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
                fix=_fix(project, one),
            )


def _fix(project: Project, one: Buffered) -> Fix | None:
    if one.path is None or one.statement is None:
        return None
    text = one.function.module.facts.source.text
    if len(one.call.args) > 1 or any(not keyword.name for keyword in one.call.keywords):
        return None
    others = [text(keyword.start, keyword.end) for keyword in one.call.keywords if keyword.name != "content"]
    path = text(one.path.start, one.path.end)
    if path.startswith("(") and path.find(")") == len(path) - 1:  # the owner of a method stands in parentheses
        path = path[1:-1]
    made = ", ".join((path, *others))
    at = one.function.module.span(*extent(one.statement))
    edits: list[Edit] = [
        ReplaceStatement(at, f"return FileResponse({made})"),
        AddImport(at, "fastapi.responses", "FileResponse"),
    ]
    imported = project.naming.imported(one.call.func, one.function.module)
    if imported is not None:
        edits.append(RemoveImport(at, *imported))
    return Fix("Return a `FileResponse`", "unsafe", tuple(edits))
