"""Edits that mend what endpoints answer with, and what is documented of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from fastlint.findings import (
    AddImport,
    Fix,
    RemoveArgument,
    RemoveImport,
    ReplaceExpression,
    ReplaceStatement,
    SetArgument,
)
from fastlint.model.blocks import extent

if TYPE_CHECKING:
    from fastlint.findings import Edit
    from fastlint.model.buffered import Buffered
    from fastlint.model.contracts import Contract
    from fastlint.model.json_classes import JsonClass
    from fastlint.model.project import Project


def without_the_class(project: Project, one: JsonClass) -> Fix | None:
    """Without the class FastAPI writes the JSON itself; that is the same bytes where there is a model."""
    if one.call is None:
        return None
    if one.asking == "call":
        at = one.calls[0]
        content = one.call.args[0] if len(one.call.args) == 1 and not one.call.keywords else None
        if content is None or not one.returned or not one.routes:
            return None
        text = one.scope.module.facts.source.text(content.start, content.end)
        return Fix("Return the value itself", "unsafe", (ReplaceExpression(at, text), *_unimport(project, one)))
    name = "response_class" if one.asking == "route" else "default_response_class"
    safe = project.json_classes.can_go(one) and project.manifests.surely("fastapi", ">=0.130")
    edits: list[Edit] = [RemoveArgument(call, name) for call in one.calls]
    return Fix(f"Remove `{name}`", "safe" if safe else "unsafe", (*edits, *_unimport(project, one)))


def _unimport(project: Project, one: JsonClass) -> list[Edit]:
    imported = project.naming.imported(one.expr, one.scope.module)
    return [RemoveImport(one.at, *imported)] if imported is not None else []


def send_the_file(project: Project, one: Buffered) -> Fix | None:
    """A `FileResponse` for what is read as a whole, where its path is known."""
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


def document_errors(made: tuple[Contract, ...], missing: list[int]) -> Fix | None:
    """Entries of `responses=` for status codes, where a route has none yet."""
    # timid: entries are not added to a dict that is there already
    if any(one.route.option("responses") is not None for one in made):
        return None
    entries = ", ".join(f'{code}: {{"description": "{_phrase(code)}"}}' for code in missing)
    edits = tuple(SetArgument(one.route.span, "responses", f"{{{entries}}}") for one in made)
    return Fix("Document the errors in `responses=`", "unsafe", edits)


def _phrase(code: int) -> str:
    return HTTPStatus(code).phrase if code in HTTPStatus._value2member_map_ else "Error"
