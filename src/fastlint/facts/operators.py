"""Operators: from nodes to records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastlint.facts.reader import DEEPEST, opaque, too_deep
from fastlint.facts.records import Conditional, NamedExpr, Opaque, Operation
from fastlint.facts.syntax import EXTRAS, KIND_NAMES, kinds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tree_sitter import Node

    from fastlint.facts.reader import Reader, ReadExpr
    from fastlint.facts.records import Expr

_ARITHMETIC: Final = kinds("binary_operator")
_UNION: Final = kinds("union_type")
_TYPE: Final = kinds("type")
_NAMED: Final = kinds("named_expression")
_BAR: Final = kinds("|")
_BOOLEAN: Final = kinds("boolean_operator")
_OPERANDS: Final = 3
# A longer chain of operators nests no more: it is told as one opaque expression.
_LONGEST_CHAIN: Final = 40


def _operands(node: Node, count: int) -> list[Node] | None:
    """Operands and operators of an operation, if there are just as many."""
    children = node.children
    if len(children) != count:
        children = [child for child in children if child.kind_id not in EXTRAS]
        if len(children) != count:
            return None
    return children


def _arithmetic(reader: Reader, node: Node, depth: int) -> Expr:
    """Operators that take two operands; a chain of them leans to the left."""
    if depth > DEEPEST:
        return too_deep(reader, node)
    chain: list[tuple[Node, Node, Node]] = []
    left = node
    while left.kind_id in _ARITHMETIC:
        operands = _operands(left, _OPERANDS)
        if operands is None:
            break
        chain.append((left, operands[1], operands[2]))
        left = operands[0]
    if not chain:
        return opaque(reader, node, depth)
    exprs = reader.exprs
    deep = depth + len(chain)
    if len(chain) > _LONGEST_CHAIN:
        parts = [exprs[left.kind_id](reader, left, depth + 1)]
        parts += [exprs[right.kind_id](reader, right, depth + 1) for _, _, right in reversed(chain)]
        start = node.start_byte
        return Opaque(tuple(parts), start, node.end_byte - start)
    value = exprs[left.kind_id](reader, left, deep)
    for whole, operator, right in reversed(chain):
        operand = exprs[right.kind_id](reader, right, deep)
        deep -= 1
        op = KIND_NAMES[operator.kind_id]
        start = whole.start_byte
        value = Operation("arithmetic", op, (value, operand), start, whole.end_byte - start)
    return value


def _union_type(reader: Reader, node: Node, depth: int) -> Expr:
    """`a | b | c` in an annotation, which the grammar may lean to either side."""
    if depth > DEEPEST:
        return too_deep(reader, node)
    members: list[Node] = []
    pending = [node]
    while pending:
        member = pending.pop()
        operands = _operands(member, _OPERANDS) if member.kind_id not in _TYPE else None
        if member.kind_id in _TYPE:
            pending.extend(child for child in member.named_children if child.kind_id not in EXTRAS)
        elif operands and (member.kind_id in _UNION or (member.kind_id in _ARITHMETIC and operands[1].kind_id in _BAR)):
            pending += (operands[2], operands[0])
        else:
            members.append(member)
    exprs = reader.exprs
    if len(members) > _LONGEST_CHAIN or not members:
        parts = tuple(exprs[member.kind_id](reader, member, depth + 1) for member in members)
        start = node.start_byte
        return Opaque(parts, start, node.end_byte - start)
    value = exprs[members[0].kind_id](reader, members[0], depth + len(members))
    start = members[0].start_byte
    for at, member in enumerate(members[1:], 1):
        operand = exprs[member.kind_id](reader, member, depth + len(members) - at)
        value = Operation("arithmetic", "|", (value, operand), start, member.end_byte - start)
    return value


def _boolean(reader: Reader, node: Node, depth: int) -> Expr:
    """`and` and `or`, equal ones in a row as one."""
    operands = _operands(node, _OPERANDS)
    if operands is None or depth > DEEPEST:
        return opaque(reader, node, depth)
    left, operator, right = operands
    rights = [right]
    while left.kind_id in _BOOLEAN:
        operands = _operands(left, _OPERANDS)
        if operands is None or operands[1].kind_id != operator.kind_id:
            break
        left = operands[0]
        rights.append(operands[2])
    exprs = reader.exprs
    values = [exprs[left.kind_id](reader, left, depth + 1)]
    values += [exprs[child.kind_id](reader, child, depth + 1) for child in reversed(rights)]
    start = node.start_byte
    return Operation("boolean", KIND_NAMES[operator.kind_id], tuple(values), start, node.end_byte - start)


def _unary(reader: Reader, node: Node, depth: int) -> Expr:
    operands = _operands(node, _OPERANDS - 1)
    if operands is None or depth > DEEPEST:
        return opaque(reader, node, depth)
    operator, operand = operands
    value = reader.exprs[operand.kind_id](reader, operand, depth + 1)
    start = node.start_byte
    return Operation("unary", KIND_NAMES[operator.kind_id], (value,), start, node.end_byte - start)


def _comparison(reader: Reader, node: Node, depth: int) -> Expr:
    if depth > DEEPEST:
        return too_deep(reader, node)
    exprs = reader.exprs
    children = node.children
    if len(children) == _OPERANDS:
        left, operator, right = children
        values = (exprs[left.kind_id](reader, left, depth + 1), exprs[right.kind_id](reader, right, depth + 1))
        start = node.start_byte
        return Operation("comparison", KIND_NAMES[operator.kind_id], values, start, node.end_byte - start)
    children = [child for child in children if child.kind_id not in EXTRAS]
    operators = " ".join(KIND_NAMES[child.kind_id] for child in children[1::2])
    operands = tuple(exprs[child.kind_id](reader, child, depth + 1) for child in children[::2])
    start = node.start_byte
    return Operation("comparison", operators, operands, start, node.end_byte - start)


def _conditional(reader: Reader, node: Node, depth: int) -> Expr:
    children = [child for child in node.named_children if child.kind_id not in EXTRAS]
    if len(children) != _OPERANDS or depth > DEEPEST:
        return opaque(reader, node, depth)
    exprs = reader.exprs
    body, test, orelse = (exprs[child.kind_id](reader, child, depth + 1) for child in children)
    start, end = node.start_byte, node.end_byte
    if type(body) is NamedExpr and children[0].kind_id in _NAMED:
        # In `a := b if c else d` the grammar takes `a := b` for one part.
        return NamedExpr(
            body.target,
            Conditional(test, body.value, orelse, body.value.start, end - body.value.start),
            start,
            end - start,
        )
    return Conditional(test, body, orelse, start, end - start)


OPERATORS: Final[Mapping[str, ReadExpr]] = {
    "binary_operator": _arithmetic,
    "union_type": _union_type,
    "boolean_operator": _boolean,
    "unary_operator": _unary,
    "not_operator": _unary,
    "comparison_operator": _comparison,
    "conditional_expression": _conditional,
}
