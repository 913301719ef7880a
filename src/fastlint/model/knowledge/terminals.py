"""The last names of calls that any row speaks of, so that other calls need no look; gathered when data are compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.model.knowledge import store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastlint.model.knowledge.offload_rows import OffloadTable
    from fastlint.model.knowledge.schema import BlockingSheet, ClassRow
    from fastlint.model.knowledge.type_rows import TypeRow


def terminals() -> tuple[frozenset[str], frozenset[str]]:
    """Names that a blocking, offloading or spawning call ends in; and the libraries of which any name may block.

    Globs among the names make their library one of the latter.
    """
    return store.terminals()


def lazy_attributes() -> tuple[frozenset[str], frozenset[str]]:
    """Attributes whose reading blocks, and the first names of the libraries that have them."""
    return store.lazy()


def gather_lazy(sheet: BlockingSheet) -> tuple[frozenset[str], frozenset[str]]:
    """The answer of `lazy_attributes`."""
    rows = [row for row in sheet.class_ if row.attrs]
    return frozenset(name for row in rows for name in row.attrs), frozenset(row.name.partition(".")[0] for row in rows)


def gather(
    sheet: BlockingSheet, table: OffloadTable, types: Mapping[str, TypeRow]
) -> tuple[frozenset[str], frozenset[str]]:
    """The answer of `terminals`; `types` tells the methods of classes all of which block."""
    names = {_last(name) for row in sheet.call for name in (row.name, *row.aliases)}
    anything: set[str] = set()
    for row in sheet.class_:
        found = {*_of_class(row), *_all_methods(row, types)}
        names |= found
        wide = (row.all_methods and not _is_listed(row, types)) or (row.deep and not (row.deep_leaf or row.paths_as))
        if wide or any("*" in name or "?" in name for name in found):
            anything.add(row.name.partition(".")[0])
    for pattern in sheet.pattern:
        names.update(pattern.methods)
        if pattern.all_methods or pattern.callables:
            anything.add(pattern.match.partition(".")[0])
    names.update(map(_last, (*table.escapes, *table.spawns)))
    return frozenset(names), frozenset(anything)


def _last(name: str) -> str:
    return name.rpartition(".")[2].partition("(")[0].partition("[")[0]


def _of_class(row: ClassRow) -> Iterator[str]:
    yield _last(row.name)
    yield from map(_last, row.aliases)
    yield from row.methods
    yield from row.methods_certain
    yield from row.methods_likely
    yield from row.methods_cpu
    yield from row.methods_cheap
    yield from row.deep_leaf
    yield from map(_last, row.paths)


def _is_listed(row: ClassRow, types: Mapping[str, TypeRow]) -> bool:
    return row.name in types and types[row.name].complete


def _all_methods(row: ClassRow, types: Mapping[str, TypeRow]) -> Iterator[str]:
    if row.all_methods and _is_listed(row, types):
        known = types[row.name]
        yield from (*known.methods, *known.plain, *known.coroutines)
