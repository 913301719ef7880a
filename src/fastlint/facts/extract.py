"""From the bytes of a file to records: its header at once, the bodies of its functions when asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from fastlint.facts.annotations import ANNOTATIONS
from fastlint.facts.comments import suppressions
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
from fastlint.facts.syntax import first_error, kinds, legible, parse, parse_part, table
from fastlint.text import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node


_EXPRS: Final = table({**LITERALS, **OPERATORS, **ANNOTATIONS, **EXPRESSIONS}, opaque)
_STMTS: Final = table({**STATEMENTS, **COMPOUND, **DEFINITIONS}, loose)

_FUNCTION: Final = kinds("function_definition")
_BLOCK: Final = kinds("block")
_LEGACY: Final = kinds("print_statement", "exec_statement")
_CHEVRON: Final = kinds("chevron")
_BEFORE_STATEMENT: Final = ("", " ", "\t", "\f", "\n", "\r", ":", ";")
_AFTER_WORD: Final = (" ", "\t", "'", '"')
_COROUTINE: Final = b"async def "
_BLANK: Final = re.compile(r"(?:\s|#[^\n]*)*")
_NOTHING: Final = Body((), yields=False)
_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}
_CLOSERS: Final = frozenset(_CLOSING.values())
_SHOWN: Final = 40  # so much of what is wrong stands in a message


class Bodies:
    """A file of whose functions bodies are read when asked for."""

    __slots__ = ("_data", "_reader")

    def __init__(self, data: bytes) -> None:
        self._data = legible(data)
        self._reader = Reader(data.decode("latin-1"), _EXPRS, _STMTS)

    def body(self, start: int, end: int) -> Body:
        """The body of the function that spans these bytes: from its node, or by parsing just this stretch."""
        node = self._reader.bodies.pop(start, None)  # kept, it would keep all nodes below it
        if node is None:
            node = _block_of(parse_part(self._data, start, end).root_node)
        if node is None:
            return _NOTHING
        self._reader.yields = False
        statements = block(self._reader, node, 1)
        return Body(statements, self._reader.yields)

    def ahead(self) -> Iterator[tuple[int, Body]]:
        """All bodies, if most of them will be asked for; else none.

        Of functions beside coroutine functions about two in three are asked for, which pays for the third:
        to read a body that is not wanted costs as much as to parse one again that is.
        """
        return self.rest() if _COROUTINE in self._data else iter(())

    def rest(self) -> Iterator[tuple[int, Body]]:
        """All bodies that are still to be read of functions seen, nested ones too, by the start of the function."""
        while self._reader.bodies:
            start = next(iter(self._reader.bodies))
            yield start, self.body(start, 0)


class Parsed(Bodies):
    """A file whose tree is at hand.

    Attributes:
        header: all of the file but the bodies of its functions.
        doubtful: whether the grammar's word is all that speaks against the file.
    """

    __slots__ = ("doubtful", "header")

    def __init__(self, text: Text) -> None:
        super().__init__(text.data)
        root = parse(self._data).root_node
        statements = block(self._reader, root, 1)
        problems = text.problems
        nul = text.data.find(b"\0")
        if nul >= 0:
            problems = (*problems, Problem("a NUL byte, which no Python source may hold", nul))
        self.doubtful = False
        if not problems:
            problems = _complaints(root, self._reader)
            self.doubtful = bool(problems)
        silenced = suppressions(root, Source("", text.data))
        self.header = Header(statements, silenced, problems, text.encoding)


def header(raw: bytes) -> Header:
    """The header of a file."""
    return Parsed(text_of(raw)).header


def _complaints(root: Node, reader: Reader) -> tuple[Problem, ...]:
    """The first thing in a tree that is not Python."""
    error = first_error(root)
    text = reader.text
    if error is None and reader.hollow:  # timid: blocks inside of functions are read later
        behind = _BLANK.match(text, min(reader.hollow))
        at = behind.end() if behind is not None and behind.end() < len(text) else min(reader.hollow)
        return (Problem("invalid syntax: expected an indented block", at),)
    if error is None:
        return _outdated(root, text)
    start = error.start_byte
    if error.is_missing:
        return (Problem(f"invalid syntax: expected `{error.type}`", start),)
    bracket = _brackets(error)
    if bracket is not None:
        return (bracket,)
    written = recode(text[start : min(error.end_byte, start + _SHOWN)]).strip().partition("\n")[0]
    return (Problem(f"invalid syntax at `{written}`" if written else "invalid syntax", start),)


def _brackets(error: Node) -> Problem | None:
    """What is wrong with the brackets in an error: one that closes nothing, or the innermost that is never closed."""
    open_: list[Node] = []
    pending = [error]
    while pending:
        node = pending.pop()
        pending.extend(reversed(node.children))
        if node.type in _CLOSING:
            open_.append(node)
        elif open_ and node.type == _CLOSING[open_[-1].type]:
            open_.pop()
        elif node.type in _CLOSERS:
            what = f"does not close `{open_[-1].type}`" if open_ else "closes nothing"
            return Problem(f"invalid syntax: `{node.type}` {what}", node.start_byte)
    return Problem(f"invalid syntax: `{open_[-1].type}` is never closed", open_[-1].start_byte) if open_ else None


def _outdated(root: Node, text: str) -> tuple[Problem, ...]:
    """The first statement that only Python 2 knows, which the grammar takes, too."""
    found: list[Problem] = []
    for word in ("print", "exec"):
        at = text.find(word)
        while at >= 0:
            if text[at - 1 : at] in _BEFORE_STATEMENT and text[at + len(word) : at + len(word) + 1] in _AFTER_WORD:
                token = root.descendant_for_byte_range(at, at + len(word))
                if token is not None and _is_outdated(token):
                    found.append(Problem(f"invalid syntax: `{word}` is no statement of Python 3", at))
                    break
            at = text.find(word, at + 1)
    return tuple(sorted(found, key=lambda problem: problem.offset)[:1])


def _is_outdated(token: Node) -> bool:
    """Whether a word begins a statement of Python 2; `print >>a` is an expression in Python 3."""
    statement, after = token.parent, token.next_named_sibling
    if statement is None or statement.kind_id not in _LEGACY:
        return False
    return after is None or after.kind_id not in _CHEVRON


def _block_of(root: Node) -> Node | None:
    """The block of the function that a stretch of a file holds."""
    pending = [root]
    while pending:
        node = pending.pop()
        if node.kind_id in _FUNCTION:
            return next((child for child in node.named_children if child.kind_id in _BLOCK), None)
        pending.extend(reversed(node.named_children))
    return None
