"""Calls of httpx with arguments that its clients and functions do not take, or take no more."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from fastlint.facts.records import Constant, FString, Name, Starred, Str
from fastlint.model.arguments import keyword
from fastlint.model.types import ClassRef, External, Instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.manifests import Manifests
    from fastlint.facts.records import Call, Expr
    from fastlint.model.callsites import CallSites
    from fastlint.model.clients import Clients
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.types import Type

_HOMES = ("httpx", "httpx2")
_CLIENTS = frozenset(f"{home}.{name}" for home in _HOMES for name in ("AsyncClient", "Client"))
_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request", "stream")
_FUNCTIONS = frozenset(f"{home}.{name}" for home in _HOMES for name in _VERBS)
_WORDS = (b"app=", b"app =", b"proxies")
_TRANSPORTS = tuple(
    f"{home}.{name}"
    for home in _HOMES
    for name in ("ASGITransport", "WSGITransport", "MockTransport", "AsyncHTTPTransport", "HTTPTransport")
)
_GONE = re.compile(rb"[(,]\s*(?:app|proxies)\s*=[^=]|Client\s*\(\s*(?!\w+\s*=)[^\s)*]")


class Refused(NamedTuple):
    """An argument that makes a call raise `TypeError`; `name` is "" for one given by position.

    `is_transport` tells of that one that it is a transport, so that `transport=` is what was meant.
    """

    call: Call
    scope: Scope
    callee: str
    name: Literal["app", "proxies", ""]
    value: Expr
    is_transport: bool = False

    @property
    def transport(self) -> str:
        """How the file can name `ASGITransport`: behind the module's name where the client is called so."""
        func = self.call.func
        module = func.id.rpartition(".")[0] if isinstance(func, Name) else ""
        return f"{module}.ASGITransport" if module else "ASGITransport"

    @property
    def has_transport(self) -> bool:
        """Whether the call is given a transport besides."""
        return keyword(self.call, "transport") is not None

    @property
    def is_url(self) -> bool:
        """Whether the value is a text: one proxy for all."""
        return isinstance(self.value, (Str, FString))

    @property
    def is_none(self) -> bool:
        """Whether the value is `None`."""
        return isinstance(self.value, Constant) and self.value.text == "None"


class RemovedArguments:
    """Finds calls that raise since httpx 0.28, and those that always did. Tests are looked through too."""

    def __init__(self, inference: Inference, callsites: CallSites, clients: Clients, manifests: Manifests) -> None:
        self._inference = inference
        self._callsites = callsites
        self._clients = clients
        self._manifests = manifests

    def all(self) -> Iterator[Refused]:
        """Every such argument."""
        names = self._clients.words
        for site, scope in self._callsites.matching(_GONE, b"httpx", *names, tests=True, words=(*_WORDS, *names)):
            call = site.call
            if not (call.args or any(one.name in ("app", "proxies") for one in call.keywords)):
                continue
            if keyword(call, "proxies") is None and not self._clients.may_make(call):
                continue
            for func in self._inference.of(call.func, scope):
                callee = self._callee(func)
                if callee:
                    yield from self._of(call, scope, callee)
                    break

    def _callee(self, func: Type) -> str:
        match func:
            case External(name=name):
                return name if name in _CLIENTS | _FUNCTIONS else ""
            case ClassRef(cls=cls):
                members = self._inference.members
                bases = members.external_bases(cls)
                own = members.method(cls, "__init__") or members.method(cls, "__new__")
                return bases[0] if own is None and bases and bases[0] in _CLIENTS else ""
            case _:
                return ""

    def _of(self, call: Call, scope: Scope, callee: str) -> Iterator[Refused]:
        is_client = callee in _CLIENTS
        if is_client and call.args and not isinstance(call.args[0], Starred):
            alone = len(call.args) == 1 and keyword(call, "transport") is None
            yield Refused(call, scope, callee, "", call.args[0], alone and self._is_transport(call.args[0], scope))
        if callee.startswith("httpx.") and not self._manifests.may_be("httpx", ">=0.28"):
            return
        app, proxies = keyword(call, "app"), keyword(call, "proxies")
        if is_client and app is not None:
            yield Refused(call, scope, callee, "app", app)
        if proxies is not None:
            yield Refused(call, scope, callee, "proxies", proxies)

    def _is_transport(self, expr: Expr, scope: Scope) -> bool:
        members = self._inference.members
        types = self._inference.of(expr, scope)
        return bool(types) and all(
            isinstance(one, Instance) and members.is_subclass(one.cls, *_TRANSPORTS) for one in types
        )
