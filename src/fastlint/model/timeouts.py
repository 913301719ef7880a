"""Outbound calls that may wait for ever: timeouts switched off, or missing where a library has none by default."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.facts.records import Constant
from fastlint.model.arguments import argument, keyword
from fastlint.model.expressions import last
from fastlint.model.knowledge import libraries
from fastlint.model.nodes import FunctionNode, Module
from fastlint.model.scripts import is_script
from fastlint.model.types import ClassRef, External, MethodRef, Type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Call, Expr
    from fastlint.model.callsites import CallSites
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.text import Span

_CLIENTS = frozenset(f"{home}.{name}" for home in ("httpx", "httpx2") for name in ("AsyncClient", "Client"))
_TIMEOUTS = frozenset({"httpx.Timeout", "httpx2.Timeout"})
_PHASES = ("connect", "read", "write", "pool")
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request", "query"})
_FUNCTIONS = frozenset(f"{home}.{name}" for home in ("httpx", "httpx2") for name in _VERBS)
_REQUESTS = frozenset(f"{home}.{name}" for home in ("requests", "requests.api") for name in _VERBS)
_SESSIONS = frozenset({"requests.Session", "requests.sessions.Session"})
_OFF = re.compile(rb"imeout\(\s*None|(?:timeout|total)\s*=\s*None|urlopen\s*\(")
_WORDS = (b"imeout(", b"imeout=None", b"imeout = None", b"total=None", b"urlopen")
_DIRECT = re.compile(rb"requests\s*\.\s*(?:get|post|put|patch|delete|head|options|request)\s*\(")
_REQUESTED = re.compile(rb"\b(?:get|post|put|patch|delete|head|options|request)\s*\(")
# A call of requests may also be made on a session, an alias, a bare name; then one of these is there.
_OTHERWISE = (b"requests.Session", b"requests.session", b"from requests", b"import requests as")
# What waits between two pieces of a stream may wait long.
_STREAMS = re.compile(rb"\.stream\(|stream=True|\.(?:a?iter|iter)_\w+\(|_sse\b|websocket|ws_connect")
_OWN_TIMEOUT = re.compile(rb"\.mount\(|\.request\s*=")


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
                elif _is_none(keyword(call, "timeout")) or _may_lack(call):
                    found = self._of_call(call, scope)
                else:
                    continue
                yield from (one for one in found if not is_script(scope.module, self._inference.modules))

    def _of_timeout(self, call: Call, scope: Scope) -> Iterator[Wait]:
        for func in self._inference.of(call.func, scope):
            if not isinstance(func, External) or self._streams(scope):
                continue
            first = argument(call, 0, "timeout")
            given = [one for one in _PHASES if (value := keyword(call, one)) is not None and not _is_none(value)]
            phases = func.name in _TIMEOUTS and _is_none(first) and len(given) < len(_PHASES)
            total = libraries.canonical(func.name) == "aiohttp.ClientTimeout" and _is_none(argument(call, 0, "total"))
            if phases or (total and keyword(call, "sock_read") is None):
                yield Wait(call, scope, func.name, call)

    def _of_call(self, call: Call, scope: Scope) -> Iterator[Wait]:
        timeout = keyword(call, "timeout")
        for func in self._inference.of(call.func, scope):
            name = self._httpx(func) if timeout is not None else self._without_default(func, call)
            if name and not self._streams(scope) and not _is_stream(call):
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
            case MethodRef(owner=owner, path=path) if owner in _CLIENTS | _SESSIONS and path in _VERBS:
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
                origin = receiver.origin if receiver is not None else None
                if origin is None or (receiver is not None and not isinstance(receiver.cls, str)):
                    return ""  # timid: who made the session may have given it a timeout of its own
                made_in = self._inference.modules.by_path[origin[0]]
                return "" if _OWN_TIMEOUT.search(made_in.facts.source.data) else f"{owner}.{path}"
            case _:
                return ""

    def _streams(self, scope: Scope) -> bool:
        """Whether the code around reads streams, which may rightly be silent for long."""
        data = scope.module.facts.source.data
        home = scope.parent if isinstance(scope, FunctionNode) and not isinstance(scope.parent, Module) else scope
        if home is None or isinstance(home, Module):
            return _STREAMS.search(data) is not None
        return _STREAMS.search(data, home.record.start, home.record.end) is not None


def _may_lack(call: Call) -> bool:
    name = last(call.func)
    return name == "urlopen" or (name in _VERBS and keyword(call, "timeout") is None)


def _is_stream(call: Call) -> bool:
    stream = keyword(call, "stream")
    return isinstance(stream, Constant) and stream.text == "True"


def _is_none(expr: Expr | None) -> bool:
    return isinstance(expr, Constant) and expr.text == "None"
