"""Records written on one line, without their offsets, so that a test can say what it expects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import records as r
from fastlint.facts.load import facts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastlint.facts.store import File


def read(source: str | bytes) -> File:
    """The facts of a file that holds just this."""
    return facts_of("module.py", source.encode() if isinstance(source, str) else source)


def expression(source: str) -> str:
    """The outline of an expression."""
    (statement,) = read(source).header.statements
    assert isinstance(statement, r.ExprStatement)
    return outline(statement.value)


def statement(source: str) -> str:
    """The outline of a statement."""
    (found,) = read(source).header.statements
    return outline(found)


def first_function(source: str | bytes) -> tuple[File, r.Function]:
    """The function that a file begins with."""
    file = read(source)
    found = next(iter(functions(file.header.statements)))
    return file, found


def functions(statements: Iterable[r.Stmt]) -> Iterator[r.Function]:
    """The functions among statements, at any depth but for those inside functions."""
    for node in statements:
        match node:
            case r.FunctionDef():
                yield node.function
            case r.ClassDef():
                yield from functions(node.class_.body)
            case r.If() | r.For() | r.While():
                yield from functions((*node.body, *node.orelse))
            case r.With():
                yield from functions(node.body)
            case r.Try():
                yield from functions((*node.body, *node.orelse, *node.final))
                yield from functions(inner for handler in node.handlers for inner in handler.body)
            case r.Match():
                yield from functions(inner for case in node.cases for inner in case.body)
            case _:
                pass


def outline(value: object) -> str:
    """A record as `Kind(field, …)`, names and constants as they are written, offsets left out."""
    match value:
        case r.Name():
            return value.id
        case r.Str():
            return repr(value.value)
        case r.Constant():
            return f"#{value.text}"
        case r.FunctionDef():
            return outline(value.function)
        case r.ClassDef():
            return outline(value.class_)
        case r.Parameter():
            default = f"={outline(value.default)}" if value.default else ""
            annotation = f": {outline(value.annotation)}" if value.annotation else ""
            return f"{value.kind} {value.name}{annotation}{default}"
        case r.Keyword():
            return f"{value.name or '**'}={outline(value.value)}"
        case msgspec.Struct():
            fields = [(name, getattr(value, name)) for name in value.__struct_fields__]
            shown = [outline(field) for name, field in fields if not name.endswith(("start", "end", "size"))]
            return f"{type(value).__name__}({', '.join(shown)})"
        case tuple():
            return f"[{', '.join(outline(item) for item in value)}]"
        case None:
            return "-"
        case _:
            return str(value)
