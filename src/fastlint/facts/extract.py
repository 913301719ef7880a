"""From the bytes of a file to records: its header at once, the bodies of its functions when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastlint.facts.compound import COMPOUND
from fastlint.facts.definitions import DEFINITIONS
from fastlint.facts.encodings import Text, text_of
from fastlint.facts.expressions import EXPRESSIONS
from fastlint.facts.literals import LITERALS
from fastlint.facts.operators import OPERATORS
from fastlint.facts.reader import Reader, block, loose, opaque
from fastlint.facts.records import Body, Header, Problem
from fastlint.facts.statements import STATEMENTS
from fastlint.facts.strings import recode
from fastlint.facts.syntax import first_error, kinds, parse, parse_part, table

if TYPE_CHECKING:
    from tree_sitter import Node

    from fastlint.facts.records import Function

_EXPRS: Final = table({**LITERALS, **OPERATORS, **EXPRESSIONS}, opaque)
_STMTS: Final = table({**STATEMENTS, **COMPOUND, **DEFINITIONS}, loose)

_FUNCTION: Final = kinds("function_definition")
_BLOCK: Final = kinds("block")
_SHOWN: Final = 40  # so much of what is wrong stands in a message


class Parsed:
    """A file whose tree is at hand.

    Attributes:
        header: all of the file but the bodies of its functions.
        doubtful: whether the grammar's word is all that speaks against the file.
    """

    __slots__ = ("_reader", "doubtful", "header")

    def __init__(self, text: Text) -> None:
        root = parse(text.data).root_node
        reader = self._reader = Reader(text.data.decode("latin-1"), _EXPRS, _STMTS)
        statements = block(reader, root, 1)
        problems = text.problems
        nul = text.data.find(b"\0")
        if nul >= 0:
            problems = (*problems, Problem("a NUL byte, which no Python source may hold", nul))
        self.doubtful = False
        if not problems:
            problems = _complaints(root, reader.text)
            self.doubtful = bool(problems)
        self.header = Header(statements, (), problems, text.encoding)

    def body(self, function: Function) -> Body:
        """The body of a function whose `def` was read from this tree."""
        return _body(self._reader, self._reader.bodies.get(function.start))


def header(raw: bytes) -> Header:
    """The header of a file."""
    return Parsed(text_of(raw)).header


def _complaints(root: Node, text: str) -> tuple[Problem, ...]:
    """The first thing in a tree that is not Python."""
    error = first_error(root)
    if error is None:
        return ()
    start = error.start_byte
    if error.is_missing:
        return (Problem(f"invalid syntax: expected `{error.type}`", start),)
    written = recode(text[start : min(error.end_byte, start + _SHOWN)]).strip().partition("\n")[0]
    return (Problem(f"invalid syntax at `{written}`" if written else "invalid syntax", start),)


def body(self, function: Function) -> Body | None:
        """The body of a function whose `def` was read from this tree."""
        node = self._reader.bodies.get(function.start)
        return _body(self._reader, node)


def body(data: bytes, function: Function) -> Body:
    """The body of a function, by parsing its stretch of the file only."""
    reader = Reader(data.decode("latin-1"), _EXPRS, _STMTS)
    pending = [parse_part(data, function.start, function.end).root_node]
    while pending:
        node = pending.pop()
        if node.kind_id in _FUNCTION:
            blocks = [child for child in node.named_children if child.kind_id in _BLOCK]
            return _body(reader, blocks[0] if blocks else None)
        pending.extend(reversed(node.named_children))
    return Body((), False)


def _body(reader: Reader, node: Node | None) -> Body:
    if node is None:
        return Body((), False)
    reader.yields = False
    statements = block(reader, node, 1)
    return Body(statements, reader.yields)
