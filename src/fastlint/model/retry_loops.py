"""Loops of a project's own that send the same request again after a failure."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from fastlint.facts.records import Call, Constant, For, If, Jump, Name, Raise, Return, Try, While
from fastlint.model.blocks import extent
from fastlint.model.expressions import last, names_in
from fastlint.model.failures import Failures
from fastlint.model.nodes import FunctionNode
from fastlint.model.scan import scan
from fastlint.model.scripts import is_script
from fastlint.model.types import FunctionRef

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fastlint.facts.records import Expr, Handler, Stmt
    from fastlint.model.callsites import CallSites
    from fastlint.model.inference import Inference
    from fastlint.model.scan import Site
    from fastlint.text import Span

_TEXT = re.compile(rb"\bwhile\s+(?:True|1)\s*:|\bin\s+range\s*\(")
_WORDS = (b"while True", b"while 1", b"in range")
_LITERALS = (b"httpx", b"requests", b"aiohttp")
_TELLS = re.compile(rb"status|response|code|isinstance")
_OWN_END = re.compile(rb"deadline|wait_for|fail_after|move_on_after|timeout\(|monotonic|time\(\)")
_FOR_EVER = re.compile(rb"for\s?ever|infinite|indefinite|endless|heart_?beat|daemon|worker|poll", re.IGNORECASE)
_PAUSE = re.compile(rb"sleep|\bwait|delay|backoff", re.IGNORECASE)


class RetryLoop(NamedTuple):
    """A loop that tries again after failures until it succeeds.

    Attributes:
        attempt: the `try` that it repeats.
        after: after which failures that leave open whether a request was carried out; "" where none is known to be.
        endless: whether nothing but success ends it.
        hasty: whether nothing in it waits.
    """

    loop: For | While
    attempt: Try
    function: FunctionNode
    after: str
    endless: bool
    hasty: bool

    @property
    def span(self) -> Span:
        """Where it says how often."""
        said = self.loop.iter if isinstance(self.loop, For) else self.loop.test
        return self.function.module.span(said.start, said.end)

    @property
    def name(self) -> str:
        """What it is, for messages."""
        return "a loop"

    @property
    def sites(self) -> Iterator[Site]:
        """The calls of each attempt that are made with the same arguments, as far as the loop's variable tells."""
        target = self.loop.target if isinstance(self.loop, For) else None
        counter = target.id if isinstance(target, Name) else ""
        start, end = self.attempt.start, extent(self.attempt.body[-1])[1]
        for site in self.function.scan.calls:
            inside = start <= site.call.start < end and not site.block.deferred and _nearest(site) is self.loop
            if inside and not any(one.id == counter for one in names_in(site.call)):
                yield site


class RetryLoops:
    """Finds them: `for _ in range(3):` and `while True:` around a `try` that leaves the loop where it succeeds."""

    def __init__(self, inference: Inference, callsites: CallSites) -> None:
        self._inference = inference
        self._callsites = callsites
        self._failures = Failures(inference)

    @cached_property
    def all(self) -> tuple[RetryLoop, ...]:
        """Every such loop in the app's own code, tests and scripts left out."""
        return tuple(self._find())

    def _find(self) -> Iterator[RetryLoop]:
        for scope in self._callsites.scopes(_TEXT, *_LITERALS, words=_WORDS):
            if not isinstance(scope, FunctionNode) or is_script(scope.module, self._inference.modules):
                continue
            for loop, _ in scope.scan.loops:
                attempt = next((one for one in loop.body if isinstance(one, Try)), None)
                if attempt is None or not _counts(loop) or not _succeeds(loop, attempt):
                    continue
                again = [one for one in attempt.handlers if self._goes_on(one, scope)]
                if again:
                    after = next((found for one in again if (found := self._after(one, scope))), "")
                    data = scope.module.facts.source.data
                    hasty = _PAUSE.search(data, loop.start, loop.end) is None
                    yield RetryLoop(loop, attempt, scope, after, _is_endless(loop, attempt, scope), hasty)

    def _goes_on(self, handler: Handler, scope: FunctionNode) -> bool:
        """Whether a failure that a handler takes leads to the next attempt, whatever the failure says of itself."""
        if not handler.body or _leaves(handler.body[-1]):
            return False
        data = scope.module.facts.source.data
        said = scan(handler.body)
        if any(_TELLS.search(data, one.test.start, one.test.end) for one, _ in said.ifs):
            return False
        return not any(self._may_raise(one.call, scope) for one in said.calls)

    def _may_raise(self, call: Call, scope: FunctionNode) -> bool:
        """Whether a call in a handler is of a function of the project that raises: it may end the attempts."""
        return any(
            isinstance(one, FunctionRef) and one.node.scan.raises for one in self._inference.of(call.func, scope)
        )

    def _after(self, handler: Handler, scope: FunctionNode) -> str:
        if handler.type is None:
            return "any exception"
        return self._failures.exceptions((handler.type,), scope)


def _counts(loop: For | While) -> bool:
    """Whether a loop goes over numbers, or on for ever."""
    if isinstance(loop, While):
        return isinstance(loop.test, Constant) and loop.test.text in ("True", "1")
    return not loop.is_async and isinstance(loop.iter, Call) and last(loop.iter.func) == "range"


def _succeeds(loop: For | While, attempt: Try) -> bool:
    """Whether an attempt without a failure ends the loop."""
    behind = loop.body[loop.body.index(attempt) + 1 :]
    ends: tuple[Sequence[Stmt], ...] = (attempt.body[-1:], attempt.orelse[-1:], behind[:1])
    return any(_leaves(one) and not isinstance(one, Raise) for block in ends for one in block)


def _leaves(statement: Stmt) -> bool:
    return isinstance(statement, (Raise, Return)) or (isinstance(statement, Jump) and statement.kind == "break")


def _is_endless(loop: For | While, attempt: Try, scope: FunctionNode) -> bool:
    """Whether nothing but an attempt that succeeds ends a loop."""
    data = scope.module.facts.source.data
    if isinstance(loop, For) or _OWN_END.search(data, loop.start, loop.end):
        return False
    if _FOR_EVER.search(data, scope.record.start, scope.record.body_end):
        return False  # timid: a function that says that it goes on is believed
    failing = [one for handler in attempt.handlers for one in handler.body]
    others = [one for one in loop.body if one is not attempt and isinstance(one, If)]
    return not any(_leaves(one) for one, _ in scan((*failing, *others)).statements)


def _nearest(site: Site) -> Expr | Stmt | None:
    """The innermost loop around a call."""
    block = site.block
    while block.parent is not None and block.kind not in ("for", "while", "comprehension"):
        block = block.parent
    return block.owner
