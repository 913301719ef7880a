"""What tries things again: decorators and loops of tenacity, backoff, stamina, retrying and retry."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.facts.records import (
    Call,
    Constant,
    For,
    Name,
)
from fastlint.model.arguments import argument, keyword
from fastlint.model.callsites import says
from fastlint.model.expressions import last
from fastlint.model.failures import Failures
from fastlint.model.layers import is_test
from fastlint.model.nodes import FunctionNode
from fastlint.model.scripts import is_script
from fastlint.model.types import External, FunctionRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.callsites import CallSites
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Module, Scope
    from fastlint.model.scan import Binding
    from fastlint.text import Span

_TENACITY = frozenset({"tenacity.retry", "tenacity.Retrying", "tenacity.AsyncRetrying"})
_BACKOFF = frozenset({"backoff.on_exception", "backoff.on_predicate"})
_STAMINA = frozenset({"stamina.retry", "stamina.retry_context"})
_RETRYING = frozenset({"retrying.retry", "retrying.Retrying"})
_RETRY = frozenset({"retry.retry", "retry.api.retry"})
_POLICIES = _TENACITY | _BACKOFF | _STAMINA | _RETRYING | _RETRY
_TEXT = re.compile(rb"etry|on_exception|on_predicate")
_ROOTS = frozenset({"tenacity", "backoff", "stamina", "retrying", "retry"})
_LITERALS = (b"tenacity", b"backoff", b"stamina", b"retry")
_IMPORT = re.compile(rb"[ \t]*(?:from|import)\s[^\n]*\b(?:tenacity|backoff|stamina|retrying|retry)\b")
# A loop or function that looks at these ends the attempts by itself.
_OWN_END = re.compile(rb"attempt_number|\.statistics\b|\bbreak\b|deadline|wait_for|fail_after|move_on_after|timeout\(")
_FOR_EVER = re.compile(rb"for\s?ever|foreever|infinite|indefinite|endless|daemon|listen", re.IGNORECASE)


class Policy:
    """One place that says how to retry, and what is retried by it.

    Attributes:
        expr: the decorator as it stands, or the call that makes the policy; `call` is None for a bare decorator.
        function: the function that is retried.
        loop: or the loop whose body is.
    """

    __slots__ = ("call", "expr", "function", "loop", "name", "scope")

    def __init__(
        self, expr: Expr, scope: Scope, name: str, *, function: FunctionNode | None = None, loop: For | None = None
    ) -> None:
        self.expr = expr
        self.call = expr if isinstance(expr, Call) else None
        self.scope = scope
        self.name = name
        self.function = function
        self.loop = loop

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.scope.module.span(self.expr.start, self.expr.end)


class Retries:
    """Finds what retries, and what it says of when to stop, how long to wait, and after which failures."""

    def __init__(self, inference: Inference, callsites: CallSites) -> None:
        self._inference = inference
        self._callsites = callsites
        self._failures = Failures(inference)

    @cached_property
    def all(self) -> tuple[Policy, ...]:
        """Every policy with what it retries, tests left out; one that is shared stands here once for each use."""
        return tuple(self._find())

    def _find(self) -> Iterator[Policy]:
        names: set[bytes] = set()
        modules = self._inference.modules
        held = self._callsites.holding(*_LITERALS)
        importing = [one for one in held if _imports(one) and not is_script(one, modules)]
        for module in importing:
            names.update(
                name.encode() for name, bound in module.scan.bindings.items() if self._is_policy(bound, module)
            )
            names.update(
                node.name.encode()
                for node in module.functions
                if any(True for called in (True, False) for _ in self._returned(node, called=called))
            )
            for scope in self._callsites.inside(module, _TEXT):
                yield from self._of_scope(scope)
        names.discard(b"*")  # a star import: its file was looked through
        if not names:
            return
        # files that only import a policy from another file of the project
        pattern = re.compile(rb"@\s*[\w.]*\b(?:" + b"|".join(sorted(names)) + rb")\b")
        for module in modules.by_path.values():
            if module not in importing and not is_test(module.path) and pattern.search(module.facts.source.data):
                for scope in self._callsites.inside(module, pattern):
                    yield from self._decorators(scope)

    def _is_policy(self, bindings: list[Binding], module: Module) -> bool:
        """Whether a name of a module is one of the libraries' decorators, or a policy made by one."""
        for one in bindings:
            if isinstance(one.value, Call) and _TEXT.search(module.facts.source.data, one.value.start, one.value.end):
                return bool(self._name(one.value, module))
            if isinstance(one.node, tuple) and one.node[0].module.partition(".")[0] in _ROOTS:
                return True
        return False

    def _of_scope(self, scope: Scope) -> Iterator[Policy]:
        used: set[int] = set()
        for policy in self._decorators(scope):
            used.add(id(policy.expr))
            yield policy
        for loop, _ in scope.scan.loops:
            if isinstance(loop, For) and isinstance(loop.iter, Call) and (name := self._name(loop.iter, scope)):
                used.add(id(loop.iter))
                yield Policy(loop.iter, scope, name, loop=loop)
        for site in scope.scan.calls:
            for inner, where in self._made(site.call, scope):
                if id(inner) not in used and (name := self._name(inner, where)):
                    used.add(id(inner))
                    yield Policy(inner, where, name, function=self._given(site.call, scope))
        for site in scope.scan.calls:
            if id(site.call) not in used and (name := self._name(site.call, scope)):
                yield Policy(site.call, scope, name)

    def _decorators(self, scope: Scope) -> Iterator[Policy]:
        for record, _ in scope.scan.functions:
            for decorator in record.decorators:
                for expr, where, name in self._decorator(decorator, scope):
                    yield Policy(expr, where, name, function=scope.module.function(record, scope))

    def _decorator(self, decorator: Expr, scope: Scope) -> Iterator[tuple[Expr, Scope, str]]:
        """`@retry`, `@retry(…)`, `@again` where `again = retry(…)`."""
        target = decorator.func if isinstance(decorator, Call) else decorator
        for one in self._inference.of(target, scope):
            if isinstance(one, External) and one.name in _POLICIES:
                yield decorator, scope, one.name
                return
            if isinstance(one, FunctionRef):
                yield from self._returned(one.node, called=isinstance(decorator, Call))
        if isinstance(decorator, Name):
            for value, where in self._inference.origins(decorator, scope):
                if isinstance(value, Call) and (name := self._name(value, where)):
                    yield value, where, name

    def _returned(self, node: FunctionNode, *, called: bool) -> Iterator[tuple[Expr, Scope, str]]:
        """The policies of a decorator of the project's own: `return retry(…)` or, not called, `return retry(…)(f)`."""
        if not says(node, b"etry", b"on_exception", b"on_predicate"):
            return
        for one in node.scan.returns:
            value = one.value
            if not called:
                value = value.func if isinstance(value, Call) and isinstance(value.func, Call) else None
            if isinstance(value, Call) and (name := self._name(value, node)):
                yield value, node, name

    def _name(self, call: Call, scope: Scope) -> str:
        for one in self._inference.of(call.func, scope):
            if isinstance(one, External) and one.name in _POLICIES:
                return one.name
        return ""

    def _made(self, call: Call, scope: Scope) -> Iterator[tuple[Call, Scope]]:
        """The call that makes what is called: `Retrying(…)(f)`, or `retrying(f)` where a name means the same."""
        func = call.func
        if isinstance(func, Call):
            yield func, scope
        elif isinstance(func, Name) and call.args and isinstance(call.args[0], Name):
            for value, where in self._inference.origins(func, scope):
                if isinstance(value, Call) and last(value.func).endswith("Retrying"):
                    yield value, where

    def _given(self, call: Call, scope: Scope) -> FunctionNode | None:
        """The function that `Retrying(…)(f, …)` calls."""
        for one in self._inference.of(call.args[0], scope) if call.args else ():
            if isinstance(one, FunctionRef):
                return one.node
        return None

    # -- when it ends

    def endless(self, policy: Policy) -> bool:
        """Whether nothing in source ends the attempts but success."""
        call = policy.call
        if call is not None and (_has_options(call) or self._ends_itself(policy)):
            return False
        if self._says_so(policy):
            return False
        name = policy.name
        if name in _TENACITY:
            return call is None or (not call.args and keyword(call, "stop") is None)
        if name in _BACKOFF:
            return call is not None and all(_is_none(keyword(call, one)) for one in ("max_tries", "max_time"))
        if name in _STAMINA:
            given = [keyword(call, one) for one in ("attempts", "timeout")] if call is not None else []
            return bool(given) and all(one is not None and _is_none(one) for one in given)
        if name in _RETRYING:
            return call is None or not any(one.name.startswith("stop") for one in call.keywords)
        return call is None or argument(call, 1, "tries") is None

    def _says_so(self, policy: Policy) -> bool:
        """timid: a function that says that it tries for ever is believed."""
        node = policy.function or policy.scope
        if not isinstance(node, FunctionNode):
            return False
        record = node.record
        return _FOR_EVER.search(node.module.facts.source.data, record.start, record.body_end) is not None

    def _ends_itself(self, policy: Policy) -> bool:
        loop = policy.loop
        if loop is None:
            return False
        return _OWN_END.search(policy.scope.module.facts.source.data, loop.start, loop.end) is not None

    def hasty(self, policy: Policy) -> bool:
        """Whether a failure of the network, or any, is followed by the next attempt at once."""
        call = policy.call
        if call is not None and (_has_options(call) or call.args):
            return False
        if policy.name in _TENACITY:
            missing = call is None or keyword(call, "wait") is None
        elif policy.name in _RETRYING:
            missing = call is None or not any(one.name.startswith("wait") for one in call.keywords)
        else:
            return False
        return missing and bool(self.after(policy))

    # -- after what

    def after(self, policy: Policy) -> str:
        """After which failures it tries again that leave open whether a request was carried out; "" if not known."""
        call = policy.call
        if call is None:
            return "any exception" if policy.name in _TENACITY | _RETRYING | _RETRY else ""
        if policy.name in _TENACITY:
            condition, where = self._failures.option(call, "retry", policy.scope)
            if condition is None:
                return "any exception" if where is not None else ""
            return self._failures.condition(condition, where or policy.scope)
        if policy.name in _RETRYING:  # timid: a function may choose
            return "" if any(one.name.startswith("retry_on") for one in call.keywords) else "any exception"
        if policy.name == "backoff.on_exception":
            given = argument(call, 1, "exception")
        else:
            given = keyword(call, "on") if policy.name in _STAMINA else argument(call, 0, "exceptions")
        if given is None:
            return "any exception" if policy.name in _RETRY else ""
        return self._failures.exceptions((given,), policy.scope)


def _imports(module: Module) -> bool:
    data = module.facts.source.data
    if is_test(module.path):
        return False
    for one in _LITERALS:
        at = data.find(one)
        while at >= 0:
            end = data.find(b"\n", at)
            if _IMPORT.match(data, data.rfind(b"\n", 0, at) + 1, end if end >= 0 else len(data)):
                return True
            at = data.find(one, at + len(one))
    return False


def _has_options(call: Call) -> bool:
    return any(one.name == "" for one in call.keywords)


def _is_none(expr: Expr | None) -> bool:
    return expr is None or (isinstance(expr, Constant) and expr.text == "None")
