"""Outbound calls that take any certificate for the right one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from fastlint.facts.records import Assign, Constant, FString, If, Keyword, Name, Str
from fastlint.model.accepted import is_accepted
from fastlint.model.constants import fixed
from fastlint.model.expressions import inside, last
from fastlint.model.nodes import FunctionNode
from fastlint.model.scripts import is_script
from fastlint.model.types import ClassRef, External, Instance, MethodRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Call, Expr
    from fastlint.model.callsites import CallSites
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.scan import Block, Site
    from fastlint.model.types import Type
    from fastlint.text import Span

_HTTPX = ("httpx", "httpx2")
_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request", "stream")
_MAKERS = frozenset(
    f"{home}.{name}"
    for home in _HTTPX
    for name in ("AsyncClient", "Client", "AsyncHTTPTransport", "HTTPTransport", "create_ssl_context")
)
_VERIFY = _MAKERS | {f"{home}.{name}" for home in (*_HTTPX, "requests", "requests.api") for name in _VERBS}
_SSL = frozenset({"aiohttp.TCPConnector", "aiohttp.request"})
_SESSIONS = frozenset({"requests.Session", "requests.sessions.Session"})
_UNVERIFIED = External("ssl._create_unverified_context")
# timid: a constant is known by its capitals, so that not every `verify=verify` has to be followed.
_TEXT = re.compile(
    rb"\b(?:verify|ssl|verify_ssl)\s*=\s*(?:False\b|[\w.]*\b[A-Z][A-Z_]+\b)|_create_unverified_context\s*\("
)
_WORDS = (b"verify", b"ssl")
_ATTRIBUTE = re.compile(rb"\.verify\s*=\s*False\b")
_SETTINGS = ("pydantic_settings.BaseSettings", "pydantic.BaseSettings")
_HERE = ("https://localhost", "https://127.0.0.1", "https://[::1]", "http://")
# A branch on one of these is a choice that whoever runs the app makes.
_CHOICE = re.compile(rb"verif|insecure|ssl|tls|cert|local|debug|dev|test", re.IGNORECASE)


class Unverified(NamedTuple):
    """Where verification is switched off: the argument, how it is written, and what it is given to.

    `placed` tells that where the call goes is a setting, or for one call of a shared session not said in the text:
    often a service of the same cluster.
    """

    at: Span
    text: str
    name: str
    placed: bool = False


class Tls:
    """Finds outbound calls that verify no certificate; what a setting or a branch decides is left alone."""

    def __init__(self, inference: Inference, callsites: CallSites) -> None:
        self._inference = inference
        self._callsites = callsites

    def unverified(self) -> Iterator[Unverified]:
        """Every such place in the app's own code."""
        for site, scope in self._callsites.matching(_TEXT, *_WORDS, words=_WORDS):
            call = site.call
            if last(call.func) == "_create_unverified_context":
                if is_script(scope.module, self._inference.modules):
                    continue
                if _UNVERIFIED in self._inference.of(call.func, scope) and not self._is_choice(site.block, scope):
                    yield Unverified(_span(scope, call), "", _UNVERIFIED.name)
                continue
            given = next((one for one in call.keywords if one.name in ("verify", "ssl", "verify_ssl")), None)
            if given is None or fixed(self._inference, given.value, scope) != "False" or _is_here(call):
                continue
            if is_script(scope.module, self._inference.modules) or is_accepted((given, call), scope, "S501", "B501"):
                continue
            name = self._taker(call, given.name, scope)
            if name and not self._is_choice(site.block, scope) and not self._has_twin(site, scope, name):
                text = f"{given.name}={_source(scope, given.value)}"
                placed = _is_within(name, call) or self._is_placed(call, scope)
                yield Unverified(_span(scope, given), text, name, placed)
        yield from self._attributes()

    def _taker(self, call: Call, option: str, scope: Scope) -> str:
        for func in self._inference.of(call.func, scope):
            name = self._client(func) if option == "verify" else self._aiohttp(func, option)
            if name:
                return name
        return ""

    def _client(self, func: Type) -> str:
        match func:
            case External(name=name):
                return name if name in _VERIFY else ""
            case MethodRef(owner=owner, path="__init__"):  # `super().__init__(verify=False)`
                return owner if owner in _MAKERS else ""
            case MethodRef(owner=owner, path=path):
                return f"{owner}.{path}" if owner in _SESSIONS and path in _VERBS else ""
            case ClassRef(cls=cls):
                bases = self._inference.members.external_bases(cls)
                own = self._inference.members.method(cls, "__init__")
                return bases[0] if own is None and bases and bases[0] in _MAKERS else ""
            case _:
                return ""

    def _aiohttp(self, func: Type, option: str) -> str:
        match func:
            case External(name=name):
                return name if name in _SSL else ""
            case MethodRef(owner="aiohttp.ClientSession", path=path):
                known = path in _VERBS or path == "ws_connect"
                return f"aiohttp.ClientSession.{path}" if known and option in ("ssl", "verify_ssl") else ""
            case _:
                return ""

    def _is_placed(self, call: Call, scope: Scope) -> bool:
        """Whether the address comes from a settings object, which whoever runs the app fills in."""
        return any(
            isinstance(part, Name) and self._is_setting(part, place)
            for url in _urls(call)
            for expr, place in ((url, scope), *self._inference.origins(url, scope))
            for part in inside(expr)
        )

    def _is_setting(self, name: Name, scope: Scope) -> bool:
        holder = name.id.rpartition(".")[0]
        while holder:
            for one in self._inference.of(Name(holder, name.start, len(holder)), scope):
                if isinstance(one, Instance) and self._inference.members.is_subclass(one.cls, *_SETTINGS):
                    return True
            holder = holder.rpartition(".")[0]
        return False

    def _is_choice(self, block: Block, scope: Scope) -> bool:
        """Whether a branch around a place asks for something that speaks of certificates or of where the app runs."""
        data = scope.module.facts.source.data
        here: Block | None = block
        while here is not None:
            if isinstance(here.owner, If) and _CHOICE.search(data, here.owner.test.start, here.owner.test.end):
                return True
            if here.kind in ("if", "else") and not isinstance(here.owner, If):
                return True  # one arm of `a if b else c`
            here = here.parent
        return False

    def _has_twin(self, site: Site, scope: Scope, name: str) -> bool:
        """Whether the same is made in the same scope with verification on: users of the module choose."""
        if isinstance(scope, FunctionNode) or name not in _MAKERS:
            return False
        return any(
            other is not site
            and last(other.call.func) == last(site.call.func)
            and not any(one.name == "verify" for one in other.call.keywords)
            for other in scope.scan.calls
        )

    def _attributes(self) -> Iterator[Unverified]:
        """`session.verify = False` on a session of requests."""
        for scope in self._callsites.scopes(_ATTRIBUTE, b".verify", words=(b".verify",)):
            for statement, block in scope.scan.assigns:
                target = statement.targets[0]
                if not (isinstance(target, Name) and target.id.endswith(".verify") and _is_off(statement)):
                    continue
                head, _, rest = target.id.removesuffix(".verify").partition(".")
                types = self._inference.lookup.name(head, scope, target.start, ())
                types = self._inference.path(types, rest) if rest else types
                is_session = any(
                    isinstance(one, Instance) and self._inference.members.is_subclass(one.cls, *_SESSIONS)
                    for one in types
                )
                if is_session and not self._is_choice(block, scope):
                    yield Unverified(_span(scope, statement), f"{target.id} = False", "requests.Session")


def _is_off(statement: Assign) -> bool:
    return isinstance(statement.value, Constant) and statement.value.text == "False"


def _urls(call: Call) -> tuple[Expr, ...]:
    return (*call.args[:2], *(one.value for one in call.keywords if one.name in ("url", "base_url")))


def _is_here(call: Call) -> bool:
    """Whether what is called runs on the same machine, or without TLS."""
    for url in _urls(call):
        first = url.parts[0] if isinstance(url, FString) and url.parts else url
        if isinstance(first, Str) and first.value.startswith(_HERE):
            return True
    return False


def _is_within(name: str, call: Call) -> bool:
    """Whether one call of a session of aiohttp goes to where only the rest of the app knows."""
    return name.startswith("aiohttp.ClientSession.") and not any(
        isinstance(part, Str) and "://" in part.value for url in _urls(call) for part in inside(url)
    )


def _span(scope: Scope, part: Expr | Keyword | Assign) -> Span:
    return scope.module.span(part.start, part.end)


def _source(scope: Scope, expr: Expr) -> str:
    return scope.module.facts.source.text(expr.start, expr.end)
