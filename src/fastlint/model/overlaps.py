"""Which served routes never answer, because one that is matched before them takes all their requests."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.facts.records import Name
from fastlint.model.expressions import inside
from fastlint.model.layers import is_test
from fastlint.model.nodes import FunctionNode, Module
from fastlint.model.paths import template
from fastlint.model.routers import Include, Mount, Route

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastlint.facts.records import Call, Expr
    from fastlint.model.nodes import Scope
    from fastlint.model.paths import PathTemplate
    from fastlint.model.routers import Router, Served
    from fastlint.model.routes import Routes
    from fastlint.model.scan import Block

_CONDITIONAL = frozenset({"if", "else", "except", "case"})


class Overlap:
    """Two routes of one app, of which the second never gets a request of `methods`.

    Attributes:
        same: whether both answer the very same URLs; else the first answers more.
        ordered: whether `first` is surely registered first; else one of the two is, and the other is lost.
    """

    __slots__ = ("first", "methods", "ordered", "same", "second")

    def __init__(self, first: Served, second: Served, methods: tuple[str, ...], *, same: bool, ordered: bool) -> None:
        self.first = first
        self.second = second
        self.methods = methods
        self.same = same
        self.ordered = ordered

    @property
    def key(self) -> tuple[Call, Call]:
        """The two registering calls: the same pair may meet in several apps or under several prefixes."""
        return self.first.route.call, self.second.route.call


class Overlaps:
    """Looks for routes that hide others, app by app."""

    def __init__(self, routes: Routes) -> None:
        self._routes = routes
        self._blocks: dict[int, Block | None] = {}
        self._merged: dict[Router, bool] = {}

    @cached_property
    def all(self) -> tuple[Overlap, ...]:
        """Every route that another hides, each pair of registrations once, in the order of the tables."""
        found: dict[tuple[int, int], Overlap] = {}
        for table in self._routes.tables.values():
            groups: dict[Router, list[Served]] = {}
            for served in table:
                if not is_test(served.route.scope.module.path) and not self._is_merged(served.route.router):
                    groups.setdefault(served.app, []).append(served)
            for group in groups.values():
                for one in self._of_group(group):
                    found.setdefault((id(one.key[0]), id(one.key[1])), one)
        return tuple(found.values())

    def _is_merged(self, router: Router) -> bool:
        if router not in self._merged:
            self._merged[router] = _is_merged(router)
        return self._merged[router]

    def mounts(self) -> Iterator[tuple[Mount, list[Served]]]:
        """Mounts on apps, each with the routes registered after it whose requests it takes."""
        for app, table in self._routes.tables.items():
            for mount in app.entries:
                if isinstance(mount, Mount) and "?}" not in mount.path:
                    under = f"{mount.path.rstrip('/')}/"
                    hidden = [one for one in table if one.path.startswith(under) and self._comes_before(mount, one)]
                    if hidden:
                        yield mount, hidden

    def _comes_before(self, mount: Mount, served: Served) -> bool:
        if served.app is not mount.parent:
            return False
        entry = served.includes[0] if served.includes else served.route
        return entry.via is None and mount.via is None and self._in_order(mount.place, entry.place) is True

    def may_move_up(self, overlap: Overlap) -> bool:
        """Whether the second endpoint may stand before the first: both decorated in one block, names known there."""
        first, second = overlap.first.route, overlap.second.route
        one, other = first.function, second.function
        if one is None or other is None or one.parent is not other.parent or first.router is not second.router:
            return False
        if not (first.decorator and second.decorator) or self._block(first.call, first.scope) is not self._block(
            second.call, second.scope
        ):
            return False
        bindings = one.parent.scan.bindings
        names = {
            inner.id.partition(".")[0]
            for expr in _evaluated(other)
            for inner in inside(expr)
            if isinstance(inner, Name)
        }
        return all(one.record.start >= binding.start for name in names for binding in bindings.get(name, ()))

    def _of_group(self, group: list[Served]) -> Iterator[Overlap]:
        equal: defaultdict[tuple[str, str], list[Served]] = defaultdict(list)
        wider: defaultdict[tuple[str, str], list[Served]] = defaultdict(list)
        for served in group:
            path = template(served.path)
            own = template(served.route.path)
            if "?}" in own.text:  # timid: a path that source doesn't fix is compared with none
                continue
            lost: dict[Served, list[str]] = {}
            for method in _methods(served.route):
                winner = self._winner(served, equal[method, path.shape]) or self._winner(
                    served, self._covering(path, method, wider)
                )
                if winner is not None:
                    lost.setdefault(winner, []).append(method)
                equal[method, path.shape].append(served)
                if path.params:
                    wider[method, path.start].append(served)
            for winner, methods in lost.items():
                same = template(winner.path).shape == path.shape
                ordered = self._precedes(winner, served) is True
                yield Overlap(winner, served, tuple(methods), same=same, ordered=ordered)

    def _covering(
        self, path: PathTemplate, method: str, wider: dict[tuple[str, str], list[Served]]
    ) -> Iterator[Served]:
        sample = path.samples[0] if path.samples else ""
        for end in range(len(sample) + 1):
            for candidate in wider.get((method, sample[:end]), ()):
                other = template(candidate.path)
                if other.shape != path.shape and other.covers(path):
                    yield candidate

    def _winner(self, served: Served, candidates: Iterable[Served]) -> Served | None:
        for one in candidates:
            if one.route.function is served.route.function or not _comparable(one, served):
                continue  # one handler under two paths: whichever wins, the answer is the same
            if _on_two_apps(one, served):
                continue
            before = self._precedes(one, served)
            if before or (before is None and template(one.path).shape == template(served.path).shape):
                return one
        return None

    def _precedes(self, one: Served, other: Served) -> bool | None:
        """Whether `one` is registered wherever `other` is, and before it; None where source doesn't tell the order."""
        mine: list[Include | Route] = [*one.includes, one.route]
        theirs: list[Include | Route] = [*other.includes, other.route]
        at = next(place for place in range(len(mine)) if mine[place] is not theirs[place])
        if any(self._conditional(entry.call, entry.scope) for entry in mine[at + 1 :]):
            return False
        first, second = mine[at], theirs[at]
        if not self._listed_with(first, second):
            return False
        if first.call is not second.call and not _in_one_round(first, second):
            blocks = self._block(first.call, first.scope), self._block(second.call, second.scope)
            if _in_one_loop(*blocks):
                return None
        if first.via is not None and second.via is not None and first.via[0] is second.via[0]:
            return self._in_order((first.call, first.scope), (second.call, second.scope))
        if first.via is not None and self._conditional(first.call, first.scope):
            return False
        return self._in_order(first.place, second.place)

    def _listed_with(self, one: Include | Route, other: Include | Route) -> bool:
        """Whether what a loop includes first was put in its list wherever the second was; True for other places."""
        if not isinstance(one, Include) or not isinstance(other, Include) or one.place[0] is not other.place[0]:
            return True
        pairs = [(one.given[name], other.given[name]) for name in one.given if name in other.given]
        return all(
            _always_with(self._appended(*first), self._appended(*second))
            for first, second in pairs
            if first[0] is not second[0]
        )

    @staticmethod
    def _appended(item: Expr, scope: Scope) -> Block | None:
        """Where an item is appended to a list; None for one that is written down in it."""
        return next((site.block for site in scope.scan.calls if any(one is item for one in site.call.args)), None)

    def _in_order(self, one: tuple[Call, Scope], other: tuple[Call, Scope]) -> bool | None:
        """Whether one call is made wherever the other is, and before it."""
        (call, scope), (later, elsewhere) = one, other
        if scope is not elsewhere:
            return False if self._conditional(call, scope) else None
        block = self._block(call, scope)
        if call is later:  # a loop over routers registers them as they stand in its list
            return True if block is not None and block.looped else None
        after = self._block(later, scope)
        if _apart(block, after):
            return False
        return call.start < later.start and _always_with(block, after)

    def _conditional(self, call: Call, scope: Scope) -> bool:
        block = self._block(call, scope)
        return block is None or not block.kinds().isdisjoint(_CONDITIONAL)

    def _block(self, call: Call, scope: Scope) -> Block | None:
        key = id(call)
        if key not in self._blocks:
            self._blocks[key] = next((site.block for site in scope.scan.calls if site.call is call), None)
        return self._blocks[key]


