"""Compile the data files: run `python -m fastlint.model.knowledge.compile` after a change of a TOML file."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from fastlint.model.knowledge.merge import merge_libraries
from fastlint.model.knowledge.offload_rows import OffloadSheet, OffloadTable
from fastlint.model.knowledge.schema import BlockingSheet, BlockingShelf, CallRow, ClassRow, HeavyRow
from fastlint.model.knowledge.store import COMPILED, Archive
from fastlint.model.knowledge.terminals import gather, gather_lazy
from fastlint.model.knowledge.type_rows import LibrarySheet, LibraryShelf, TypeRow

HERE: Final = Path(__file__).parent
Sheet = TypeVar("Sheet", BlockingSheet, OffloadSheet, LibrarySheet)


def read(name: str, type_: type[Sheet]) -> Sheet:
    """The data file `name`, checked."""
    return msgspec.toml.decode((HERE / name).read_bytes(), type=type_)


def first(qualified: str) -> str:
    """The shelf on which a name stands."""
    return qualified.partition(".")[0]


def spellings(row: CallRow | ClassRow) -> list[str]:
    """Every way to write the name of `row`."""
    return [name for name in (row.name, *row.aliases, row.defined) if name]


def blocking_shelves(sheet: BlockingSheet) -> dict[str, BlockingShelf]:
    """The rows of blocking.toml by first name."""
    calls = _by_first_name(sheet.call)
    classes = _by_first_name(sheet.class_)
    harmless: dict[str, set[str]] = defaultdict(set)
    harmless_classes: dict[str, set[str]] = defaultdict(set)
    heavy: dict[str, dict[str, HeavyRow]] = defaultdict(dict)
    for row in sheet.nonblocking:
        if row.kind == "class":
            harmless_classes[first(row.name)].add(row.name)
        else:
            owner = row.name.rpartition(".")[0]
            harmless[first(row.name)].update([row.name, *(f"{owner}.{method}" for method in row.methods)])
    for ctor in sheet.heavy_ctor:
        heavy[first(ctor.ctor)][ctor.ctor] = ctor
    names = sorted({*calls, *classes, *harmless, *harmless_classes, *heavy})
    return {
        name: BlockingShelf(
            *_numbered(calls[name], classes[name]),
            frozenset(harmless[name]),
            frozenset(harmless_classes[name]),
            heavy[name],
        )
        for name in names
    }


_Row = TypeVar("_Row", CallRow, ClassRow)


def _by_first_name(rows: tuple[_Row, ...]) -> dict[str, dict[str, _Row]]:
    """Every spelling and its row, by first name; the first row to claim a spelling keeps it."""
    found: dict[str, dict[str, _Row]] = defaultdict(dict)
    for row in rows:
        for name in spellings(row):
            found[first(name)].setdefault(name, row)
    return found


def _numbered(
    calls: dict[str, CallRow], classes: dict[str, ClassRow]
) -> tuple[tuple[CallRow, ...], tuple[ClassRow, ...], dict[str, int], dict[str, int]]:
    """Each row once, and each spelling with the place of its row."""
    call_rows = tuple({row.name: row for row in calls.values()}.values())
    class_rows = tuple({row.name: row for row in classes.values()}.values())
    call_places = {row.name: place for place, row in enumerate(call_rows)}
    class_places = {row.name: place for place, row in enumerate(class_rows)}
    return (
        call_rows,
        class_rows,
        {name: call_places[row.name] for name, row in calls.items()},
        {name: class_places[row.name] for name, row in classes.items()},
    )


def offload_table(sheet: OffloadSheet) -> OffloadTable:
    """The rows of offload.toml by every spelling."""
    return OffloadTable(
        {name: row for row in sheet.escape for name in _method_names(row.name, row.method, row.aliases)},
        {name: row for row in sheet.spawn for name in _method_names(row.name, row.method, row.aliases)},
        {name: row for row in sheet.cache for name in (row.name, *row.aliases)},
        {name: row for row in sheet.retry for name in (row.name, *row.aliases)},
    )


def _method_names(name: str, method: str, aliases: tuple[str, ...]) -> list[str]:
    return [f"{spelled}.{method}" if method else spelled for spelled in (name, *aliases)]


def library_shelves(sheet: LibrarySheet) -> dict[str, LibraryShelf]:
    """The merged knowledge of libraries by first name."""
    functions: dict[str, dict[str, str]] = defaultdict(dict)
    coroutines: dict[str, dict[str, str]] = defaultdict(dict)
    aliases: dict[str, dict[str, str]] = defaultdict(dict)
    classes: dict[str, dict[str, TypeRow]] = defaultdict(dict)
    for source, target in (
        (sheet.functions, functions),
        (sheet.coroutine_functions, coroutines),
        (sheet.aliases, aliases),
    ):
        for name, value in source.items():
            target[first(name)][name] = value
    for row in sheet.class_:
        classes[first(row.name)][row.name] = row
    names = sorted({*functions, *coroutines, *aliases, *classes})
    return {name: LibraryShelf(functions[name], coroutines[name], aliases[name], classes[name]) for name in names}


def compiled() -> bytes:
    """The content that `knowledge.msgpack` must have."""
    blocking = read("blocking.toml", BlockingSheet)
    libraries = merge_libraries(read("libraries.toml", LibrarySheet), read("generated.toml", LibrarySheet), blocking)
    encoder = msgspec.msgpack.Encoder(order="deterministic")
    offload = offload_table(read("offload.toml", OffloadSheet))
    names, libraries_of_any = gather(blocking, offload, {row.name: row for row in libraries.class_})
    archive = Archive(
        {name: encoder.encode(shelf) for name, shelf in blocking_shelves(blocking).items()},
        {name: encoder.encode(shelf) for name, shelf in library_shelves(libraries).items()},
        encoder.encode(blocking.pattern),
        encoder.encode(offload),
        encoder.encode((sorted(names), sorted(libraries_of_any))),
        encoder.encode(tuple(map(sorted, gather_lazy(blocking)))),
    )
    return encoder.encode(archive)


if __name__ == "__main__":
    COMPILED.write_bytes(compiled())
