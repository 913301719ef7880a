"""The definitions that findings stand in: names that survive edits elsewhere in a file, as line numbers do not."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts.nesting import inner_blocks
from fastlint.facts.records import Class, ClassDef, FunctionDef

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fastlint.facts.files import FileFacts
    from fastlint.facts.records import Function, Stmt
    from fastlint.findings import Finding


def with_symbols(findings: Sequence[Finding], files: Mapping[str, FileFacts]) -> tuple[Finding, ...]:
    """Findings with the dotted names of the innermost definitions around them, where a check gave none."""
    outlines: dict[str, _Outline] = {}
    named = []
    for finding in findings:
        path = finding.at.path
        if path not in outlines and path in files:
            outlines[path] = _Outline(files[path])
        symbol = outlines[path].symbol_at(finding.at.start) if path in outlines and not finding.symbol else ""
        named.append(msgspec.structs.replace(finding, symbol=symbol) if symbol else finding)
    return tuple(named)


def symbol_at(file: FileFacts, offset: int) -> str:
    """The dotted name, local to its module, of the innermost function or class around an offset; "" outside of all.

    Decorators belong to what they decorate.
    """
    return _Outline(file).symbol_at(offset)


class _Outline:
    """The definitions of a file, worked out as far as is asked."""

    def __init__(self, file: FileFacts) -> None:
        self._file = file
        self._top = tuple(_definitions(file.header.statements))
        self._inner: dict[int, tuple[Function | Class, ...]] = {}

    def symbol_at(self, offset: int) -> str:
        names: list[str] = []
        definitions = self._top
        while True:
            place = bisect_right(definitions, offset, key=_begin) - 1
            if place < 0 or offset >= definitions[place].end:
                return ".".join(names)
            names.append(definitions[place].name)
            definitions = self._within(definitions[place])

    def _within(self, definition: Function | Class) -> tuple[Function | Class, ...]:
        found = self._inner.get(definition.start)
        if found is None:
            found = self._inner[definition.start] = tuple(_definitions(self._statements(definition)))
        return found

    def _statements(self, definition: Function | Class) -> Sequence[Stmt]:
        if isinstance(definition, Class):
            return definition.body
        find = self._file.source.data.find
        start, end = definition.body_start, definition.body_end
        if find(b"def ", start, end) < 0 and find(b"class ", start, end) < 0:
            return ()  # most define nothing, and their bodies need not be read
        return self._file.body(definition).statements


def _begin(definition: Function | Class) -> int:
    return min((decorator.start - 1 for decorator in definition.decorators), default=definition.start)  # 1 for the `@`


def _definitions(statements: Sequence[Stmt]) -> Iterator[Function | Class]:
    """The definitions in a block and in the blocks of its compound statements, not those inside of definitions."""
    for statement in statements:
        if isinstance(statement, FunctionDef):
            yield statement.function
        elif isinstance(statement, ClassDef):
            yield statement.class_
        else:
            for block in inner_blocks(statement):
                yield from _definitions(block)
