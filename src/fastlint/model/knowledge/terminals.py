"""The last names of calls that any row speaks of, so that other calls need no look."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from fastlint.model.knowledge import store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.knowledge.schema import ClassRow


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


@cache
def terminals() -> tuple[frozenset[str], frozenset[str]]:
    """Names that a blocking, offloading or spawning call ends in; and the libraries of which any name may block.

    Globs among the names make their library one of the latter.
    """
    names: set[str] = set()
    anything: set[str] = set()
    for first in store.shelf_names()[0]:
        shelf = store.blocking_shelf(first)
        for call in shelf.call_rows:
            names.update(map(_last, (call.name, *call.aliases)))
        for row in shelf.class_rows:
            found = set(_of_class(row))
            names |= found
            wide = row.all_methods or (row.deep and not row.deep_leaf)
            if wide or any("*" in name or "?" in name for name in found):
                anything.add(row.name.partition(".")[0])
    for pattern in store.patterns():
        names.update(pattern.methods)
        if pattern.all_methods or pattern.callables:
            anything.add(pattern.match.partition(".")[0])
    table = store.offload()
    names.update(map(_last, (*table.escapes, *table.spawns)))
    return frozenset(names), frozenset(anything)
