"""In which order what is registered on a router is registered, and so asked."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from fastlint.model.expressions import last
from fastlint.model.nodes import FunctionNode
from fastlint.model.routers import Route
from fastlint.model.types import FunctionRef

if TYPE_CHECKING:
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.routers import Entry, Router

_DEEPEST = 4  # so far are helpers of helpers followed


def in_order(router: Router, inference: Inference) -> list[Entry]:
    """The entries in the order they are made in, as far as the scope that makes the router, and its helpers, tell."""
    helpers = {scope for entry in router.entries if isinstance(scope := entry.place[1], FunctionNode)} - {router.scope}
    places: dict[Scope, tuple[int, ...]] = {router.scope: ()}
    if helpers:
        _follow(router.scope, helpers, places, inference, 0)
    own = [place for place, entry in enumerate(router.entries) if entry.place[1] in places]
    ordered = sorted(own, key=lambda place: _when(router.entries[place], places))
    found = list(router.entries)
    for place, source in zip(own, ordered, strict=True):
        found[place] = router.entries[source]
    return [entry for _, run in groupby(found, _decorated) for entry in reversed([*run])]


def _follow(
    scope: Scope, helpers: set[FunctionNode], places: dict[Scope, tuple[int, ...]], inference: Inference, depth: int
) -> None:
    """Note where a scope calls helpers, the first call of each."""
    names = {one.name for one in helpers}
    for site in scope.scan.calls:
        if last(site.call.func) not in names:
            continue
        for one in inference.of(site.call.func, scope):
            if isinstance(one, FunctionRef) and one.node in helpers and one.node not in places:
                places[one.node] = (*places[scope], site.call.start)
                if depth < _DEEPEST:
                    _follow(one.node, helpers, places, inference, depth + 1)


def _when(entry: Entry, places: dict[Scope, tuple[int, ...]]) -> tuple[int, ...]:
    call, scope = entry.place
    return (*places[scope], call.start)


def _decorated(entry: Entry) -> object:
    """The function that a decorator registers: of several decorators the one next to it runs first."""
    return entry.function if isinstance(entry, Route) and entry.decorator else entry
