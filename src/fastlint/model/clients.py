"""HTTP clients of libraries: what makes one, how long it lives, what waits it allows."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Constant, Name, Str
from fastlint.model.arguments import keyword
from fastlint.model.callsites import says
from fastlint.model.edges import runs_once
from fastlint.model.expressions import last
from fastlint.model.knowledge import libraries
from fastlint.model.lifetimes import ends_with_request
from fastlint.model.nodes import FunctionNode
from fastlint.model.types import ClassRef, External, Instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.callsites import CallSites
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.reached import Reached, Way
    from fastlint.model.scan import Site
    from fastlint.model.types import Type

_HTTPX = tuple(f"{home}.{name}" for home in ("httpx", "httpx2") for name in ("AsyncClient", "Client"))
_POOLED = (*_HTTPX, "aiohttp.ClientSession")
# `AsyncClient as Http` in an import, `class Http(AsyncClient)`. What must stand before a word is told behind it, so
# that the search goes by plain text.
_RENAMED = (
    re.compile(rb"Client(?:(?<=\bClient)|(?<=\bAsyncClient))(?:Session)?\s+as\s+(\w+)"),
    re.compile(rb"class(?<=^class)\s+(\w+)\s*\([^)\n]*Client(?:Session)?\b", re.MULTILINE),
)
_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request", "stream", "query")
_FUNCTIONS = frozenset(f"{home}.{name}" for home in ("httpx", "httpx2") for name in _VERBS)
# What pools connections, and options that may have to differ from one call to the next.
_POOLS = frozenset(
    {
        *(f"{home}.{name}" for home in ("httpx", "httpx2") for name in ("AsyncHTTPTransport", "HTTPTransport")),
        "aiohttp.TCPConnector",
    }
)
_CHOSEN = ("proxy", "proxies", "mounts", "cookie_jar")
_IN_PROCESS = frozenset({"ASGITransport", "WSGITransport", "MockTransport"})


class Clients:
    """Answers what makes HTTP clients, and which are made anew for each request."""

    def __init__(self, inference: Inference, callsites: CallSites) -> None:
        self._inference = inference
        self._callsites = callsites

    @cached_property
    def words(self) -> tuple[bytes, ...]:
        """What the name of a client's class holds: `Client`, or a name that the project gives one without it."""
        found = {
            name
            for module in self._callsites.holding(b"Client")
            for pattern in _RENAMED
            for name in pattern.findall(module.facts.source.data)
            if b"Client" not in name
        }
        return (b"Client", *sorted(found))

    def may_make(self, call: Call) -> bool:
        """Whether what is called is named as a client's class is in this project: cheap, and asked before its type."""
        name = last(call.func).encode()
        return any(word in name for word in self.words)

    def made(self, call: Call, scope: Scope) -> str | None:
        """The library class of a client with a pool of connections that a call makes."""
        for func in self._inference.of(call.func, scope):
            found = self._class(func)
            if found is not None:
                return found
        return None

    def _class(self, func: Type) -> str | None:
        match func:
            case External(name=name):
                return libraries.canonical(name) if libraries.canonical(name) in _POOLED else None
            case ClassRef(cls=cls):
                return next((one for one in self._inference.members.external_bases(cls) if one in _POOLED), None)
            case _:
                return None

    def in_process(self, call: Call, scope: Scope) -> bool:
        """Whether a client talks to an app in its own process: nothing is connected."""
        given = keyword(call, "transport")
        if given is None or isinstance(given, Constant):
            return keyword(call, "app") is not None
        if isinstance(given, Call) and last(given.func) in _IN_PROCESS:
            return True
        members = self._inference.members
        names = [f"{home}.{name}" for home in ("httpx", "httpx2") for name in _IN_PROCESS]
        return any(
            isinstance(one, Instance) and members.is_subclass(one.cls, *names)
            for one in self._inference.of(given, scope)
        )

    def is_special(self, call: Call, scope: Scope) -> bool:
        """Whether a client is given what is costly or pooled, or what another call may want to be different.

        The one is an SSL context, a connector, a transport; the other a proxy, a jar of cookies.
        """
        verify = keyword(call, "verify")
        if verify is not None and any(
            isinstance(one, Instance) and one.cls == "ssl.SSLContext" for one in self._inference.of(verify, scope)
        ):
            return True
        pool = keyword(call, "connector") or keyword(call, "transport")
        if pool is not None and not isinstance(pool, Constant) and not self._is_new(pool, scope):
            return True
        chosen = (keyword(call, one) for one in _CHOSEN)
        return any(one is not None and not self._is_settled(one, scope) for one in chosen)

    def _is_new(self, pool: Expr, scope: Scope) -> bool:
        """Whether a transport or connector is made here, too: it pools nothing for others."""
        made = [
            isinstance(value, Call)
            and where is scope
            and any(isinstance(one, External) and one.name in _POOLS for one in self._inference.of(value.func, where))
            for value, where in self._inference.origins(pool, scope)
        ]
        return bool(made) and all(made)

    def _is_settled(self, given: Expr, scope: Scope) -> bool:
        """Whether a value is the same for all calls: a constant, something of a module or of `self`."""
        if isinstance(given, (Constant, Str)):
            return True
        if not isinstance(given, Name):
            return False
        head, dot, _ = given.id.partition(".")
        if not isinstance(scope, FunctionNode) or (dot and scope.owner is not None and head in ("self", "cls")):
            return True
        if head in scope.params:
            return False
        values = [one.value for one in scope.scan.bindings.get(head, ())]
        return all(one is not None and not dot and self._is_settled(one, scope) for one in values)

    # -- made for one request

    def per_request(self, reached: Reached) -> Iterator[tuple[Site, Way, str]]:
        """The calls in request code that make a client which serves one request, or one call, only.

        Functions of httpx such as `httpx.get` do so for each call; what they block on the event loop is told elsewhere.
        """
        for way in reached.by_node.values():
            if not says(way.node, *self.words, b"httpx"):
                continue
            yield from self._by_functions(way)
            for site in way.node.scan.calls:
                if way.root.kind == "websocket endpoint" and not site.block.looped:
                    continue  # timid: a client may live as long as the connection does
                made = self.made(site.call, way.node)
                if (
                    made is not None
                    and not self.in_process(site.call, way.node)
                    and ends_with_request(self._inference, site, way)
                ):
                    yield site, way, made

    def _by_functions(self, way: Way) -> Iterator[tuple[Site, Way, str]]:
        if not says(way.node, b"httpx.") or not _is_in_thread(way):
            return
        for site in way.node.scan.calls:
            if last(site.call.func) not in _VERBS or site.block.deferred or runs_once(site.block):
                continue
            if keyword(site.call, "transport") is not None:
                continue
            for func in self._inference.of(site.call.func, way.node):
                if isinstance(func, External) and func.name in _FUNCTIONS:
                    yield site, way, func.name


def _is_in_thread(way: Way) -> bool:
    """timid: whether a thread runs a function is told where only plain functions lead to it."""
    here: Way | None = way
    while here is not None and not here.node.is_async:
        here = here.parent
    return here is None
