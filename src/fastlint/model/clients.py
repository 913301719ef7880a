"""HTTP clients of libraries: what makes one, how long it lives, what waits it allows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.facts.records import Assign, Await, Call, Constant, Keyword, Name, Return, Subscript
from fastlint.model.calling import argument, keyword
from fastlint.model.calls import runs_once
from fastlint.model.expressions import head, last, names_in, receiver
from fastlint.model.knowledge import libraries
from fastlint.model.nodes import FunctionNode
from fastlint.model.types import ClassRef, External, Instance, MethodRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.reached import Reached, Way
    from fastlint.model.scan import Site
    from fastlint.model.types import Type

_HTTPX = tuple(f"{home}.{name}" for home in ("httpx", "httpx2") for name in ("AsyncClient", "Client"))
_POOLED = (*_HTTPX, "aiohttp.ClientSession")
_IN_PROCESS = frozenset({"ASGITransport", "WSGITransport", "MockTransport"})
_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request", "query")
_BY_BODY = re.compile(rb"Client|urlopen|requests|httpx")


class Clients:
    """Answers what makes HTTP clients, and which are made anew for each request."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference

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

    def in_process(self, call: Call) -> bool:
        """Whether a client talks to an app in its own process: nothing is connected."""
        given = keyword(call, "transport")
        return keyword(call, "app") is not None or (isinstance(given, Call) and last(given.func) in _IN_PROCESS)

    def shares_context(self, call: Call, scope: Scope) -> bool:
        """Whether a client is given what is costly or pooled: an SSL context (`verify=context`), a connector, a transport."""
        verify = keyword(call, "verify")
        if verify is not None and any(
            isinstance(one, Instance) and one.cls == "ssl.SSLContext" for one in self._inference.of(verify, scope)
        ):
            return True
        own = keyword(call, "connector") or keyword(call, "transport")
        return own is not None and not isinstance(own, Constant)

    # -- made for one request

    def per_request(self, reached: Reached) -> Iterator[tuple[Site, Way, str]]:
        """The calls in request code that make a client which serves one request, or one call, only."""
        for way in reached.by_node.values():
            record = way.node.record
            if _BY_BODY.search(way.node.module.facts.source.data, record.body_start, record.body_end) is None:
                continue
            if way.root.kind == "websocket endpoint":  # timid: a client may live as long as the connection does
                continue
            for site in way.node.scan.calls:
                made = self.made(site.call, way.node)
                if made is not None and not self.in_process(site.call) and self._is_short(site, way):
                    yield site, way, made

    def _is_short(self, site: Site, way: Way) -> bool:
        """Whether the client is seen to end with the request, or to belong to what does."""
        if site.block.deferred or runs_once(site.block):
            return False
        if site.use == "with":
            return True
        statement = site.statement
        if isinstance(statement, Return) and statement.value is site.call:
            return _dies_with_caller(way)
        if isinstance(statement, Assign) and statement.value is site.call and len(statement.targets) == 1:
            target = statement.targets[0]
            if not isinstance(target, Name):
                return False
            if "." in target.id:
                return way.node.name == "__init__" and _caller_forgets(way)
            return self._local_is_short(target.id, site, way)
        return _is_chained(site, way.node)

    def _local_is_short(self, name: str, site: Site, way: Way) -> bool:
        """Whether a local client is closed or entered here, or only ever called."""
        node = way.node
        if name in node.scan.globals or name in node.scan.nonlocals or _is_kept(name, node):
            return False
        for statement, _ in node.scan.withs:
            if any(_is_name(item.value, name) for item in statement.items):
                return True
        for call in node.scan.calls:
            owner = receiver(call.call.func)
            if owner is not None and _is_name(owner, name) and last(call.call.func) in ("aclose", "close"):
                return True
        used = [one for one in node.scan.calls if one is not site and _mentions(one.call, name)]
        return all(_is_name(receiver(one.call.func), name) for one in used) and not _returns(name, node)


def _dies_with_caller(way: Way) -> bool:
    """Whether what a function returns is a dependency's value, or is entered right where the function is called."""
    if way.parent is None:
        return way.root.kind == "dependency"
    return way.edge is not None and way.edge.site is not None and way.edge.site.use == "with"


def _caller_forgets(way: Way) -> bool:
    """Whether the object that the function makes lives in a local variable or a dependency only."""
    edge = way.edge
    if way.parent is None or edge is None or edge.site is None:
        return way.root.kind == "dependency"
    statement = edge.site.statement
    if isinstance(statement, Return):
        return _dies_with_caller(way.parent)
    if isinstance(statement, Assign) and statement.value in (edge.site.call,) and isinstance(statement.targets[0], Name):
        name = statement.targets[0].id
        node = way.parent.node
        return "." not in name and name not in node.scan.globals and not _is_kept(name, node) and not _returns(name, node)
    return edge.site.use == "with" or _is_chained(edge.site, way.parent.node)


def _is_chained(site: Site, node: FunctionNode) -> bool:
    """Whether a method is called right on the new object: `Client().get(…)`."""
    return any(receiver(one.call.func) is site.call for one in node.scan.calls)


def _is_kept(name: str, node: FunctionNode) -> bool:
    """Whether a local is stored where it outlives the function: an attribute, an item, a cache's `set(name)`."""
    for statement, _ in node.scan.assigns:
        if statement.value is not None and any(one.id == name for one in names_in(statement.value)):
            if any(isinstance(one, Subscript) or (isinstance(one, Name) and "." in one.id) for one in statement.targets):
                return True
    for one in node.scan.calls:
        if last(one.call.func) in ("set", "set_cache", "setdefault", "append", "add", "update", "put") and _mentions(one.call, name):
            return True
    return False


def _returns(name: str, node: FunctionNode) -> bool:
    exprs = [one.value for one in node.scan.returns] + [one.value for one, _ in node.scan.yields]
    return any(expr is not None and any(head(one) == name for one in names_in(expr) if one.id == name) for expr in exprs)


def _mentions(call: Call, name: str) -> bool:
    """Whether a call is made on a local, or given it."""
    if _is_name(receiver(call.func), name):
        return True
    values = (*call.args, *(one.value for one in call.keywords))
    return any(one.id == name for value in values for one in names_in(value))


def _is_name(expr: Expr | None, name: str) -> bool:
    if isinstance(expr, Await):
        expr = expr.value
    return isinstance(expr, Name) and expr.id == name
