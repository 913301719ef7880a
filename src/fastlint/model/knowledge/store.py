"""Reading of the compiled knowledge: the file whole (tables of bytes), its shelves when first asked for."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from fastlint.model.knowledge.offload_rows import OffloadTable
from fastlint.model.knowledge.schema import BlockingShelf, PatternRow
from fastlint.model.knowledge.type_rows import LibraryShelf

COMPILED: Final = Path(__file__).with_name("knowledge.msgpack")


class Archive(msgspec.Struct, frozen=True):
    """The compiled file. Shelves are kept as bytes, to be decoded when asked for."""

    blocking: dict[str, bytes]
    libraries: dict[str, bytes]
    patterns: bytes
    offload: bytes
    terminals: bytes
    lazy: bytes


@cache
def _archive() -> Archive:
    return msgspec.msgpack.decode(COMPILED.read_bytes(), type=Archive)


@cache
def blocking_shelf(first: str) -> BlockingShelf:
    """Blocking callables and classes whose qualified name begins with `first`."""
    packed = _archive().blocking.get(first)
    return BlockingShelf() if packed is None else msgspec.msgpack.decode(packed, type=BlockingShelf)


@cache
def library_shelf(first: str) -> LibraryShelf:
    """Types and functions whose qualified name begins with `first`."""
    packed = _archive().libraries.get(first)
    return LibraryShelf() if packed is None else msgspec.msgpack.decode(packed, type=LibraryShelf)


@cache
def patterns() -> tuple[PatternRow, ...]:
    """All globs over qualified names."""
    return msgspec.msgpack.decode(_archive().patterns, type=tuple[PatternRow, ...])


@cache
def offload() -> OffloadTable:
    """What leaves the event loop and what runs on it."""
    return msgspec.msgpack.decode(_archive().offload, type=OffloadTable)


@cache
def terminals() -> tuple[frozenset[str], frozenset[str]]:
    """See `terminals.terminals`."""
    return msgspec.msgpack.decode(_archive().terminals, type=tuple[frozenset[str], frozenset[str]])


@cache
def lazy() -> tuple[frozenset[str], frozenset[str]]:
    """See `terminals.lazy_attributes`."""
    return msgspec.msgpack.decode(_archive().lazy, type=tuple[frozenset[str], frozenset[str]])


def shelf_names() -> tuple[frozenset[str], frozenset[str]]:
    """First names with blocking rows, and with library rows."""
    return frozenset(_archive().blocking), frozenset(_archive().libraries)
