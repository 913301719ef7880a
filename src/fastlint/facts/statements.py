"""Simple statements: from nodes to records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastlint.facts.literals import identifier
from fastlint.facts.reader import inner_expressions, type_of
from fastlint.facts.records import (
    Assert,
    Assign,
    Delete,
    ExprStatement,
    Import,
    ImportName,
    Jump,
    Name,
    Opaque,
    Operation,
    Raise,
    Return,
    Scope,
    Sequence,
    TypeAliasDef,
)
from fastlint.facts.syntax import EXTRAS, KIND_NAMES, kinds, parse_part, significant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tree_sitter import Node

    from fastlint.facts.reader import Reader, ReadStmt
    from fastlint.facts.records import Expr, Stmt

_ASSIGNMENT: Final = kinds("assignment")
_AUGMENTED: Final = kinds("augmented_assignment")
_EQUALS: Final = kinds("=")
_TYPE: Final = kinds("type")
_FROM: Final = kinds("from")
_ALIASED: Final = kinds("aliased_import")
_DOTTED: Final = kinds("dotted_name")
_RELATIVE: Final = kinds("relative_import")
_WILDCARD: Final = kinds("wildcard_import")
_IMPORT: Final = kinds("import")
_IDENTIFIER: Final = kinds("identifier")
_CHEVRON: Final = kinds("chevron")
_GENERIC: Final = kinds("generic_type")


def _expression_statement(reader: Reader, node: Node, depth: int) -> Stmt:
    children = node.named_children
    if len(children) != 1:
        children = significant(node)
    start, end = node.start_byte, node.end_byte
    if len(children) == 1:
        child = children[0]
        kind = child.kind_id
        if kind in _ASSIGNMENT:
            return _assignment(reader, child, depth)
        if kind in _AUGMENTED:
            return _augmented(reader, child, depth)
        if child.end_byte == end or node.child_count == 1:
            return ExprStatement(reader.exprs[kind](reader, child, depth + 1), start, end)
    items = tuple(reader.exprs[child.kind_id](reader, child, depth + 1) for child in children)
    return ExprStatement(Sequence("tuple", items, start, end - start), start, end)


def _assignment(reader: Reader, node: Node, depth: int) -> Stmt:
    """`a = b = value` and `a: annotation = value`."""
    exprs = reader.exprs
    start, end = node.start_byte, node.end_byte
    targets: list[Expr] = []
    annotation: Expr | None = None
    while True:
        value: Node | None = None
        after_equals = False
        for at, child in enumerate(node.children):
            kind = child.kind_id
            if at == 0:
                targets.append(exprs[kind](reader, child, depth + 1))
            elif kind in _EQUALS:
                after_equals = True
            elif after_equals and kind not in EXTRAS:
                value = child
            elif kind in _TYPE:
                annotation = type_of(reader, child, node, depth + 1)
        if value is None:
            return Assign(tuple(targets), None, annotation, "", start, end)
        if value.kind_id not in _ASSIGNMENT:
            return Assign(tuple(targets), exprs[value.kind_id](reader, value, depth + 1), annotation, "", start, end)
        node = value


def _augmented(reader: Reader, node: Node, depth: int) -> Stmt:
    children = [child for child in node.children if child.kind_id not in EXTRAS]
    start, end = node.start_byte, node.end_byte
    if len(children) != 3:  # noqa: PLR2004
        return ExprStatement(Opaque(tuple(inner_expressions(reader, node, depth)), start, end - start), start, end)
    target, operator, value = children
    exprs = reader.exprs
    targets = (exprs[target.kind_id](reader, target, depth + 1),)
    operand = exprs[value.kind_id](reader, value, depth + 1)
    return Assign(targets, operand, None, KIND_NAMES[operator.kind_id], start, end)


def _values(reader: Reader, node: Node, depth: int) -> list[Expr]:
    exprs = reader.exprs
    return [
        exprs[child.kind_id](reader, child, depth + 1) for child in node.named_children if child.kind_id not in EXTRAS
    ]


def _return(reader: Reader, node: Node, depth: int) -> Stmt:
    values = _values(reader, node, depth)
    return Return(values[0] if values else None, node.start_byte, node.end_byte)


def _raise(reader: Reader, node: Node, depth: int) -> Stmt:
    exprs = reader.exprs
    exception: Expr | None = None
    cause: Expr | None = None
    after_from = False
    for child in node.children[1:]:
        kind = child.kind_id
        if kind in _FROM:
            after_from = True
        elif kind in EXTRAS:
            continue
        elif after_from:
            cause = exprs[kind](reader, child, depth + 1)
        else:
            exception = exprs[kind](reader, child, depth + 1)
    return Raise(exception, cause, node.start_byte, node.end_byte)


def _assert(reader: Reader, node: Node, depth: int) -> Stmt:
    start, end = node.start_byte, node.end_byte
    values = _values(reader, node, depth)
    if not values:
        return ExprStatement(Opaque((), start, end - start), start, end)
    return Assert(values[0], values[1] if len(values) > 1 else None, start, end)


def _delete(reader: Reader, node: Node, depth: int) -> Stmt:
    targets = _values(reader, node, depth)
    if len(targets) == 1 and isinstance(targets[0], Sequence) and targets[0].kind == "tuple":
        return Delete(targets[0].items, node.start_byte, node.end_byte)
    return Delete(tuple(targets), node.start_byte, node.end_byte)


def _scope(reader: Reader, node: Node, depth: int) -> Stmt:  # noqa: ARG001
    names = tuple(identifier(reader.text[child.start_byte : child.end_byte]) for child in significant(node))
    return Scope(names, reader.text.startswith("nonlocal", node.start_byte), node.start_byte, node.end_byte)


def _jump(reader: Reader, node: Node, depth: int) -> Stmt:  # noqa: ARG001
    start, end = node.start_byte, node.end_byte
    if reader.text.startswith("pass", start):
        return Jump("pass", start, end)
    return Jump("break" if reader.text.startswith("break", start) else "continue", start, end)


def _print(reader: Reader, node: Node, depth: int) -> Stmt:
    """The `print` statement of Python 2, or the tuple that `print >>a, b` is since."""
    children = significant(node)
    if not children or children[0].kind_id not in _CHEVRON:
        return _legacy(reader, node, depth)
    start, end = node.start_byte, node.end_byte
    first, *others = _values(reader, node, depth)
    word = Name("print", start, len("print"))
    shifted = Operation("arithmetic", ">>", (word, first), start, first.end - start)
    if not others and children[0].end_byte == end:
        return ExprStatement(shifted, start, end)
    return ExprStatement(Sequence("tuple", (shifted, *others), start, end - start), start, end)


def _legacy(reader: Reader, node: Node, depth: int) -> Stmt:
    """The `print` and `exec` statements of Python 2."""
    start, end = node.start_byte, node.end_byte
    return ExprStatement(Opaque(tuple(inner_expressions(reader, node, depth)), start, end - start), start, end)


def _type_alias(reader: Reader, node: Node, depth: int) -> Stmt:
    start, end = node.start_byte, node.end_byte
    children = significant(node)
    if len(children) != 2:  # noqa: PLR2004
        return _legacy(reader, node, depth)
    left, right = children
    value = reader.exprs[right.kind_id](reader, right, depth + 1)
    named = significant(left)[:1]
    if named and named[0].kind_id in _GENERIC:
        named = significant(named[0])[:1]
    if named and named[0].kind_id in _IDENTIFIER:
        name = identifier(reader.text[named[0].start_byte : named[0].end_byte])
        return TypeAliasDef(name, value, start, end)
    # The grammar takes `type(a).b = c` for an alias, too.
    target = parse_part(reader.text.encode("latin-1"), start, left.end_byte).root_node
    return Assign(tuple(inner_expressions(reader, target, depth)), value, None, "", start, end)


def _import(reader: Reader, node: Node, depth: int) -> Stmt:  # noqa: ARG001
    """`import a.b as c`."""
    names = tuple(
        _imported(reader, child, is_from=False) for child in node.named_children if child.kind_id not in EXTRAS
    )
    return Import("", 0, names, False, node.start_byte, node.end_byte)


def _import_from(reader: Reader, node: Node, depth: int) -> Stmt:  # noqa: ARG001
    """`from .a import b as c`."""
    module = ""
    level = 0
    names: list[ImportName] = []
    after_import = False
    for child in node.children:
        kind = child.kind_id
        if kind in _IMPORT:
            after_import = True
        elif after_import:
            if kind in _ALIASED or kind in _DOTTED or kind in _WILDCARD:
                names.append(_imported(reader, child, is_from=True))
        elif kind in _DOTTED or kind in _RELATIVE:
            module = _dotted(reader, child)
            level = len(module) - len(module.lstrip("."))
            module = module[level:]
        elif KIND_NAMES[kind] == "__future__":
            module = "__future__"
    return Import(module, level, tuple(names), True, node.start_byte, node.end_byte)


def _imported(reader: Reader, node: Node, *, is_from: bool) -> ImportName:
    start, end = node.start_byte, node.end_byte
    if node.kind_id in _ALIASED:
        parts = significant(node)
        name = _dotted(reader, parts[0])
        return ImportName(name, _dotted(reader, parts[-1]), start, end)
    name = _dotted(reader, node)
    return ImportName(name, name if is_from else name.partition(".")[0], start, end)


def _dotted(reader: Reader, node: Node) -> str:
    """The text of a dotted name, without what may stand between its parts."""
    text = reader.text[node.start_byte : node.end_byte]
    if text.replace(".", "").isidentifier() and text.isascii():
        return text
    pieces = [
        _dotted(reader, child) if child.child_count else reader.text[child.start_byte : child.end_byte]
        for child in node.children
        if child.kind_id not in EXTRAS
    ]
    return identifier("".join(pieces) or text)


STATEMENTS: Final[Mapping[str, ReadStmt]] = {
    "expression_statement": _expression_statement,
    "assignment": _assignment,
    "augmented_assignment": _augmented,
    "return_statement": _return,
    "raise_statement": _raise,
    "assert_statement": _assert,
    "delete_statement": _delete,
    "global_statement": _scope,
    "nonlocal_statement": _scope,
    "pass_statement": _jump,
    "break_statement": _jump,
    "continue_statement": _jump,
    "print_statement": _print,
    "exec_statement": _legacy,
    "type_alias_statement": _type_alias,
    "import_statement": _import,
    "import_from_statement": _import_from,
    "future_import_statement": _import_from,
}
