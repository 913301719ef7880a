"""Edits that give page sizes a bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Constant, Name
from fastlint.findings import AddImport, AnnotateParameter, Fix, SetArgument
from fastlint.model.arguments import argument

if TYPE_CHECKING:
    from fastlint.facts.records import Expr
    from fastlint.model.page_sizes import PageSize

_USUAL = 100


def bound(size: PageSize) -> Fix | None:
    """An upper bound for a page size that has none, where it is declared in a way that takes one."""
    value, declaration = size.value, size.declaration
    message = "Give the page size an upper bound"
    if declaration is not None:
        home = value.owner.module if value.owner is not None else value.function.module
        at = home.span(declaration.start, declaration.end)
        inside = size.at.start <= at.start and at.end <= size.at.end
        most = _most(argument(declaration, 0, "default"), value.parameter.default)
        return Fix(message, "unsafe", (SetArgument(at, "le", str(most)),)) if inside and size.largest is None else None
    annotation, default = value.parameter.annotation, value.parameter.default
    if value.binding is not None or not isinstance(annotation, Name) or annotation.id != "int":
        return None
    if default is not None and not (isinstance(default, Constant) and default.text.isdigit() and int(default.text)):
        return None
    span = value.function.span
    kind = "Path" if f"{{{value.name}}}" in value.way.root.label else "Query"  # FastAPI refuses `Query` in a path
    annotate = AnnotateParameter(span, value.parameter.name, f"Annotated[int, {kind}(ge=1, le={_most(default)})]")
    return Fix(message, "unsafe", (annotate, AddImport(span, "typing", "Annotated"), AddImport(span, "fastapi", kind)))


def _most(*defaults: Expr | None) -> int:
    """The usual bound, or a default where that is larger."""
    given = (one.text for one in defaults if isinstance(one, Constant))
    return max(_USUAL, *(int(one) for one in given if one.isdigit()), 0)
