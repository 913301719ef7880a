"""How much an endpoint computes rather than orchestrates: branches, loops, arithmetic, steps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.facts.records import (
    Assign,
    Await,
    Call,
    Comprehension,
    Dict,
    ExprStatement,
    FString,
    If,
    Jump,
    Match,
    Name,
    Operation,
    Raise,
    Return,
    Sequence,
    Str,
)
from fastlint.model.expressions import inside
from fastlint.model.guards import (
    dispatches,
    fills_in,
    forwards,
    hands_on,
    is_decision,
    is_plain,
    is_presence,
    is_threshold,
    turned_guards,
)
from fastlint.model.plain import Plain
from fastlint.model.shaping import is_mapping, own, relays, takes_out, touches_up
from fastlint.model.types import External, FunctionRef, Instance, MethodRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr, Stmt
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.routers import Endpoint
    from fastlint.model.scan import Block

_ARITHMETIC = frozenset({"+", "-", "*", "/", "//", "%", "**", "@"})
# Sums of these are no computation: text, lists and paths are put together.
_JOINED = frozenset({"builtins.str", "builtins.bytes", "builtins.list", "builtins.tuple", "pathlib.Path"})
# From so many functions called in a row on, an endpoint is a workflow.
_MANY = 10
# Without one of these in its text an expression holds no arithmetic and no decision.
_OPERATORS = re.compile(rb"\b(?:and|or)\b|[-+*/%@]")
_HELPERS = 3  # helpers that make pages are followed so far
_LOGGING = ("logging.", "loguru.", "structlog.", "warnings.")


class Logic(Plain, frozen=True):
    """What was counted in a function's body."""

    branches: int
    loops: int
    filters: int
    arithmetic: bool
    decisions: bool
    accumulates: bool
    steps: int

    @property
    def score(self) -> int:
        """The measure: loops weigh two, everything else one."""
        signs = (self.arithmetic, self.decisions, self.accumulates, self.steps >= _MANY)
        return self.branches + 2 * self.loops + self.filters + sum(signs)

    @property
    def text(self) -> str:
        """`2 branches, a loop, arithmetic`."""
        counted = (
            (self.branches, "a branch", "branches"),
            (self.loops, "a loop", "loops"),
            (self.filters, "a filter", "filters"),
        )
        parts = [one if count == 1 else f"{count} {many}" for count, one, many in counted if count]
        signs = ((self.arithmetic, "arithmetic"), (self.decisions, "compound conditions"), (self.accumulates, "sums"))
        steps = [f"{self.steps} steps"] if self.steps >= _MANY else []
        return ", ".join([*parts, *(name for found, name in signs if found), *steps])