def _evaluated(function: FunctionNode) -> Iterator[Expr]:
    """What runs where a function is defined: decorators, defaults, and annotations, which FastAPI evaluates there."""
    record = function.record
    yield from record.decorators
    for parameter in record.params:
        yield from (one for one in (parameter.annotation, parameter.default) if one is not None)
    if record.returns is not None:
        yield record.returns


def _on_two_apps(one: Served, other: Served) -> bool:
    """Whether two places outside of the function that makes an app, or a router, register on it.

    Each may have called for one of its own.
    """
    maker = one.app.scope
    places = [(served.includes[0] if served.includes else served.route).place[1] for served in (one, other)]
    return isinstance(maker, FunctionNode) and places[0] is not places[1] and maker not in places


def _is_merged(router: Router) -> bool:
    """Whether a router that a function, or each object of a class, makes is registered on from several places.

    timid: each may have called for a router of its own, of which source knows only the one.
    """
    maker = router.scope
    if isinstance(maker, Module):
        return False
    places = {_owner(entry.place[1]) for entry in router.entries if isinstance(entry, Route)}
    return len(places - {maker, _owner(maker)}) > 1


def _owner(scope: Scope) -> Scope:
    """The class that a registration is made in, else its scope."""
    return scope.owner if isinstance(scope, FunctionNode) and scope.owner is not None else scope


def _methods(route: Route) -> tuple[str, ...]:
    return ("WEBSOCKET",) if route.websocket else route.methods


def _comparable(one: Served, other: Served) -> bool:
    """Whether both paths are known, or begin with the same unknown prefix."""
    if "?}" not in one.path and "?}" not in other.path:
        return True
    return one.route.router is other.route.router and one.includes == other.includes


def _apart(block: Block | None, other: Block | None) -> bool:
    """Whether one stands in a `try` and the other in an `except` of it: mostly an import fails, and only that runs."""
    tried = {id(one.owner) for one in _around(block) if one.kind == "try"}
    return any(one.kind == "except" and id(one.owner) in tried for one in _around(other))


def _in_one_round(one: Include | Route, other: Include | Route) -> bool:
    """Whether a loop makes both in the same round: what it gives its names is the same."""
    if not isinstance(one, Include) or not isinstance(other, Include):
        return True
    return all(other.given[name][0] is value for name, (value, _) in one.given.items() if name in other.given)


def _in_one_loop(block: Block | None, other: Block | None) -> bool:
    """Whether a loop runs both, so that one of its rounds may bring the first after another has brought the second."""
    loops = {id(one.owner) for one in _around(block) if one.kind == "for"}
    return any(one.kind == "for" and id(one.owner) in loops for one in _around(other))


def _around(block: Block | None) -> Iterator[Block]:
    while block is not None:
        yield block
        block = block.parent


def _always_with(block: Block | None, inner: Block | None) -> bool:
    """Whether code in `block` runs whenever code in `inner` does."""
    while block is not None:
        if block.kind in _CONDITIONAL and not (inner is not None and inner.inside(block)):
            return False
        block = block.parent
    return True
