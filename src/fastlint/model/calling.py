"""What calls give: functions, classes, methods, factories, closures, dependencies."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Constant
from fastlint.model.arguments import argument, keyword
from fastlint.model.builtin_calls import builtin_call
from fastlint.model.containers import elements
from fastlint.model.injection import DEPENDS
from fastlint.model.knowledge import lookup
from fastlint.model.nodes import ClassNode, FunctionNode
from fastlint.model.types import (
    ANOTHER,
    UNKNOWN,
    AwaitableOf,
    ClassRef,
    ContextOf,
    External,
    FunctionRef,
    Instance,
    MethodRef,
    PartialOf,
    union,
)

if TYPE_CHECKING:
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.types import Env, Type, Types

CONTEXT_MANAGERS = frozenset({"contextlib.contextmanager", "contextlib.asynccontextmanager"})
_OBJECTS = ("fastapi.FastAPI", "fastapi.APIRouter")
_GENERATORS = frozenset(
    f"{home}.{name}"
    for home in ("typing", "collections.abc")
    for name in ("Generator", "Iterator", "Iterable", "AsyncGenerator", "AsyncIterator", "AsyncIterable")
)


class Calling:
    """Evaluates calls for an Inference."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._returned: dict[FunctionRef, Types] = {}
        self._busy: set[FunctionRef] = set()

    def of(self, call: Call, scope: Scope, env: Env) -> Types:
        """What a call expression gives."""
        inference = self._inference
        found: Types = UNKNOWN
        for func in inference.of(call.func, scope, env):
            found = union(found, self.result(func, call, scope, env))
        return found

    def result(self, func: Type, call: Call | None, scope: Scope, env: Env) -> Types:
        """What calling `func` gives."""
        inference = self._inference
        match func:
            case FunctionRef():
                return self.returns(self._inference.arguments.with_arguments(func, call, scope, env))
            case ClassRef():
                return self._construct(func, call, scope, env)
            case External(name=name):
                return self._external(name, call, scope, env)
            case MethodRef(owner=owner, path=path, receiver=receiver):
                return self._method(owner, path, receiver, call, scope, env)
            case PartialOf(func=inner):
                return (
                    self.result(inner, None, scope, env)
                    if isinstance(inner, (FunctionRef, ClassRef, External, MethodRef, PartialOf))
                    else (inner,)
                )
            case Instance(cls=ClassNode() as cls):
                method = inference.members.method(cls, "__call__")
                if method is None:
                    outside = inference.members.external_bases(cls)
                    return self._instance_called(outside[0], func) if outside else UNKNOWN
                return self.result(FunctionRef(method, func, inference.class_env(func)), call, scope, env)
            case Instance(cls=str() as name):
                return self._instance_called(name, func, (scope.module.path, call.start) if call is not None else None)
            case _:
                return UNKNOWN

    def _instance_called(self, name: str, func: Instance, origin: tuple[str, int] | None = None) -> Types:
        if func.args and name in ("sqlalchemy.orm.scoped_session", "sqlalchemy.ext.asyncio.async_scoped_session"):
            return func.args[0]
        if func.args and name in ("sqlalchemy.orm.sessionmaker", "sqlalchemy.ext.asyncio.async_sessionmaker"):
            return tuple(
                Instance(one.cls, one.args, origin) if isinstance(one, Instance) else one for one in func.args[0]
            )
        known = self._inference.libraries.method(Instance(name), "__call__")
        return self._inference.libraries.result(known, None, None) if known is not None else UNKNOWN

    def _construct(self, func: ClassRef, call: Call | None, scope: Scope, env: Env) -> Types:
        origin = (scope.module.path, call.start) if call is not None else None
        if call is not None and origin is not None:
            self._inference.constructed[origin] = (call, scope, env)
        return (Instance(func.cls, func.args or self._inference.arguments.inferred(func, call, scope, env), origin),)

    def _external(self, name: str, call: Call | None, scope: Scope, env: Env) -> Types:
        inference = self._inference
        if call is not None:
            inference.constructed[scope.module.path, call.start] = (call, scope, env)
        special = builtin_call(inference, name, call, scope, env) if call is not None else None
        if special is not None:
            return special
        origin = (scope.module.path, call.start) if call is not None else None
        known = inference.libraries.called(name, lambda: self._argument_types(call, scope, env))
        if known is not None and (known.type or known.awaitable):
            return inference.libraries.result(known, origin, External(name))
        if inference.libraries.is_coroutine_function(name):
            return (AwaitableOf(UNKNOWN, External(name)),)
        if name.rpartition(".")[2][:1].isupper():
            return (Instance(name, (), origin),)
        return UNKNOWN

    def _method(
        self, owner: str, path: str, receiver: Instance | None, call: Call | None, scope: Scope, env: Env
    ) -> Types:
        shelf = self._inference.libraries
        known = shelf.method(
            receiver if receiver is not None and receiver.cls == owner else owner,
            path,
            lambda: self._argument_types(call, scope, env),
        )
        if known is not None and (known.type or known.awaitable):
            origin = (scope.module.path, call.start) if call is not None else None
            return _own(shelf.result(known, origin, MethodRef(owner, path, receiver)), owner, receiver)
        if (
            receiver is not None
            and owner == "builtins.dict"
            and path in ("get", "pop", "setdefault")
            and len(receiver.args) > 1
        ):
            return receiver.args[1]
        if shelf.is_coroutine(owner, path):
            return (AwaitableOf(UNKNOWN, MethodRef(owner, path, receiver)),)
        return (MethodRef(owner, f"{path}()", receiver),) if _leads_on(owner, path) else UNKNOWN

    def _argument_types(self, call: Call | None, scope: Scope, env: Env) -> tuple[Type | None, ...]:
        """The one type of each positional argument, None where there is none or several."""
        if call is None:
            return ()
        found = [self._inference.of(one, scope, env) for one in call.args[:4]]
        return tuple(one[0] if len(one) == 1 else None for one in found)

    # -- functions of the project

    def returns(self, ref: FunctionRef) -> Types:
        """What calling a function gives: a coroutine for `async def`, a context manager where decorated so."""
        known = self._returned.get(ref)
        if known is not None:
            return known
        if ref in self._busy:
            self._inference.cuts += 1
            return UNKNOWN
        self._busy.add(ref)
        cuts = self._inference.cuts
        try:
            found = self._returns(ref)
        finally:
            self._busy.discard(ref)
        if found or self._inference.settled(cuts):
            self._returned[ref] = found
        return found

    def _returns(self, ref: FunctionRef) -> Types:
        node = ref.node
        if CONTEXT_MANAGERS.intersection(self._inference.decorator_names(node)):
            return (ContextOf(self._yielded(ref)),)
        record = node.record
        annotated = (
            self._inference.annotation(record.returns, node.parent, self._env(ref)) if record.returns else UNKNOWN
        )
        if node.is_async and not (self._is_generator_like(annotated) and node.is_generator):
            if record.returns is None and node.is_generator:
                return (Instance("typing.AsyncGenerator", (self._yielded(ref),)),)
            return (AwaitableOf(self._narrowed(ref, annotated), ref),)
        if record.returns is None and node.is_generator:
            return (Instance("typing.Generator", (self._yielded(ref),)),)
        return self._narrowed(ref, annotated)

    def _narrowed(self, ref: FunctionRef, annotated: Types) -> Types:
        """The annotation, or what the body returns where that says more (a closure over a class argument)."""
        vague = not annotated or any(isinstance(one, PartialOf) or self._has_identity(one) for one in annotated)
        if not vague and not self._closes_over(ref):
            return annotated
        if not vague and not any(isinstance(one, Instance) and isinstance(one.cls, ClassNode) for one in annotated):
            return annotated
        return self._from_body(ref) or annotated

    def _has_identity(self, one: Type) -> bool:
        """Whether it matters which object of the class it is: an app, a router."""
        members = self._inference.members
        return isinstance(one, Instance) and one.origin is None and members.is_subclass(one.cls, *_OBJECTS)

    def _closes_over(self, ref: FunctionRef) -> bool:
        return any(key[0] is not None and key[0] is not ref.node for key, _ in ref.env) and isinstance(
            ref.node.parent, FunctionNode
        )

    def _from_body(self, ref: FunctionRef) -> Types:
        env = self._env(ref)
        values = [one.value for one in ref.node.scan.returns[:8] if one.value is not None]
        given = [self._inference.of(one, ref.node, env) for one in values]
        found = union(*given)
        unknown = any(not types and isinstance(one, Call) for one, types in zip(values, given, strict=True))
        if values and not given[-1] and not isinstance(values[-1], Constant):
            unknown = True  # what it gives in the end isn't known: the others are special cases
        return union(found, (ANOTHER,)) if found and unknown else found

    def _env(self, ref: FunctionRef) -> Env:
        if ref.bound is None or not ref.node.record.params:
            return ref.env
        return self._inference.receiver_env(ref.node, ref.bound, ref.env)

    def _is_generator_like(self, types: Types) -> bool:
        return any(isinstance(one, Instance) and one.cls in _GENERATORS for one in types)

    def _yielded(self, ref: FunctionRef) -> Types:
        node = ref.node
        env = self._env(ref)
        if node.record.returns is not None:
            annotated = self._inference.annotation(node.record.returns, node.parent, env)
            generators = tuple(one for one in annotated if isinstance(one, Instance) and one.cls in _GENERATORS)
            if generators:
                given = union(*(one.args[0] if one.args else UNKNOWN for one in generators))
                if given:
                    return given
            elif annotated and not any(isinstance(one, (PartialOf, ContextOf)) for one in annotated):
                return annotated  # `-> Session` on a generator: wrong, common, and clear
        found: Types = UNKNOWN
        for expr, _ in node.scan.yields[:8]:
            if expr.value is not None:
                given = self._inference.of(expr.value, node, env)
                found = union(found, elements(self._inference, given) if expr.delegated else given)
        return found

    def produced(self, ref: FunctionRef) -> Types:
        """What a function gives in the end, as dependencies are used."""
        if ref.node.is_generator:
            return self._yielded(ref)
        found = self.returns(ref)
        return union(*(one.value if isinstance(one, (AwaitableOf, ContextOf)) else (one,) for one in found))


