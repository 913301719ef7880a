"""FLT212: dependencies are asked for in `Annotated`, not as defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Call
from fastlint.findings import Finding
from fastlint.model.routing_fixes import use_annotated

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
            yield Finding(at=function.name_span, message=message, fix=use_annotated(project, function, found))


def _is_old(project: Project, function: FunctionNode, parameter: Parameter) -> bool:
    call = parameter.default
    return isinstance(call, Call) and project.dependencies.is_depends(call, function.parent)
