"""Edits that mend routes, paths, dependencies and routers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Sequence, Starred, Str
from fastlint.findings import (
    AddImport,
    AddParameter,
    AnnotateParameter,
    Finding,
    Fix,
    MoveStatement,
    RemoveArgument,
    RenameAttribute,
    ReplaceExpression,
    SetArgument,
)
from fastlint.model.calling import keyword
from fastlint.model.expressions import head, names_in
from fastlint.model.nodes import FunctionNode, Module

if TYPE_CHECKING:
    from fastlint.facts.records import Expr, Parameter
    from fastlint.findings import Applicability
    from fastlint.model.misused_depends import Misuse
    from fastlint.model.nodes import Scope
    from fastlint.model.overlaps import Overlap
    from fastlint.model.paths import PathParameter
    from fastlint.model.project import Project
    from fastlint.model.routers import Endpoint, Hook, Include, Route


def move_up(project: Project, overlap: Overlap) -> Fix | None:
    """The hidden endpoint before the one that hides it."""
    first, second = overlap.first.route.function, overlap.second.route.function
    if first is None or second is None or not project.overlaps.may_move_up(overlap):
        return None
    message = f"Move `{second.name}` before `{first.name}`"
    return Fix(message, "unsafe", (MoveStatement(second.span, first.span),))


def take_parameter(endpoint: Endpoint, parameter: PathParameter) -> Fix | None:
    """The parameter of the path as one of the endpoint."""
    if len(endpoint.routes) > 1:
        return None  # the parameter would become a query parameter under the other paths
    name, annotation = parameter.name, parameter.annotation
    return Fix(f"Take `{name}`", "unsafe", (AddParameter(endpoint.function.span, f"{name}: {annotation}"),))


def use_annotated(project: Project, function: FunctionNode, found: list[Parameter]) -> Fix | None:
    """`Annotated` for dependencies that are defaults, where the order of parameters and all callers allow it."""
    optional = False
    if _is_left_out(project, function, found) or any(_cannot_move(function, one) for one in found):
        return None
    for one in function.record.params:
        has_default = one.default is not None and one not in found
        if one.kind in ("positional", "normal"):
            if optional and not has_default:
                return None  # a parameter without default may not follow one that has it
            optional = optional or has_default
    source = function.module.facts.source
    edits: list[AnnotateParameter | AddImport] = []
    for one in found:
        if one.annotation is None or one.default is None:
            return None
        annotation = source.text(one.annotation.start, one.annotation.end)
        default = source.text(one.default.start, one.default.end)
        edits.append(AnnotateParameter(function.span, one.name, f"Annotated[{annotation}, {default}]", ""))
    return Fix("Use `Annotated`", "safe", (*edits, AddImport(function.span, "typing", "Annotated")))


def _is_left_out(project: Project, function: FunctionNode, found: list[Parameter]) -> bool:
    """Whether a call of the function lets a default stand, so that it could not be made without one."""
    for _, edge in project.reached.callers.get(function, ()):
        if edge.site is None or edge.target is None or any(isinstance(one, Starred) for one in edge.site.call.args):
            continue
        call, skip = edge.site.call, int(edge.target.bound is not None)
        given = {name for name, _ in project.types.arguments.matched(function, call, skip)}
        if not given.issuperset(one.name for one in found) and all(one.name for one in call.keywords):
            return True
    return False


def _cannot_move(function: FunctionNode, parameter: Parameter) -> bool:
    """Whether a dependency would mean something else, or nothing, as a part of the annotation."""
    default = parameter.default
    if isinstance(parameter.annotation, Str) and isinstance(default, Call) and not default.args:
        return True  # in `Annotated["Page", Depends()]` nobody looks up what `Page` is
    if not function.module.postpones_annotations or default is None:
        return False
    here, names = function.parent, {head(one) for one in names_in(default)}
    while here is not None and not isinstance(here, Module):  # annotations that are texts are looked up in the module
        if not names.isdisjoint(here.scan.bindings):
            return True
        here = here.parent
    return False


def wrap_in_depends(misuse: Misuse) -> Fix | None:
    """`Depends(f)` for a bare `f` in a list."""
    if misuse.kind != "unwrapped":
        return None
    edits = (ReplaceExpression(misuse.span, f"Depends({misuse.text})"), AddImport(misuse.span, "fastapi", "Depends"))
    return Fix("Wrap it in `Depends`", "safe", edits)


def own_decorator(route: Route, method: str) -> Fix:
    """The decorator of a method in place of `api_route`."""
    func = route.call.func
    rename = RenameAttribute(route.scope.module.span(func.start, func.end), method)
    given = (RemoveArgument(route.span, "methods"),) if keyword(route.call, "methods") is not None else ()
    return Fix(f"Use `{method}`", "safe", (rename, *given))


def event_handler(hook: Hook) -> Finding:
    """What is gone from the app, with its twin on the router as the fix."""
    func = hook.call.func
    span = hook.scope.module.span(func.start, func.end)
    owner = hook.scope.module.facts.source.text(func.start, func.end).rpartition(".")[0]
    fix = Fix("Register on the router", "safe", (ReplaceExpression(span, f"{owner}.router.add_event_handler"),))
    return Finding(hook.span, "`add_event_handler` is gone from `FastAPI` since Starlette 1", "error", fix=fix)


def quoted(expr: Expr, scope: Scope, text: str, applicability: Applicability) -> Fix | None:
    """Another text for a string that is written down plainly."""
    if not isinstance(expr, Str) or '"' in text or "\\" in text:
        return None
    quote = scope.module.facts.source.text(expr.start, expr.start + 1)
    if quote not in ('"', "'"):
        return None
    span = scope.module.span(expr.start, expr.end)
    return Fix(f"Write `{text}`", applicability, (ReplaceExpression(span, f"{quote}{text}{quote}"),))


def give_to_the_router(include: Include, names: list[str]) -> Fix | None:
    """Prefix and tags of an inclusion as the router's own, where they are literals and nobody else gets them."""
    made = include.child.scope
    if isinstance(made, FunctionNode) and made is not include.scope:
        return None  # whoever else calls that function would get them, too
    edits: list[RemoveArgument | SetArgument] = []
    for name in names:
        value = keyword(include.call, name)
        if value is None or not _is_literal(value):
            return None
        text = include.scope.module.facts.source.text(value.start, value.end)
        edits += (RemoveArgument(include.span, name), SetArgument(include.child.span, name, text))
    return Fix("Give it to the router", "unsafe", tuple(edits))


def _is_literal(value: Expr) -> bool:
    return isinstance(value, Str) or (isinstance(value, Sequence) and all(isinstance(one, Str) for one in value.items))