class LogicMeasure:
    """Counts what is logic in the body of an endpoint, and leaves alone what is plumbing."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._known: dict[FunctionNode, Logic] = {}

    def of(self, function: FunctionNode) -> Logic:
        """The count for a function."""
        found = self._known.get(function)
        if found is None:
            found = self._known[function] = self._count(function)
        return found

    def renders(self, endpoint: Endpoint) -> bool:
        """Whether an endpoint answers with HTML: what it decides is how a page looks."""
        for route in endpoint.routes:
            option = route.option("response_class")
            scope = route.scope
            types = self._inference.of(option, scope) if option is not None else ()
            if any(isinstance(one, External) and one.name.endswith("HTMLResponse") for one in types):
                return True
        return self._returns_page(endpoint.function, 0)

    def _returns_page(self, function: FunctionNode, depth: int) -> bool:
        for returned in function.scan.returns:
            value = returned.value.value if isinstance(returned.value, Await) else returned.value
            for one in self._inference.of(value.func, function) if isinstance(value, Call) else ():
                name = one.path if isinstance(one, MethodRef) else one.name if isinstance(one, External) else ""
                if name.rpartition(".")[2] in ("TemplateResponse", "HTMLResponse"):
                    return True
                if isinstance(one, FunctionRef) and depth < _HELPERS and self._returns_page(one.node, depth + 1):
                    return True
        return False

    def _count(self, function: FunctionNode) -> Logic:
        parts = [self._own_count(one) for one in _with_nested(function)]
        return Logic(
            branches=sum(one.branches for one in parts),
            loops=sum(one.loops for one in parts),
            filters=sum(one.filters for one in parts),
            arithmetic=any(one.arithmetic for one in parts),
            decisions=any(one.decisions for one in parts),
            accumulates=any(one.accumulates for one in parts),
            steps=self._steps(function),
        )

    def _own_count(self, function: FunctionNode) -> Logic:
        scan = function.scan
        turned = {id(one) for one in turned_guards(function.body.statements)}
        branches = [
            one
            for one, block in scan.ifs
            if not _aside(block) and id(one) not in turned and not self._is_plumbing(one, block, function)
        ]
        matches = [one for one, block in scan.statements if isinstance(one, Match) and not _aside(block)]
        sent = {
            inner.id.partition(".")[0]
            for one in (scan.returns if scan.loops else ())
            for inner in (inside(one.value) if one.value is not None else ())
            if isinstance(inner, Name)
        }
        loops = [
            one
            for one, block in scan.loops
            if not _aside(block) and not (is_mapping(one) or touches_up(one, sent) or takes_out(one) or relays(one))
        ]
        filters = [
            one for one, block in scan.comprehensions if not _aside(block) and any(c.conditions for c in one.clauses)
        ]
        sums = [one for one, block in scan.assigns if one.op and not _aside(block) and self._computes(one, function)]
        guards = {id(one) for one, _ in scan.ifs}.difference(id(one) for one in branches)
        exprs = [
            expr for one, block in scan.statements if not _aside(block) and id(one) not in guards for expr in own(one)
        ]
        data = function.module.facts.source.data
        telling = (expr for expr in exprs if _OPERATORS.search(data, expr.start, expr.end))
        operations = [one for expr in telling for one in inside(expr) if isinstance(one, Operation)]
        return Logic(
            branches=len(branches) + len(matches),
            loops=len(loops),
            filters=len(filters),
            arithmetic=any(self._is_arithmetic(one, function) for one in operations),
            decisions=sum(1 for one in operations if is_decision(one)) > 1,
            accumulates=bool(sums),
            steps=0,
        )

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

    # -- what is plumbing

    def _is_plumbing(self, statement: If, block: Block, function: FunctionNode) -> bool:
        """A guard (ends in `raise` or an early answer), or a branch that only hands values on."""
        body = [one for one in statement.body if not self._is_log(one, function)]
        if not body:
            return True
        *before, last = body
        if isinstance(last, (Raise, Jump)) or (isinstance(last, Return) and _is_simple(last.value)):
            return all(
                isinstance(one, Assign) or (isinstance(one, If) and self._is_plumbing(one, block, function))
                for one in before
            )
        seeks = is_presence(statement.test) and isinstance(last, If)
        if not statement.orelse and all(
            (isinstance(one, If) and self._is_plumbing(one, block, function)) or (seeks and isinstance(one, Assign))
            for one in body
        ):
            return True  # a guard in a guard; what is named is looked for, and must be there
        if forwards(statement.test, body) and not statement.orelse and not block.looped:
            return True
        if dispatches(statement.test, body) or fills_in(statement, body):
            return True
        return not is_threshold(statement.test, body) and all(
            isinstance(one, Assign) and not one.op and (hands_on(one) or self._is_answer(one.value, function))
            for one in body
        )

    def _is_answer(self, value: Expr | None, function: FunctionNode) -> bool:
        """A response of the framework that is made on the spot."""
        types = self._inference.of(value.func, function) if isinstance(value, Call) else ()
        return bool(types) and all(
            isinstance(one, External)
            and one.name.startswith(("fastapi.", "starlette."))
            and one.name.endswith("Response")
            for one in types
        )

    def _is_log(self, statement: Stmt, function: FunctionNode) -> bool:
        if not isinstance(statement, ExprStatement):
            return False
        value = statement.value.value if isinstance(statement.value, Await) else statement.value
        if isinstance(value, Str):
            return True
        if not isinstance(value, Call):
            return False
        for one in self._inference.of(value.func, function):
            name = one.owner if isinstance(one, MethodRef) else one.name if isinstance(one, External) else ""
            if f"{name}.".startswith(_LOGGING) or name == "builtins.print":
                return True
        return False

    def _is_arithmetic(self, operation: Operation, function: FunctionNode) -> bool:
        if operation.kind != "arithmetic" or operation.op not in _ARITHMETIC:
            return False
        return not any(self._is_joined(one, function) for one in operation.operands)

    def _computes(self, statement: Assign, function: FunctionNode) -> bool:
        return not any(
            self._is_joined(one, function) for one in (*statement.targets, statement.value) if one is not None
        )

    def _is_joined(self, expr: Expr, function: FunctionNode) -> bool:
        if isinstance(expr, (Str, FString, Sequence, Comprehension)):
            return True
        types = self._inference.of(expr, function)
        return any(isinstance(one, Instance) and one.cls in _JOINED for one in types)


def _with_nested(function: FunctionNode) -> Iterator[FunctionNode]:
    yield function
    for nested in function.nested.values():
        yield from _with_nested(nested)


def _written(func: Expr) -> object:
    """What tells calls of one thing from calls of another without looking them up."""
    return func.id if isinstance(func, Name) else func


def _aside(block: Block) -> bool:
    """Whether code only runs when something went wrong, or is the body of a lambda."""
    return block.within(("except", "lambda"))


def _is_simple(value: Expr | None) -> bool:
    """An early answer that asks nobody: nothing, a name, a literal, an object made of such."""
    if isinstance(value, Call):
        return not any(isinstance(one, Await) for one in inside(value))
    if isinstance(value, Dict):
        return all(one is None or is_plain(one) for one in (*value.keys, *value.values))
    return value is None or is_plain(value)
