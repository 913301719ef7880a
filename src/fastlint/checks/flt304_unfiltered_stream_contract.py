"""FLT304: the contract of a stream must be one that FastAPI applies to its items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import AddImport, AnnotateReturn, Finding, Fix, RemoveArgument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.findings import Edit
    from fastlint.model.contracts import Contract
    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Generator endpoints whose contract is documented and never applied."""
    for _, made in project.contracts.all:
        for one in made:
            if not one.function.is_generator or not one.effective or not one.streams_items:
                continue
            if one.origin == "annotation" and one.shape.plain.kind in ("stream", "unknown"):
                continue
            text = one.scope.module.facts.source.text(one.at.start, one.at.end)
            yield Finding(
                at=one.at,
                message=f"`{one.function.name}` ({project.contracts.label(one.route)}) documents `{text}` "
                "and streams its items unfiltered",
                fix=_fix(one, text, alone=len(made) == 1),
            )


def _fix(one: Contract, text: str, *, alone: bool) -> Fix | None:
    plain = one.shape.plain
    if not alone or plain.kind != "class" or one.scope is not one.function.parent:
        return None
    name = "AsyncIterable" if one.function.is_async else "Iterable"
    span = one.function.span
    edits: list[Edit] = [AnnotateReturn(span, f"{name}[{text}]"), AddImport(span, "collections.abc", name)]
    if one.origin == "keyword":
        edits.insert(0, RemoveArgument(one.route.span, "response_model"))
    return Fix(f"Annotate the return as `{name}[{text}]`", "unsafe", tuple(edits))
