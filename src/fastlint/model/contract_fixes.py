"""Edits that mend response contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import (
    AddImport,
    AnnotateReturn,
    Fix,
    RemoveArgument,
    RemoveImport,
    ReplaceExpression,
    SetArgument,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastlint.findings import Edit
    from fastlint.model.bypasses import Bypass
    from fastlint.model.contracts import Contract
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.project import Project


def annotate_return(project: Project, function: FunctionNode) -> Fix | None:
    """The model that every `return` gives, as the annotation.

    timid: of a generic model not even what its arguments could be is asked; without them it would promise `Any`.
    """
    cls = project.contracts.returned.model(function)
    found = project.naming.of(cls, function.module, function.record.start) if cls is not None else None
    if cls is None or found is None or project.types.hides_signature(function) or project.types.arguments.is_open(cls):
        return None
    name, home = found
    edits: list[Edit] = [AnnotateReturn(function.span, name)]
    if home:
        edits.append(AddImport(function.span, home, cls.name))
    return Fix(f"Annotate the return as `{name}`", "unsafe", tuple(edits))


def return_the_value(project: Project, past: Sequence[Bypass]) -> Fix:
    """The content of responses in their place, so that the contract applies."""
    edits: list[Edit] = []
    for one in past:
        module = one.contract.function.module
        edits.append(ReplaceExpression(one.at, module.facts.source.text(one.content.start, one.content.end)))
        imported = project.naming.imported(one.call.func, module)
        removal = RemoveImport(one.at, *imported) if imported is not None else None
        if removal is not None and all(getattr(edit, "name", None) != removal.name for edit in edits):
            edits.append(removal)
    return Fix("Return the value itself", "unsafe", tuple(edits))


def promise_items(one: Contract, text: str, *, alone: bool) -> Fix | None:
    """`AsyncIterable[X]` or `Iterable[X]` for a stream that promises `X`."""
    plain = one.shape.plain
    if not alone or plain.kind != "class" or one.scope is not one.function.parent:
        return None
    name = "AsyncIterable" if one.function.is_async else "Iterable"
    span = one.function.span
    edits: list[Edit] = [AnnotateReturn(span, f"{name}[{text}]"), AddImport(span, "collections.abc", name)]
    if one.origin == "keyword":
        edits.insert(0, RemoveArgument(one.route.span, "response_model"))
    return Fix(f"Annotate the return as `{name}[{text}]`", "unsafe", tuple(edits))


def keep_the_model(project: Project, broken: Contract, made: tuple[Contract, ...]) -> Fix | None:
    """`response_model=` without the responses of a union."""
    model = project.unservable.without_responses(broken)
    if model is None:
        return None
    edits = tuple(SetArgument(one.route.span, "response_model", model) for one in made if one.at == broken.at)
    return Fix(f"Set `response_model={model}`", "safe", edits)


def drop_the_keyword(one: Contract) -> Fix:
    """The annotation alone, where the keyword repeats it."""
    return Fix("Remove `response_model`", "safe", (RemoveArgument(one.route.span, "response_model"),))
