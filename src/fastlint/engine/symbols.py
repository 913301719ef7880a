"""The definitions that findings stand in: names that survive edits elsewhere in a file, as line numbers do not."""

from __future__ import annotations

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
    named = []
    for finding in findings:
        file = files.get(finding.at.path)
        symbol = symbol_at(file, finding.at.start) if file is not None and not finding.symbol else ""
        named.append(msgspec.structs.replace(finding, symbol=symbol) if symbol else finding)
    return tuple(named)


def symbol_at(file: FileFacts, offset: int) -> str:
    """The dotted name, local to its module, of the innermost function or class around an offset; "" outside of all.

    Decorators belong to what they decorate.
    """
    names: list[str] = []
    statements: Sequence[Stmt] = file.header.statements
    while True:
        inner = next((one for one in _definitions(statements) if _begin(one) <= offset < one.end), None)
        if inner is None:
            return ".".join(names)
        names.append(inner.name)
        statements = inner.body if isinstance(inner, Class) else file.body(inner).statements


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
