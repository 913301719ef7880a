"""HTTP clients that live as long as the app and that nothing closes."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from fastlint.facts.records import Assign, Await, Call, Dict, Name
from fastlint.model.expressions import last, receiver
from fastlint.model.layers import is_test
from fastlint.model.nodes import ClassNode, FunctionNode, Module
from fastlint.model.scripts import is_script
from fastlint.model.types import ClassRef, FunctionRef, Instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.calls import Calls
    from fastlint.model.callsites import CallSites
    from fastlint.model.clients import Clients
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.scan import Site
    from fastlint.text import Span

_TEXT = rb"(?:%(words)s)\w*\s*\("
# In a function only what it puts where it stays: `app.state.x =`, `self.x = …Client(`, a name that is `global` or
# that a lifespan yields among the state of the app.
_KEPT = rb"\.state\.\w+\s*(?::[^=\n]*)?=|\bglobal\s|\.\w+\s*(?::[^=\n]*)?=\s*[\w.]*(?:%(words)s)\w*\s*\(|\byield\s*\{"
_WORDS = (b".state.", b"global", b"yield {", b"yield{")
_WORD = re.compile(rb"\w")
_APPS = ("fastapi.FastAPI", "starlette.applications.Starlette")
# `x.aclose`, `x.close()`, `async with x`, `enter_async_context(x)`, `closing(x)`, `close_it(x)`, `getattr(x, "close")`
_CLOSING = (
    rb"\b(?:%(name)s)\s*(?:\(\))?\s*\.\s*(?:aclose|close|__aexit__)\b"
    rb"|\bwith\b(?:[^:]*[\s.,(])?(?:%(name)s)\s*(?:\(\)\s*)?(?:[,):]|\bas\b)"
    rb"|\b\w*(?:context|clos|shutdown)\w*\s*\([\s\w.]*\b(?:%(name)s)\b"
    rb"|\bgetattr\([\s\w.]*\b(?:%(name)s)\s*,\s*[\"']a?close"
)
_CLOSES = re.compile(rb"close\b|\bwith\s|_context\(")
_BEHIND = 200  # bytes behind a name in which it is said what is done with it
_NEW_NAME = re.compile(rb"\bas\s+$")


class Open(NamedTuple):
    """A client that nothing closes: where it is made, its library class, what holds it (for messages)."""

    at: Span
    client: str
    holder: str


class Holder(NamedTuple):
    """What holds a client: for messages, the names that the client goes by, the class around.

    `on_object` tells that only an object of the class has it, which may not live for good.
    """

    title: str
    names: tuple[bytes, ...]
    cls: ClassNode | None
    on_object: bool = False


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
        words = self._clients.words
        either = {b"words": b"|".join(map(re.escape, words))}
        outside = self._callsites.outside_functions(re.compile(_TEXT % either), *words)
        inside = self._callsites.matching(re.compile(_KEPT % either), *words, words=(*_WORDS, *words))
        for site, scope in chain(outside, ((site, scope) for site, scope in inside if isinstance(scope, FunctionNode))):
            found = self._held(site, scope) if self._clients.may_make(site.call) else None
            if found is None:
                continue
            client = self._clients.made(site.call, scope)
            if (
                client is None
                or self._clients.in_process(site.call, scope)
                or is_script(scope.module, self._inference.modules)
            ):
                continue
            if any(self._is_closed(name, found.cls) for name in found.names):
                continue
            keys: list[int | str] = [site.call.start, *(name.decode() for name in found.names)]
            if any((scope.module.path, key) in self._closed for key in keys):
                continue
            if found.on_object and not self._made_once(found.cls):
                continue
            yield Open(scope.module.span(site.call.start, site.call.end), client, found.title)

    def _held(self, site: Site, scope: Scope) -> Holder | None:
        """What holds the client for good, and the names that it goes by."""
        statement = site.statement
        if not isinstance(statement, Assign) or statement.value is not site.call or site.block.deferred:
            return None
        if site.block.looped or "with" in site.block.kinds() or not isinstance(statement.targets[0], Name):
            return None
        target = statement.targets[0]
        owner, _, name = target.id.rpartition(".")
        if not isinstance(scope, FunctionNode):
            cls = scope if isinstance(scope, ClassNode) else None
            return None if owner else Holder(f"{scope.qualname}.{name}", (name.encode(),), cls)
        if owner.endswith(".state"):
            is_app = self._is_app(owner, target.start, scope)
            return Holder(target.id, (name.encode(),), scope.owner) if is_app else None
        if owner:
            return self._of_object(owner, name, target.start, scope)
        if name in scope.scan.globals:
            return Holder(f"{scope.module.qualname}.{name}", (name.encode(),), scope.owner)
        return self._put_on_state(name, scope) or self._yielded(name, scope)

    def _of_object(self, owner: str, name: str, at: int, scope: FunctionNode) -> Holder | None:
        """`self.client = …` in a method, `cls.client = …`, `Shop.client = …`."""
        cls = scope.owner
        if cls is not None and scope.record.params and owner == scope.record.params[0].name:
            on_class = "builtins.classmethod" in self._inference.decorator_names(scope)
            return Holder(f"{cls.qualname}.{name}", (name.encode(),), cls, on_object=not on_class)
        found = () if "." in owner else self._inference.lookup.name(owner, scope, at, ())
        cls = next((one.cls for one in found if isinstance(one, ClassRef)), None)
        return None if cls is None else Holder(f"{cls.qualname}.{name}", (name.encode(),), cls)

    def _yielded(self, local: str, scope: FunctionNode) -> Holder | None:
        """`yield {"client": client}` in a lifespan, which puts it into the state of each request."""
        if "contextlib.asynccontextmanager" not in self._inference.decorator_names(scope):
            return None
        for one, _ in scope.scan.yields:
            if isinstance(one.value, Dict) and any(isinstance(x, Name) and x.id == local for x in one.value.values):
                return Holder(f"{scope.qualname}.{local}", (local.encode(),), scope.owner)
        return None

    def _put_on_state(self, local: str, scope: FunctionNode) -> Holder | None:
        """`client = AsyncClient(…)`, then `app.state.client = client`."""
        for statement, _ in scope.scan.assigns:
            target = statement.targets[0]
            if isinstance(statement.value, Name) and statement.value.id == local and isinstance(target, Name):
                owner, _, name = target.id.rpartition(".")
                if owner.endswith(".state") and self._is_app(owner, target.start, scope):
                    return Holder(target.id, (name.encode(), local.encode()), scope.owner)
        return None

    def _is_app(self, state: str, at: int, scope: Scope) -> bool:
        head, _, rest = state.removesuffix(".state").partition(".")
        types = self._inference.lookup.name(head, scope, at, ())
        types = self._inference.path(types, rest) if rest else types
        members = self._inference.members
        return any(isinstance(one, Instance) and members.is_subclass(one.cls, *_APPS) for one in types)

    def _made_once(self, cls: ClassNode | None) -> bool:
        """Whether an object of a class is made at module level, for an app's state, or by a function that keeps it."""
        if cls is None:
            return False
        pattern = re.compile(rb"\b" + cls.name.encode() + rb"\w*\s*\(")
        for site, scope in self._callsites.matching(pattern, cls.name.encode(), words=(cls.name.encode(),)):
            if not any(isinstance(one, ClassRef) and one.cls is cls for one in self._of(site.call, scope)):
                continue
            statement = site.statement
            once = isinstance(scope, Module) and isinstance(statement, Assign) and statement.value is site.call
            once = once and not is_script(scope.module, self._inference.modules)
            once = once or (isinstance(scope, FunctionNode) and self._is_on_state(site, scope))
            if once or (isinstance(scope, FunctionNode) and self._calls.cached(scope)):
                return True
        return False

    def _is_on_state(self, site: Site, scope: FunctionNode) -> bool:
        """Whether an object is put on an app's state, at once or by the local that it is in."""
        statement = site.statement
        if not isinstance(statement, Assign) or statement.value is not site.call or site.block.looped:
            return False
        target = statement.targets[0]
        owner, _, name = target.id.rpartition(".") if isinstance(target, Name) else ("", "", "")
        if owner.endswith(".state"):
            return self._is_app(owner, target.start, scope)
        return bool(name) and not owner and self._put_on_state(name, scope) is not None

    def _of(self, call: Call, scope: Scope) -> tuple[object, ...]:
        return self._inference.of(call.func, scope)

    @cached_property
    def _closed(self) -> frozenset[tuple[str, int | str]]:
        """What something closes or enters, as far as types tell: where it is made, or the variable a getter returns."""
        found: set[tuple[str, int | str]] = set()
        for scope in self._callsites.scopes(_CLOSES, b"close", b"with "):
            exprs: list[Expr] = [item.value for statement, _ in scope.scan.withs for item in statement.items]
            for site in scope.scan.calls:
                name = last(site.call.func)
                given = receiver(site.call.func) if name in ("close", "aclose") else None
                exprs += (given,) if given is not None else site.call.args[:1] if "context" in name else ()
            for expr in exprs:
                types = self._inference.of(expr, scope)
                found.update(one.origin for one in types if isinstance(one, Instance) and one.origin is not None)
                found.update(self._got(expr, scope))
        return frozenset(found)

    def _got(self, expr: Expr, scope: Scope) -> Iterator[tuple[str, str]]:
        """The variables that a function returns whose result an expression, or the local it names, is."""
        for value, where in self._inference.origins(expr, scope):
            call = value.value if isinstance(value, Await) else value
            for func in self._inference.of(call.func, where) if isinstance(call, Call) else ():
                if isinstance(func, FunctionRef):
                    for one in func.node.scan.returns:
                        if isinstance(one.value, Name):
                            yield func.node.module.path, one.value.id.rpartition(".")[2]

    def _is_closed(self, name: bytes, owner: ClassNode | None) -> bool:
        """Whether something of this name is closed or entered anywhere; `self.name` counts in classes of its owner."""
        pattern = re.compile(_CLOSING % {b"name": re.escape(name)})
        for module in self._inference.modules.by_path.values():
            data = module.facts.source.data
            if name not in data or is_test(module.path):
                continue
            if any(self._may_be(at, name, module, owner) for at in _around(name, data, pattern)):
                return True
        return False

    def _may_be(self, at: int, name: bytes, module: Module, owner: ClassNode | None) -> bool:
        """Whether a name at an offset may be the client, and no `as name`, other object's `self.name` or local."""
        data = module.facts.source.data
        if _NEW_NAME.search(data, max(0, at - 20), at):
            return False
        if data.endswith(b"self.", 0, at):
            return self._is_within(at, name.decode(), module, owner)
        return data.endswith(b".", 0, at) or not _is_made_here(name.decode(), module, at)

    def _is_within(self, at: int, name: str, module: Module, owner: ClassNode | None) -> bool:
        """Whether `self.name` at an offset may be the client: in its class and kin, or given to another object."""
        members = self._inference.members
        for cls in module.classes:
            if cls.record.start <= at < cls.record.end:
                if owner is not None:
                    return owner in members.mro(cls) or cls in members.mro(owner)
                own = [statement.value for _, statement in members.assignments(cls, name)]
                return not own or not all(isinstance(one, Call) and last(one.func)[:1].isupper() for one in own)
        return True


def _is_made_here(name: str, module: Module, at: int) -> bool:
    """Whether the function around an offset makes what it calls by this name itself: another client, for itself."""
    scope = module.innermost(at)
    if not isinstance(scope, FunctionNode) or name in scope.scan.globals or name in scope.params:
        return False
    bindings = scope.scan.bindings.get(name, ())
    return bool(bindings) and all(
        one.kind == "enter"
        or (one.kind == "value" and isinstance(one.value, Call) and last(one.value.func)[:1].isupper())
        for one in bindings
    )


def _around(name: bytes, data: bytes, pattern: re.Pattern[bytes]) -> Iterator[int]:
    """Where a name stands in what a pattern matches, which holds no colon before it: only there is it looked for."""
    at = data.find(name)
    while at >= 0:
        end = at + len(name)
        whole = not (_WORD.match(data, max(0, at - 1), at) or _WORD.match(data, end, end + 1))
        found = pattern.search(data, data.rfind(b":", 0, at) + 1, end + _BEHIND) if whole else None
        if found is not None:
            yield from (found.start() + one.start() for one in re.finditer(rb"\b%s\b" % re.escape(name), found[0]))
        at = data.find(name, at + 1)
