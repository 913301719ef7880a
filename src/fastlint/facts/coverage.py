"""Which rows a suppression comment is about: those of its line, of the statement it ends, or of the next one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from fastlint.facts.syntax import EXTRAS, kinds, significant

if TYPE_CHECKING:
    from tree_sitter import Node

    from fastlint.text import Source

_WHOLE: Final = kinds(
    "assert_statement",
    "break_statement",
    "continue_statement",
    "decorator",
    "delete_statement",
    "exec_statement",
    "expression_statement",
    "future_import_statement",
    "global_statement",
    "import_from_statement",
    "import_statement",
    "nonlocal_statement",
    "pass_statement",
    "print_statement",
    "raise_statement",
    "return_statement",
    "type_alias_statement",
)
_HEADED: Final = kinds(
    "case_clause",
    "class_definition",
    "decorated_definition",
    "elif_clause",
    "else_clause",
    "except_clause",
    "finally_clause",
    "for_statement",
    "function_definition",
    "if_statement",
    "match_statement",
    "try_statement",
    "while_statement",
    "with_statement",
)
_DECORATED: Final = kinds("decorated_definition")
_DECORATOR: Final = kinds("decorator")
_BLOCK: Final = kinds("block")
_GAP: Final = re.compile(rb"(?:[\s\\]|#[^\r\n]*)*")


def alone(comment: Node, source: Source) -> bool:
    """Whether nothing else stands on the line of a comment."""
    begin = source.line_starts[source.row(comment.start_byte) - 1]
    return not source.data[begin : comment.start_byte].removeprefix(b"\xef\xbb\xbf").strip()


def rows_of_own(root: Node, comment: Node, source: Source) -> tuple[int, int]:
    """The row of a comment, or all rows of the simple statement, decorator or header that it ends."""
    row = source.row(comment.start_byte)
    before = len(source.data[: comment.start_byte].rstrip(b" \t\f;"))
    node = root.descendant_for_byte_range(before - 1, before)
    while node is not None:
        if node.kind_id in _WHOLE:
            ends = _whole_end(node) <= comment.start_byte
            return (source.row(node.start_byte), row) if ends else (row, row)
        if node.kind_id in _HEADED:
            ends = _header_end(node) == before
            return (source.row(node.start_byte), row) if ends else (row, row)
        node = node.parent
    return row, row


def rows_of_next(root: Node, comment: Node, source: Source) -> tuple[int, int]:
    """The rows from a comment to the end of the next logical line, or of the next line if it is within one."""
    row = source.row(comment.start_byte)
    gap = _GAP.match(source.data, comment.end_byte)
    after = gap.end() if gap else len(source.data)
    if after >= len(source.data):
        return row, row
    end = after + 1
    if not _within(comment):
        node = root.descendant_for_byte_range(after, after + 1)
        while node is not None and node.start_byte == after:
            if node.kind_id in _WHOLE:
                end = _whole_end(node)
            elif node.kind_id in _HEADED:
                end = _header_end(node)
            node = node.parent
    return row, source.row(max(end - 1, after))


def _within(comment: Node) -> bool:
    """Whether a comment stands in the midst of a simple statement or of a header."""
    node = comment.parent
    while node is not None:
        if node.kind_id in _WHOLE:
            return True
        if node.kind_id in _BLOCK:
            return False
        if node.kind_id in _HEADED:
            return node.kind_id not in _DECORATED and comment.start_byte < _header_end(node)
        node = node.parent
    return False


def _whole_end(node: Node) -> int:
    """Where a simple statement or decorator ends; to the grammar, a decorator has its line break, too."""
    parts = significant(node) if node.kind_id in _DECORATOR else ()
    return parts[-1].end_byte if parts else node.end_byte


def _header_end(node: Node) -> int:
    """Where the colon of a compound statement ends."""
    end = node.start_byte
    for child in node.children:
        if child.kind_id in _BLOCK:
            return end
        if child.kind_id in _HEADED:  # the definition after its decorators
            return _header_end(child)
        if child.kind_id not in EXTRAS:
            end = child.end_byte
    return end
