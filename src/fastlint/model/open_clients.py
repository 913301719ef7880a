"""HTTP clients that live as long as the app and that nothing closes."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from fastlint.facts.records import Assign, Call, Name
from fastlint.model.expressions import last
from fastlint.model.layers import is_test
from fastlint.model.nodes import ClassNode, FunctionNode, Module
from fastlint.model.types import ClassRef, Instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.calls import Calls
    from fastlint.model.callsites import CallSites
    from fastlint.model.clients import Clients
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.scan import Site
    from fastlint.text import Span

_TEXT = re.compile(rb"Client(?:Session)?\w*\s*\(")
# In a function only what it puts where it stays: `app.state.x =`, `self.x = …Client(`, a name that is `global`.
_KEPT = re.compile(rb"\.state\.\w+\s*(?::[^=\n]*)?=|\bglobal\s|\.\w+\s*(?::[^=\n]*)?=\s*[\w.]*Client\w*\s*\(")
_APPS = ("fastapi.FastAPI", "starlette.applications.Starlette")
# `x.aclose`, `x.close()`, `async with x`, `enter_async_context(x)`, `closing(x)`, `close_it(x)`, `getattr(x, "close")`
_CLOSING = (
    rb"\b(?:%(name)s)\s*(?:\(\))?\s*\.\s*(?:aclose|close|__aexit__)\b"
    rb"|\bwith\b(?:[^:]*[\s.,(])?(?:%(name)s)\s*(?:\(\)\s*)?(?:[,):]|\bas\b)"
    rb"|\b\w*(?:context|clos|shutdown)\w*\s*\([\s\w.]*\b(?:%(name)s)\b"
    rb"|\bgetattr\([\s\w.]*\b(?:%(name)s)\s*,\s*[\"']a?close"
)
_BEHIND = 200  # bytes behind a name in which it is said what is done with it


class Open(NamedTuple):
    """A client that nothing closes: where it is made, its library class, what holds it (for messages)."""

    at: Span
    client: str
    holder: str


class OpenClients:
    """Finds clients at module or class level, on an app's state and on objects made once that nothing closes.

    Whether something closes one is told by the last part of the name that it has, anywhere in the project: that may
    take one for closed which isn't, and hardly the other way round.
    """

    def __init__(self, inference: Inference, callsites: CallSites, clients: Clients, calls: Calls) -> None:
        self._inference = inference
        self._callsites = callsites
        self._clients = clients
        self._calls = calls

    def all(self) -> Iterator[Open]:
        """Every such client, tests and scripts left out."""
        outside = self._callsites.outside_functions(_TEXT, b"Client")
        inside = self._callsites.matching(_KEPT, b"Client", words=(b"Client",))
        for site, scope in chain(outside, ((site, scope) for site, scope in inside if isinstance(scope, FunctionNode))):
            found = self._held(site, scope) if b"Client" in last(site.call.func).encode() else None
            if found is None:
                continue
            client = self._clients.made(site.call, scope)
            if client is None or self._clients.in_process(site.call) or self._is_script(scope.module):
                continue
            holder, names = found
            owner = scope.owner if isinstance(scope, FunctionNode) else scope if isinstance(scope, ClassNode) else None
            if any(self._is_closed(name, owner) for name in names):
                continue
            if isinstance(scope, FunctionNode) and scope.name == "__init__" and not self._made_once(scope.owner):
                continue
            yield Open(scope.module.span(site.call.start, site.call.end), client, holder)

    def _held(self, site: Site, scope: Scope) -> tuple[str, tuple[bytes, ...]] | None:
        """What holds the client for good, and the names that it goes by."""
        statement = site.statement
        if not isinstance(statement, Assign) or statement.value is not site.call or site.block.deferred:
            return None
        if site.block.looped or "with" in site.block.kinds() or not isinstance(statement.targets[0], Name):
            return None
        target = statement.targets[0]
        owner, _, name = target.id.rpartition(".")
        if not isinstance(scope, FunctionNode):
            return None if owner else (f"{scope.qualname}.{name}", (name.encode(),))
        if owner.endswith(".state"):
            return (target.id, (name.encode(),)) if self._is_app(owner, target.start, scope) else None
        if not owner:
            if name in scope.scan.globals:
                return f"{scope.module.qualname}.{name}", (name.encode(),)
            return self._put_on_state(name, scope)
        if scope.name == "__init__" and scope.owner is not None and owner == scope.record.params[0].name:
            return f"{scope.owner.qualname}.{name}", (name.encode(),)
        return None

    def _put_on_state(self, local: str, scope: FunctionNode) -> tuple[str, tuple[bytes, ...]] | None:
        """`client = AsyncClient(…)`, then `app.state.client = client`."""
        for statement, _ in scope.scan.assigns:
            target = statement.targets[0]
            if isinstance(statement.value, Name) and statement.value.id == local and isinstance(target, Name):
                owner, _, name = target.id.rpartition(".")
                if owner.endswith(".state") and self._is_app(owner, target.start, scope):
                    return target.id, (name.encode(), local.encode())
        return None

    def _is_app(self, state: str, at: int, scope: Scope) -> bool:
        head, _, rest = state.removesuffix(".state").partition(".")
        types = self._inference.lookup.name(head, scope, at, ())
        types = self._inference.path(types, rest) if rest else types
        members = self._inference.members
        return any(isinstance(one, Instance) and members.is_subclass(one.cls, *_APPS) for one in types)

    def _made_once(self, cls: ClassNode | None) -> bool:
        """Whether an object of a class is made at module level, or by a function that keeps what it gives."""
        if cls is None:
            return False
        pattern = re.compile(rb"\b" + cls.name.encode() + rb"\w*\s*\(")
        for site, scope in self._callsites.matching(pattern, cls.name.encode(), words=(cls.name.encode(),)):
            if not any(isinstance(one, ClassRef) and one.cls is cls for one in self._of(site.call, scope)):
                continue
            statement = site.statement
            once = isinstance(scope, Module) and isinstance(statement, Assign) and statement.value is site.call
            once = once and not self._is_script(scope.module)
            if once or (isinstance(scope, FunctionNode) and self._calls.cached(scope)):
                return True
        return False

    def _of(self, call: Call, scope: Scope) -> tuple[object, ...]:
        return self._inference.of(call.func, scope)

    def _is_closed(self, name: bytes, owner: ClassNode | None) -> bool:
        """Whether something of this name is closed or entered anywhere; `self.name` counts in classes of its owner."""
        pattern = re.compile(_CLOSING % {b"name": re.escape(name)})
        for module in self._inference.modules.by_path.values():
            data = module.facts.source.data
            if name not in data or is_test(module.path):
                continue
            for at in _around(name, data, pattern):
                if not data.endswith(b"self.", 0, at) or self._is_within(at, module, owner):
                    return True
        return False

    def _is_within(self, at: int, module: Module, owner: ClassNode | None) -> bool:
        """Whether `self` at an offset may be an object of a class: in the class, its subclasses and its bases."""
        members = self._inference.members
        for cls in module.classes:
            if cls.record.start <= at < cls.record.end:
                return owner is None or owner in members.mro(cls) or cls in members.mro(owner)
        return True

    def _is_script(self, module: Module) -> bool:
        """Whether a file runs on its own and nothing imports it: what it opens ends with it."""
        return b"__main__" in module.facts.source.data and module.path not in self._inference.modules.importers


def _around(name: bytes, data: bytes, pattern: re.Pattern[bytes]) -> Iterator[int]:
    """Where a name stands in what a pattern matches, which holds no colon before it: only there is it looked for."""
    at = data.find(name)
    while at >= 0:
        found = pattern.search(data, data.rfind(b":", 0, at) + 1, at + len(name) + _BEHIND)
        if found is not None:
            yield found.start() + found[0].find(name)
        at = data.find(name, at + 1)
