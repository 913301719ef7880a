"""How much an endpoint computes rather than orchestrates: branches, loops, arithmetic, steps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.facts.records import (
    Call,
    Dict,
    Match,
    Name,
    Operation,
    Sequence,
)
from fastlint.model.changes import Changes, is_certain
from fastlint.model.conversions import drops_missing
from fastlint.model.deciding import Deciding
from fastlint.model.expressions import inside
from fastlint.model.guards import (
    is_decision,
    turned_guards,
)
from fastlint.model.pages import renders
from fastlint.model.plain import Plain
from fastlint.model.plumbing import Plumbing
from fastlint.model.shaping import hands_out, is_shaping, own, seeks, streams
from fastlint.model.sums import Sums
from fastlint.model.switching import switches
from fastlint.model.types import FunctionRef, Instance, MethodRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr, For, Stmt, While
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.routers import Endpoint
    from fastlint.model.scan import Block
    from fastlint.model.statements import Statements

# From so many functions called in a row on, an endpoint is a workflow; so is one that changes so many things in a row.
_MANY = 10
_SEVERAL = 3
_SLIGHT = 2
# Without one of these in its text an expression holds no arithmetic and no decision.
_OPERATORS = re.compile(rb"\b(?:and|or)\b|[-+*/%@<>]")
_OF_HTTP = frozenset(
    {
        "starlette.datastructures.Headers",
        "starlette.datastructures.MutableHeaders",
        "starlette.datastructures.QueryParams",
        "starlette.datastructures.FormData",
        "httpx.Headers",
        "httpx2.Headers",
    }
)


class Logic(Plain, frozen=True):
    """What was counted in a function's body; `handing` are those of the loops that only hand on, and change nothing.

    `changes` are the things that it changes in a row, whatever happens.
    """

    branches: int
    states: bool
    choices: int
    loops: int
    handing: int
    filters: int
    arithmetic: bool
    decisions: bool
    accumulates: bool
    steps: int
    changes: int

    @property
    def score(self) -> int:
        """The measure: loops weigh two unless they only hand on, and so does a row of changes; everything else one."""
        signs = (self.states, self.arithmetic, self.decisions, self.accumulates, self.steps >= _MANY)
        weighty = self.loops + (self.changes >= _SEVERAL)
        return self.branches + self.choices + 2 * weighty - self.handing + self.filters + sum(signs)

    @property
    def is_slight(self) -> bool:
        """Whether there are no more than two signs that weigh little: neither a loop that works out nor a workflow."""
        return self.score <= _SLIGHT and self.loops == self.handing and self.changes < _SEVERAL

    @property
    def text(self) -> str:
        """`2 branches, a loop, arithmetic`."""
        counted = (
            (self.branches, "a branch", "branches"),
            (self.choices, "a choice by a bound", "choices by bounds"),
            (self.loops, "a loop", "loops"),
            (self.filters, "a filter", "filters"),
        )
        parts = [one if count == 1 else f"{count} {many}" for count, one, many in counted if count]
        signs = (
            (self.states, "changes of state"),
            (self.arithmetic, "arithmetic"),
            (self.decisions, "compound conditions"),
            (self.accumulates, "sums"),
        )
        steps = [f"{self.steps} steps"] if self.steps >= _MANY else []
        steps += [f"{self.changes} changes in a row"] if self.changes >= _SEVERAL else []
        return ", ".join([*parts, *(name for found, name in signs if found), *steps])


class LogicMeasure:
    """Counts what is logic in the body of an endpoint, and leaves alone what is plumbing."""

    def __init__(self, inference: Inference, statements: Statements) -> None:
        self._inference = inference
        self._changes = Changes(inference, statements)
        self._sums = Sums(inference)
        self._plumbing = Plumbing(inference)
        self._deciding = Deciding(inference)
        self._known: dict[FunctionNode, Logic] = {}

    def of(self, function: FunctionNode) -> Logic:
        """The count for a function."""
        found = self._known.get(function)
        if found is None:
            found = self._known[function] = self._count(function)
        return found

    def renders(self, endpoint: Endpoint) -> bool:
        """Whether an endpoint answers with HTML: what it decides is how a page looks."""
        return renders(endpoint, self._inference)

    def _count(self, function: FunctionNode) -> Logic:
        parts = [self._own_count(one, helps=one is not function) for one in _with_nested(function)]
        return Logic(
            branches=sum(one.branches for one in parts),
            states=any(one.states for one in parts),
            choices=sum(one.choices for one in parts),
            loops=sum(one.loops for one in parts),
            handing=sum(one.handing for one in parts),
            filters=sum(one.filters for one in parts),
            arithmetic=any(one.arithmetic for one in parts),
            decisions=any(one.decisions for one in parts),
            accumulates=any(one.accumulates for one in parts),
            steps=self._steps(function),
            changes=self._changed(function),
        )

    def _own_count(self, function: FunctionNode, *, helps: bool) -> Logic:
        scan = function.scan
        statements = function.body.statements

        def said(body: tuple[Stmt, ...]) -> list[Stmt]:
            return self._plumbing.said(body, function)

        known = {id(one) for one in (*turned_guards(statements), *switches(statements, said))}
        branches = [
            one
            for one, block in scan.ifs
            if not _aside(block)
            and id(one) not in known
            and not self._plumbing.covers(one, block, function, helps=helps)
        ]
        matches = [one for one, block in scan.statements if isinstance(one, Match) and not _aside(block)]
        sent = {
            inner.id.partition(".")[0]
            for one in (scan.returns if scan.loops else ())
            for inner in (inside(one.value) if one.value is not None else ())
            if isinstance(inner, Name)
        }
        turns = [
            one
            for one, block in scan.loops
            if not _aside(block)
            and (not is_shaping(one, sent) or self._changes.writes_within(one.start, one.end, function))
        ]
        loops = [one for one in turns if not seeks(one)]
        filters = [
            one
            for one, block in scan.comprehensions
            if not _aside(block)
            and any(c.conditions and not self._is_of_http(c.iter, function) for c in one.clauses)
            and not drops_missing(one)
        ]
        sums = [
            one for one, block in scan.assigns if one.op and not _aside(block) and self._sums.computes(one, function)
        ]
        guards = {id(one) for one, _ in scan.ifs}.difference(id(one) for one in branches)
        data = function.module.facts.source.data
        telling = (
            expr
            for one, block in scan.statements
            if not _aside(block) and id(one) not in guards
            for expr in own(one)
            if _OPERATORS.search(data, expr.start, expr.end) and not self._plumbing.is_log(one, function)
        )
        everything = [one for expr in telling for one in inside(expr)]
        operations = [one for one in everything if isinstance(one, Operation)]
        return Logic(
            branches=len(branches) + len(matches),
            states=any(self._deciding.sets_state(one.test, one.body, function) for one in branches),
            choices=sum(1 for one in everything if self._deciding.is_choice(one)),
            loops=len(loops),
            handing=sum(1 for one in loops if streams(one) or self._only_hands_out(one, function)),
            filters=len(filters) + len(turns) - len(loops),
            arithmetic=any(self._sums.is_arithmetic(one, function) for one in operations),
            decisions=sum(1 for one in operations if is_decision(one)) > 1,
            accumulates=bool(sums),
            steps=0,
            changes=0,
        )

    def _only_hands_out(self, loop: For | While, function: FunctionNode) -> bool:
        """Whether each item is given to one call, and nothing is changed by it."""
        return hands_out(loop, _containers(function)) and not self._changes.within(loop.start, loop.end, function)

    def _changed(self, function: FunctionNode) -> int:
        """How many things it changes in a row, where it calls enough for several."""
        called = {_written(site.call.func) for site in function.scan.calls if is_certain(site.block)}
        return self._changes.of(function) if len(called) >= _SEVERAL else 0

    def _steps(self, function: FunctionNode) -> int:
        """How many functions of the project it calls, each once."""
        called = {_written(site.call.func): site for site in function.scan.calls if not _aside(site.block)}
        if len(called) < _MANY:
            return 0
        return len(
            {
                one.node
                for site in called.values()
                for one in self._inference.of(site.call.func, function)
                if isinstance(one, FunctionRef)
            }
        )

    def _is_of_http(self, expr: Expr, function: FunctionNode) -> bool:
        """`request.headers.items()`: headers and the like, which hold nothing of the domain."""
        types = self._inference.of(expr.func if isinstance(expr, Call) else expr, function)
        named = [
            one.owner if isinstance(one, MethodRef) else one.cls if isinstance(one, Instance) else "" for one in types
        ]
        return bool(named) and _OF_HTTP.issuperset(named)


def _with_nested(function: FunctionNode) -> Iterator[FunctionNode]:
    yield function
    for nested in function.nested.values():
        yield from _with_nested(nested)


def _containers(function: FunctionNode) -> set[str]:
    """The names of lists, sets and dicts that are made on the spot."""
    return {
        target.id
        for one, _ in function.scan.assigns
        if isinstance(one.value, (Sequence, Dict))
        for target in one.targets
        if isinstance(target, Name)
    }


def _written(func: Expr) -> object:
    """What tells calls of one thing from calls of another without looking them up."""
    return func.id if isinstance(func, Name) else func


def _aside(block: Block) -> bool:
    """Whether code only runs when something went wrong, or is the body of a lambda."""
    return block.within(("except", "lambda"))
