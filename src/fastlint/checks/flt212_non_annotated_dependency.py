"""FLT212: dependencies are asked for in `Annotated`, not as defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Call
from fastlint.findings import AddImport, AnnotateParameter, Finding, Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Parameter
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report endpoints and dependencies with `Depends(…)` as the default of a parameter."""
    done: set[FunctionNode] = set()
    for root in project.colour.roots:
        function = root.ref.node
        if root.kind not in ("endpoint", "websocket endpoint", "dependency") or function in done:
            continue
        done.add(function)
        found = [one for one in function.record.params if _is_old(project, function, one)]
        if found:
            names = ", ".join(f"`{one.name}`" for one in found)
            message = f"`{function.name}` asks for {names} by a default, not in `Annotated`"
            yield Finding(at=function.name_span, message=message, fix=_fix(function, found))


def _is_old(project: Project, function: FunctionNode, parameter: Parameter) -> bool:
    call = parameter.default
    return isinstance(call, Call) and project.dependencies.is_depends(call, function.parent)


def _fix(function: FunctionNode, found: list[Parameter]) -> Fix | None:
    optional = False
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
