"""Outbound calls that may wait for ever: timeouts switched off, or missing where a library has none by default."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.facts.records import Constant, Sequence
from fastlint.model.accepted import is_accepted
from fastlint.model.arguments import argument, keyword
from fastlint.model.constants import fixed
from fastlint.model.expressions import last
from fastlint.model.knowledge import libraries
from fastlint.model.nodes import FunctionNode, Module
from fastlint.model.scripts import is_script, runs_alone
from fastlint.model.types import ClassRef, External, Instance, MethodRef, Type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Call, Expr
    from fastlint.model.callsites import CallSites
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.text import Span

_CLIENTS = frozenset(f"{home}.{name}" for home in ("httpx", "httpx2") for name in ("AsyncClient", "Client"))
_AIOHTTP = frozenset({"aiohttp.ClientSession"})
_TIMEOUTS = frozenset({"httpx.Timeout", "httpx2.Timeout"})
_PHASES = ("connect", "read", "write", "pool")
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request", "query"})
_FUNCTIONS = frozenset(f"{home}.{name}" for home in ("httpx", "httpx2") for name in _VERBS)
_REQUESTS = frozenset(f"{home}.{name}" for home in ("requests", "requests.api") for name in _VERBS)
_SESSIONS = frozenset({"requests.Session", "requests.sessions.Session"})
# timid: a constant is known by its capitals, so that not every `timeout=timeout` has to be followed.
_OFF = re.compile(
    rb"imeout\(\s*None|(?:timeout|total)\s*=\s*None|\btotal\s*=\s*0\s*[,)]|ClientTimeout\(|urlopen\s*\("
    rb"|\btimeout\s*=\s*(?:\([^()]*\bNone\s*\)|[\w.]*\b[A-Z][A-Z_]+\b)"
)
_WORDS = (b"imeout(", b"imeout=", b"imeout =", b"total=None", b"urlopen")
_DIRECT = re.compile(rb"requests\s*\.\s*(?:get|post|put|patch|delete|head|options|request)\s*\(")
_REQUESTED = re.compile(rb"\b(?:get|post|put|patch|delete|head|options|request)\s*\(")
# A call of requests may also be made on a session, an alias, a bare name; then one of these is there.
_OTHERWISE = (b"requests.Session", b"requests.session", b"from requests", b"import requests as")
# What waits between two pieces of a stream may wait long.
_STREAMS = re.compile(rb"\.stream\(|stream=True|\.(?:a?iter|iter)_\w+\(|_sse\b|websocket|ws_connect|connect_ws")
# Code that speaks of these and makes a timeout that limits nothing but connecting does so on purpose.
_LONG = re.compile(rb"stream|readline|watch|long.?poll|disconnect", re.IGNORECASE)
_OWN_TIMEOUT = re.compile(rb"\.mount\(|\.request\s*=")
# Sessions that others of a project make: these may carry a timeout.
_ADAPTED = (b"HTTPAdapter", b".request =", b"AuthorizedSession", b"TimeoutSession")


class Wait:
    """A place that lets a call wait for ever: `off` where a timeout is switched off, else it is missing."""

    __slots__ = ("at", "call", "name", "off", "scope")

    def __init__(self, call: Call, scope: Scope, name: str, at: Expr | None) -> None:
        self.call = call
        self.scope = scope
        self.name = name
        self.off = at is not None
        self.at = at or call

    @property
    def span(self) -> Span:
        """The argument that switches the timeout off, or the call that lacks one."""
        return self.scope.module.span(self.at.start, self.at.end)


class Timeouts:
    """Finds calls and clients without a timeout."""

    def __init__(self, inference: Inference, callsites: CallSites) -> None:
        self._inference = inference
        self._callsites = callsites

    def missing(self) -> Iterator[Wait]:
        """Every place in the project's own code, tests and scripts left out."""
        seen: set[int] = set()
        patterns = (
            (_OFF, (b"imeout", b"total=None", b"urlopen"), _WORDS),
            (_DIRECT, (b"requests",), (b"requests.",)),
            (_REQUESTED, _OTHERWISE, ()),
        )
        for pattern, literals, words in patterns:
            for site, scope in self._callsites.matching(pattern, *literals, words=words):
                call = site.call
                if id(call) in seen or any(one.name == "" for one in call.keywords):
                    continue
                seen.add(id(call))
                if last(call.func).endswith("Timeout"):
                    found = self._of_timeout(call, scope)
                elif self._is_none(keyword(call, "timeout"), scope) or _may_lack(call):
                    found = self._of_call(call, scope)
                else:
                    continue
                yield from (one for one in found if not self._is_left_alone(one))

    def _is_left_alone(self, wait: Wait) -> bool:
        """Whether a call stands in a script, or is accepted by a comment for ruff's S113 or bandit's B113."""
        sends = last(wait.call.func) in _VERBS or last(wait.call.func) == "urlopen"
        modules = self._inference.modules
        if is_script(wait.scope.module, modules) or (sends and runs_alone(wait.scope, modules)):
            return True
        return is_accepted((wait.call,), wait.scope, "S113", "B113")

    def _of_timeout(self, call: Call, scope: Scope) -> Iterator[Wait]:
        for func in self._inference.of(call.func, scope):
            if not isinstance(func, External) or self._streams(scope) or (_connects(call) and self._speaks_long(scope)):
                continue
            name = libraries.canonical(func.name)
            if _is_endless(call) if func.name in _TIMEOUTS else name == "aiohttp.ClientTimeout" and _is_lax(call):
                yield Wait(call, scope, func.name, call)

    def _of_call(self, call: Call, scope: Scope) -> Iterator[Wait]:
        timeout = keyword(call, "timeout")
        for func in self._inference.of(call.func, scope):
            name = self._httpx(func) if timeout is not None else self._without_default(func, call)
            makes = last(call.func) not in _VERBS  # a client may be made in one method and stream in another
            if name and not self._streams(scope, wide=makes) and not _is_stream(call):
                at = next((one for one in call.keywords if one.name == "timeout"), None)
                yield Wait(call, scope, name, at)  # type: ignore[arg-type]  # a keyword has a place like an expression
                return

    def _httpx(self, func: Type) -> str:
        """The name of a client or request function of httpx, or of one that has no timeout by default."""
        match func:
            case External(name=name) if libraries.canonical(name) in _CLIENTS or name in _FUNCTIONS | _REQUESTS:
                return name
            case ClassRef(cls=cls) if any(one in _CLIENTS for one in self._inference.members.external_bases(cls)):
                return cls.name
            case MethodRef(owner=owner, path="__init__") if owner in _CLIENTS:  # `super().__init__(timeout=None)`
                return owner
            case MethodRef(owner=owner, path=path) if owner in _CLIENTS | _SESSIONS | _AIOHTTP and path in _VERBS:
                return f"{owner}.{path}"
            case _:
                return ""

    def _without_default(self, func: Type, call: Call) -> str:
        match func:
            case External(name=name) if name in _REQUESTS:
                return name
            case External(name="urllib.request.urlopen") if argument(call, 2, "timeout") is None:
                return "urllib.request.urlopen"
            case MethodRef(owner=owner, path=path, receiver=receiver) if owner in _SESSIONS and path in _VERBS:
                if receiver is None or not isinstance(receiver.cls, str):
                    return ""  # timid: a class of one's own may give a timeout
                return "" if self._has_own(receiver) else f"{owner}.{path}"
            case _:
                return ""

    def _has_own(self, session: Instance) -> bool:
        """Whether who made a session may have given it a timeout of its own."""
        if session.origin is None:
            return next(self._callsites.holding(*_ADAPTED), None) is not None
        made_in = self._inference.modules.by_path[session.origin[0]]
        return _OWN_TIMEOUT.search(made_in.facts.source.data) is not None

    def _is_none(self, timeout: Expr | None, scope: Scope) -> bool:
        """Whether a timeout is `None`, a constant that is, or a pair of requests whose second half is."""
        if isinstance(timeout, Sequence):
            return len(timeout.items) > 1 and _is_none(timeout.items[1])
        return fixed(self._inference, timeout, scope) == "None"

    def _streams(self, scope: Scope, *, wide: bool = True) -> bool:
        """Whether the code around, `wide` for the class around, reads streams, which may rightly be silent for long."""
        data = scope.module.facts.source.data
        around = scope.parent if isinstance(scope, FunctionNode) else None
        home = around if around is not None and (wide or isinstance(around, FunctionNode)) else scope
        home = scope if isinstance(home, Module) else home
        if home is None or isinstance(home, Module):
            return _STREAMS.search(data) is not None
        return _STREAMS.search(data, home.record.start, home.record.end) is not None

    def _speaks_long(self, scope: Scope) -> bool:
        """Whether the function around, or else the file, speaks of what takes long."""
        data = scope.module.facts.source.data
        if isinstance(scope, FunctionNode):
            return _LONG.search(data, scope.record.start, scope.record.end) is not None
        return _LONG.search(data) is not None


def _connects(call: Call) -> bool:
    """Whether a timeout limits how long connecting may take."""
    return any(one.name in ("connect", "sock_connect") for one in call.keywords)


def _may_lack(call: Call) -> bool:
    name = last(call.func)
    return name == "urlopen" or (name in _VERBS and keyword(call, "timeout") is None)


def _is_stream(call: Call) -> bool:
    stream = keyword(call, "stream")
    return isinstance(stream, Constant) and stream.text == "True"


def _is_endless(call: Call) -> bool:
    """Whether a `Timeout` of httpx switches all off and leaves a phase so; one that is named on its own is meant so."""
    return _is_none(argument(call, 0, "timeout")) and any(
        (phase := keyword(call, one)) is None or _is_none(phase) for one in _PHASES
    )


def _is_lax(call: Call) -> bool:
    """Whether a `ClientTimeout` limits neither all of a call nor the wait for data; 0 and its default are no limit."""
    given = (argument(call, 0, "total"), keyword(call, "sock_read"))
    return all(one is None or (isinstance(one, Constant) and one.text in ("None", "0")) for one in given)


def _is_none(expr: Expr | None) -> bool:
    return isinstance(expr, Constant) and expr.text == "None"