@cache
def _leads_on(owner: str, path: str) -> bool:
    """Whether what a method gives is a step on the way to a call that waits: `client.table("x")`, then `.execute()`."""
    row = lookup.class_row(owner)
    if row is None or path.rpartition(".")[2] in row.deep_leaf:
        return False
    steps = {known[:at] for known in row.paths for at in range(len(known)) if known.startswith("()", at)}
    return bool(row.deep_leaf) and (path in steps or any(path.startswith(f"{one}()") for one in steps))


def _own(types: Types, owner: str, receiver: Instance | None) -> Types:
    """What a library's method gives to a subclass of the project: `Item.model_copy()` an Item, `Item.find()` Items."""
    if receiver is None or isinstance(receiver.cls, str):
        return types
    found: list[Type] = []
    for one in types:
        if isinstance(one, AwaitableOf):
            found.append(AwaitableOf(_own(one.value, owner, receiver), one.call))
        elif isinstance(one, Instance) and one.cls == owner and not one.args:
            found.append(Instance(receiver.cls, receiver.args, one.origin))
        elif isinstance(one, Instance) and one.args:
            found.append(Instance(one.cls, tuple(_own(held, owner, receiver) for held in one.args), one.origin))
        else:
            found.append(one)
    return tuple(found)


__all__ = ["CONTEXT_MANAGERS", "DEPENDS", "Calling", "argument", "keyword"]
