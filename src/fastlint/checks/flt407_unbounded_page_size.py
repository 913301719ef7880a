"""FLT407: a client must not choose how many rows are loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Constant, Name
from fastlint.findings import AddImport, AnnotateParameter, Finding, Fix, SetArgument, Step
from fastlint.model.arguments import argument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.page_sizes import PageSize
    from fastlint.model.project import Project

_USUAL = 100


def check(project: Project) -> Iterator[Finding]:
    for size in project.page_sizes.unbounded(project.settings.max_page_size):
        value = size.value
        bound = f"an upper bound of {size.largest}" if size.largest is not None else "no upper bound"
        yield Finding(
            at=size.at,
            message=f"`{value.name}` of {value.way.user} reaches `.limit()` with {bound}",
            severity="info" if size.largest is not None else None,
            trace=(
                Step(value.way.node.name_span, f"{value.way.root.title} runs for requests"),
                Step(size.at, "takes the size of a page"),
                Step(size.limit, "limits the statement by it"),
            ),
            fix=_fix(size),
        )


def _fix(size: PageSize) -> Fix | None:
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
