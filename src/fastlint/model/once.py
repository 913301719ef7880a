"""Functions that remember their result by hand, so that their body runs once, or once a key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.facts.records import Call, If, Name, Operation, Return, Subscript
from fastlint.model.edges import missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.blocks import Block
    from fastlint.model.edges import Edge
    from fastlint.model.nodes import FunctionNode

_GET = ".get"
# `x[key] = …`, `x[key]: int = …`, `x[key] += …`.
_SETS_ITEM = re.compile(rb"\][\s\\]*(?::|[^\w\s=!<>]{0,3}=[^=])")


def runs_once(edge: Edge, node: FunctionNode) -> bool:
    """Whether a call runs once, or once a key: in lazy set-up, or behind `if key not in kept:` that fills `kept`.

    Set-up may be left to a method: `if self.settings is None: self.load()`, where that sets `self.settings`.
    """
    if edge.once:
        return True
    here: Block | None = edge.block
    while here is not None:
        if here.kind == "if" and isinstance(here.owner, If) and _is_set_up(here.owner, edge, node):
            return True
        here = here.parent
    return False


def _is_set_up(statement: If, edge: Edge, node: FunctionNode) -> bool:
    return _fills(statement, node) or (edge.target is not None and _sets_up(statement, node, edge.target.node))


def _sets_up(statement: If, node: FunctionNode, method: FunctionNode) -> bool:
    """Whether a method that is called where an attribute of the same object is missing sets that attribute."""
    head, dot, attribute = (missing(statement.test) or "").partition(".")
    own, other = node.record.params[:1], method.record.params[:1]
    if not dot or not own or not other or own[0].name != head or node.owner is None or method.owner is None:
        return False
    wanted = f"{other[0].name}.{attribute}"
    return any(isinstance(target, Name) and target.id == wanted for _, target in method.scan.attributes)


def _fills(statement: If, node: FunctionNode) -> bool:
    match statement.test:
        case Operation(kind="comparison", op="not in", operands=(_, Name(id=kept))) if _outlives(kept, node):
            return any(
                isinstance(target, Subscript) and isinstance(target.value, Name) and target.value.id == kept
                for assign, _ in node.scan.assigns
                if statement.start <= assign.start < statement.end
                for target in assign.targets
            )
        case _:
            return False


def remembers(node: FunctionNode) -> bool:
    """Whether a function returns early what an earlier call of it put by, in a name that outlives both.

    `if x: return x … x = …`, or `if key in kept: return kept[key] … kept[key] = …`, or by `found = kept.get(key)`.
    """
    if not _may_keep(node) or not node.scan.ifs:
        return False
    kept = dict(_kept(node))
    if not kept:
        return False
    for statement, _ in node.scan.ifs:
        last = statement.body[-1] if statement.body else None
        if isinstance(last, Return) and last.value is not None:
            names = _reads(last.value)
            sources = names.union(*(_local_reads(node, name) for name in names))
            if any(kept.get(name, 0) > statement.end for name in sources):
                return True
    return False


def _may_keep(node: FunctionNode) -> bool:
    """Whether the text of a function returns something and sets what may outlive the call; mostly it does not."""
    data, start, end = node.module.facts.source.data, node.record.body_start, node.record.body_end
    if data.find(b"return", start, end) < 0:
        return False
    if node.record.decorators or data.find(b"global", start, end) >= 0 or data.find(b"nonlocal", start, end) >= 0:
        return True
    return _SETS_ITEM.search(data, start, end) is not None


def _kept(node: FunctionNode) -> Iterator[tuple[str, int]]:
    """Names that outlive the call and that the function sets, or sets an item of; with the last place of that."""
    for assign, _ in node.scan.assigns:
        for target in assign.targets:
            if isinstance(target, Name) and (target.id in node.scan.root.shared or _on_class(target.id, node)):
                yield target.id, assign.start
            elif isinstance(target, Subscript) and isinstance(target.value, Name) and _outlives(target.value.id, node):
                yield target.value.id, assign.start


def _outlives(name: str, node: FunctionNode) -> bool:
    head = name.partition(".")[0]
    return _on_class(name, node) or (head not in node.scan.bindings and head not in node.params)


def _on_class(name: str, node: FunctionNode) -> bool:
    """Whether a dotted name is an attribute of the class that a class method belongs to."""
    is_method = any(isinstance(one, Name) and one.id == "classmethod" for one in node.record.decorators)
    return is_method and bool(node.record.params) and name.startswith(f"{node.record.params[0].name}.")


def _local_reads(node: FunctionNode, name: str) -> set[str]:
    """What a local variable was read from when it was first set."""
    bindings = node.scan.bindings.get(name, ())
    return _reads(bindings[0].value) if bindings and bindings[0].value is not None else set()


def _reads(expr: Expr) -> set[str]:
    match expr:
        case Name(id=name):
            return {name}
        case Subscript(value=value):
            return _reads(value)
        case Operation(operands=operands):
            return set().union(*(_reads(one) for one in operands))
        case Call(func=Name(id=name)) if name.endswith(_GET):
            return {name[: -len(_GET)]}
        case _:
            return set()
