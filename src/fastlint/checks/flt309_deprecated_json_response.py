"""FLT309: ORJSONResponse and UJSONResponse are deprecated, and explicit JSON classes break streams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding, Fix, RemoveArgument, RemoveImport, ReplaceExpression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.findings import Edit
    from fastlint.model.json_classes import JsonClass
    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Places that ask for such a class."""
    for one in project.json_classes.all():
        if one.generators:
            first = one.generators[0]
            where = f"`{first.function.name}` ({project.contracts.label(first.route)})"
            message = f"{where} yields, which fails with `{one.text}` as its response class"
            yield Finding(at=one.at, message=message, severity="error", fix=_fix(project, one))
        elif one.deprecated:
            yield Finding(
                at=one.at, message=f"{_who(project, one)} `{one.text}`, which is deprecated", fix=_fix(project, one)
            )


def _who(project: Project, one: JsonClass) -> str:
    match one.asking:
        case "route":
            return f"`{one.routes[0].function.name}` ({project.contracts.label(one.routes[0].route)}) answers with"
        case "subclass":
            return f"`{one.owner}` inherits from"
        case "call":
            return f"`{one.owner}` makes an" if one.text[:1] in "AEIOUaeiou" else f"`{one.owner}` makes a"
        case _:
            return f"every route of this {'router' if one.asking == 'include' else one.asking} answers with"


def _fix(project: Project, one: JsonClass) -> Fix | None:
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
