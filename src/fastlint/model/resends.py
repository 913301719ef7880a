"""Requests that are not idempotent and are sent again after failures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from fastlint.facts.records import Constant, Sequence, Str, Try
from fastlint.model.arguments import argument, keyword
from fastlint.model.callsites import says
from fastlint.model.expressions import inside, last
from fastlint.model.harmless import asks, is_harmless, is_keyed, may_do_twice
from fastlint.model.nodes import FunctionNode
from fastlint.model.scan import scan
from fastlint.model.stand_ins import arguments
from fastlint.model.types import ClassRef, External, MethodRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Call, Expr
    from fastlint.model.calls import Calls
    from fastlint.model.callsites import CallSites
    from fastlint.model.constants import Constants
    from fastlint.model.inference import Inference
    from fastlint.model.modules import Modules
    from fastlint.model.nodes import Module, Scope
    from fastlint.model.retries import Policy, Retries
    from fastlint.model.retry_loops import RetryLoop, RetryLoops
    from fastlint.model.scan import Block, Site
    from fastlint.model.stand_ins import Given
    from fastlint.text import Span

_CLIENTS = frozenset(
    {
        *(f"{home}.{name}" for home in ("httpx", "httpx2") for name in ("AsyncClient", "Client")),
        "requests.Session",
        "aiohttp.ClientSession",
    }
)
_MODULES = frozenset({"httpx", "httpx2", "requests", "requests.api", "aiohttp"})
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request", "stream", "query"})
_UNSAFE = frozenset({"POST", "PATCH"})
_ALL_FAILURES = frozenset(
    {"Exception", "BaseException", "RequestException", "HTTPError", "RequestError", "ClientError"}
)
_WORDS = (b"post", b"patch", b"POST", b"PATCH")
_RETRIES = frozenset(
    {
        "urllib3.Retry",
        "urllib3.util.Retry",
        "urllib3.util.retry.Retry",
        "requests.adapters.Retry",
        "requests.packages.urllib3.Retry",
        "requests.packages.urllib3.util.Retry",
        "requests.packages.urllib3.util.retry.Retry",
    }
)
_SENDS = re.compile(
    rb"""\.(?:post|patch)\(|\b(?:request|urlopen)\(\s*["'](?:POST|PATCH)|\bmethod\s*=\s*["'](?:POST|PATCH)"""
)
_ADAPTER = re.compile(rb"\b(?:allowed_methods|method_whitelist)\s*=")


class Resend(NamedTuple):
    """A request that is sent again: the call in what is retried, the call that sends it, and how it is retried."""

    at: Span
    sent: Span
    client: str
    method: str
    place: str
    policy: Policy | RetryLoop
    after: str


class Sent(NamedTuple):
    """A call that sends a request."""

    site: Site
    client: str
    method: str


class Resends:
    """Finds requests by POST and PATCH that are retried, in what is retried itself or one call away."""

    def __init__(
        self,
        inference: Inference,
        constants: Constants,
        calls: Calls,
        callsites: CallSites,
        *,
        retries: Retries,
        loops: RetryLoops,
    ) -> None:
        self._inference = inference
        self._constants = constants
        self._calls = calls
        self._callsites = callsites
        self._retries = retries
        self._loops = loops

    def all(self) -> Iterator[Resend]:
        """Every such request with its first policy."""
        seen: set[Span] = set()
        for policy, home, after, sites in self._repeated():
            for site in sites:
                at = home.module.span(site.call.start, site.call.end)
                sent = None if at in seen else self._sent(site, home)
                if sent is not None:
                    seen.add(at)
                    yield Resend(at, sent[0], *sent[1:], home.qualname.rpartition(".")[2], policy, after)

    def _repeated(self) -> Iterator[tuple[Policy | RetryLoop, Scope, str, Iterator[Site]]]:
        """What is retried, where it stands, after which failures, and the calls of each attempt."""
        for policy in self._retries.all:
            after = self._retries.after(policy)
            home = policy.function or policy.scope
            if after and (policy.function is not None or policy.loop is not None) and not asks(policy.function):
                yield policy, home, after, self._sites(policy, home)
        for loop in self._loops.all:
            node = loop.function
            if loop.after and not asks(node) and not is_harmless(node, node.record.start, node.record.body_end):
                yield loop, node, loop.after, loop.sites

    def _sites(self, policy: Policy, home: Scope) -> Iterator[Site]:
        """The calls that are made once for each attempt, where no handler keeps their failure from the retries."""
        function = policy.function
        if function is not None:
            start, end = function.record.body_start, function.record.body_end
        elif policy.loop is not None:
            start, end = policy.loop.start, policy.loop.end
        if is_harmless(home, start, end):
            return
        for site in home.scan.calls:
            if start <= site.call.start < end and not site.block.deferred and not _swallowed(site.block, start):
                yield site

    def _sent(self, site: Site, home: Scope) -> tuple[Span, str, str] | None:
        direct = self._of(site, home)
        if direct is not None:
            return home.module.span(site.call.start, site.call.end), direct.client, direct.method
        for func in self._inference.of(site.call.func, home):
            target = self._calls.target(func)
            node = target.node if target is not None else None
            if node is None or not says(node, *_WORDS, b"request(") or asks(node) or self._retried(node):
                continue
            record = node.record
            if is_harmless(node, record.start, record.body_end):
                continue
            given = arguments(node, site.call, home)
            for inner in node.scan.calls:
                sent = self._of(inner, node, given)
                if sent is not None and not inner.block.deferred and not _swallowed(inner.block, record.body_start):
                    return node.module.span(inner.call.start, inner.call.end), sent.client, sent.method
        return None

    def _retried(self, node: FunctionNode) -> bool:
        return any(one.function is node for one in self._retries.all)

    def _of(self, site: Site, scope: Scope, given: Given | None = None) -> Sent | None:
        """What a call sends, if it may do something twice; `given` tells what the function around it was given."""
        call = site.call
        name = last(call.func)
        if name in ("post", "patch"):
            method, url = name.upper(), argument(call, 0, "url")
        elif name in ("request", "stream"):
            method = self._constants.text(argument(call, 0, "method"), scope, given).upper()
            url = argument(call, 1, "url")
        else:
            return None
        if method not in _UNSAFE or not may_do_twice(self._constants.text(url, scope, given)):
            return None
        client = self._client(call, scope)
        return Sent(site, client, method) if client else None

    def _client(self, call: Call, scope: Scope) -> str:
        for func in self._inference.of(call.func, scope):
            match func:
                case External(name=dotted) if dotted.rpartition(".")[0] in _MODULES:
                    return dotted
                case MethodRef(owner=owner, path=path) if owner in _CLIENTS:
                    return f"{owner}.{path}"
                case _:
                    pass
        return ""

    def endless(self) -> Iterator[RetryLoop]:
        """The loops around a request that nothing ends but its success."""
        for loop in self._loops.all:
            if loop.endless and any(
                last(one.call.func) in _VERBS and self._client(one.call, loop.function) for one in loop.sites
            ):
                yield loop

    # -- adapters of requests and urllib3

    def adapters(self) -> Iterator[tuple[Span, str, str]]:
        """Each `Retry(allowed_methods=…)` that lets POST or PATCH be sent again: place, option, method."""
        for site, scope in self._callsites.matching(_ADAPTER, b"allowed_methods", b"method_whitelist"):
            call = site.call
            given = next((one for one in call.keywords if one.name in ("allowed_methods", "method_whitelist")), None)
            data = scope.module.facts.source.data
            if given is None or not self._is_retry(call, scope) or is_keyed(data) or self._is_tame(call):
                continue
            method = self._allowed(given.value, scope)
            # who gets a session from a function may do with it what it likes; one that an object keeps is in sight
            shared = method != "any" and not (isinstance(scope, FunctionNode) and scope.owner is not None)
            if method and (shared or any(_SENDS.search(one.facts.source.data) for one in self._users(scope.module))):
                at = scope.module.span(given.start, given.end)
                yield at, given.name, "POST" if method == "any" else method

    def _users(self, module: Module) -> Iterator[Module]:
        """A file and those that import it, directly or not."""
        modules: Modules = self._inference.modules
        todo, seen = [module.path], {module.path}
        while todo:
            path = todo.pop()
            yield modules.by_path[path]
            fresh = modules.importers.get(path, frozenset()) - seen
            seen |= fresh
            todo += sorted(fresh)

    def _is_retry(self, call: Call, scope: Scope) -> bool:
        for func in self._inference.of(call.func, scope):
            if isinstance(func, External) and func.name in _RETRIES:
                return True
            if isinstance(func, ClassRef) and _RETRIES & {*self._inference.members.external_bases(func.cls)}:
                return True
        return False

    def _allowed(self, expr: Expr, scope: Scope) -> str:
        for value, _ in self._inference.origins(expr, scope):
            if isinstance(value, Constant) and value.text in ("None", "False"):
                return "any"
            for one in inside(value):
                if isinstance(one, Str) and one.value.upper() in _UNSAFE:
                    return one.value.upper()
        return ""

    def _is_tame(self, call: Call) -> bool:
        """Whether only what was refused (429) is sent again, or nothing."""
        if _is_zero(keyword(call, "total")):
            return True
        statuses = keyword(call, "status_forcelist")
        numbers = {one.text for one in inside(statuses) if isinstance(one, Constant)} if statuses is not None else set()
        return _is_zero(keyword(call, "read")) and numbers <= {"429"}


def _takes_failures(expr: Expr | None) -> bool:
    """Whether a handler takes all that a request may raise."""
    if isinstance(expr, Sequence):
        return any(_takes_failures(one) for one in expr.items)
    return expr is None or last(expr) in _ALL_FAILURES


def _is_zero(expr: Expr | None) -> bool:
    return isinstance(expr, Constant) and expr.text in ("0", "False")


def _swallowed(block: Block, start: int) -> bool:
    """Whether a `try` behind `start` handles every exception of a place without raising one."""
    here: Block | None = block
    while here is not None:
        owner = here.owner
        if here.kind == "try" and isinstance(owner, Try) and owner.start >= start:
            for handler in owner.handlers:
                if _takes_failures(handler.type) and not scan(handler.body).raises:
                    return True
        here = here.parent
    return False
