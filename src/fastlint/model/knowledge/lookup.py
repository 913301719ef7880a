"""Which row speaks of a name: by spelling, base class or pattern. Answers depend on the data alone and are kept."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from fastlint.model.knowledge import libraries, store

if TYPE_CHECKING:
    from collections.abc import Iterator

from fastlint.model.knowledge.schema import CallRow, ClassRow, HeavyRow, PatternRow


class Callable(msgspec.Struct, frozen=True):
    """What a call of a qualified name is a call of.

    Attributes:
        row: the function, the class that it constructs or whose `method` it calls, or the pattern.
        name: the name as the row knows it.
        method: for `Class.method(…)`.
    """

    row: CallRow | ClassRow | PatternRow
    name: str
    method: str = ""


def first(name: str) -> str:
    """The shelf of a name."""
    return name.partition(".")[0]


@cache
def spellings(qualified: str) -> tuple[str, ...]:
    """The canonical name and the one given."""
    canonical = libraries.canonical(qualified)
    return (qualified,) if canonical == qualified else (canonical, qualified)


@cache
def call_row(qualified: str) -> CallRow | None:
    """The row of a function."""
    for name in spellings(qualified):
        row = store.blocking_shelf(first(name)).call(name)
        if row is not None:
            return row
    return None


@cache
def class_row(type_name: str) -> ClassRow | None:
    """The row of a class or of the nearest base that has one; None for classes known to be harmless."""
    plain = type_name.partition("[")[0]
    for name in (*spellings(plain), *libraries.bases(plain)):
        shelf = store.blocking_shelf(first(name))
        row = shelf.class_(name)
        if row is not None or name in shelf.harmless_classes:
            return row
    return None


@cache
def heavy_row(qualified: str) -> HeavyRow | None:
    """The row of a costly constructor."""
    for name in spellings(qualified):
        row = store.blocking_shelf(first(name)).heavy.get(name)
        if row is not None:
            return row
    return None


@cache
def is_harmless(qualified: str) -> bool:
    """Whether a callable is known not to block."""
    return any(name in store.blocking_shelf(first(name)).harmless for name in spellings(qualified))


@cache
def is_harmless_class(type_name: str) -> bool:
    """Whether a class is known to be harmless."""
    return any(name in store.blocking_shelf(first(name)).harmless_classes for name in spellings(type_name))


@cache
def callable_(qualified: str) -> Callable | None:
    """What is called when `qualified` is, if it may block."""
    row = call_row(qualified)
    if row is not None:
        return Callable(row, row.name)
    if is_harmless(qualified):
        return None
    for name in spellings(qualified):
        shelf = store.blocking_shelf(first(name))
        class_ = shelf.class_(name)
        if class_ is not None:
            return Callable(class_, name)
        if name in shelf.harmless_classes:
            return None
    return _method_of_class(qualified)


def _method_of_class(qualified: str) -> Callable | None:
    for name in spellings(qualified):
        owner, _, method = name.rpartition(".")
        row = class_row(owner) if owner else None
        if row is not None and (row.on_class or method in row.methods):
            return Callable(row, name, method)
        for pattern in patterns(name):
            if pattern.callables:
                return Callable(pattern, name)
        for pattern in patterns(owner):
            if pattern.on_class and pattern_blocks(pattern, method):
                return Callable(pattern, name, method)
    return None


@cache
def pattern_of(type_name: str, method: str) -> PatternRow | None:
    """The pattern by which `method` of an instance blocks."""
    for name in spellings(type_name):
        for pattern in patterns(name):
            if not pattern.callables and pattern_blocks(pattern, method):
                return pattern
    return None


def patterns(name: str) -> Iterator[PatternRow]:
    """The patterns that match a name."""
    for row in store.patterns():
        prefix = row.match.partition("*")[0]
        if name.startswith(prefix) and fnmatchcase(name, row.match) and not matches(name, row.except_match):
            yield row


def pattern_blocks(row: PatternRow, method: str) -> bool:
    """Whether `method` of a class that the pattern names blocks."""
    if row.all_methods:
        return not method.startswith("_") and not matches(method, row.except_methods)
    return method in row.methods


def matches(name: str, globs: tuple[str, ...]) -> bool:
    """Whether one of the globs matches."""
    return any(fnmatchcase(name, glob) for glob in globs)
