"""In which order what is registered on a router is registered, and so asked."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from fastlint.model.routers import Route

if TYPE_CHECKING:
    from fastlint.model.routers import Entry, Router


def in_order(router: Router) -> list[Entry]:
    """The entries in the order they are made in, as far as they are made in the scope that makes the router."""
    own = [place for place, entry in enumerate(router.entries) if entry.place[1] is router.scope]
    ordered = sorted(own, key=lambda place: router.entries[place].place[0].start)
    found = list(router.entries)
    for place, source in zip(own, ordered, strict=True):
        found[place] = router.entries[source]
    return [entry for _, run in groupby(found, _decorated) for entry in reversed([*run])]


def _decorated(entry: Entry) -> object:
    """The function that a decorator registers: of several decorators the one next to it runs first."""
    return entry.function if isinstance(entry, Route) and entry.decorator else entry
