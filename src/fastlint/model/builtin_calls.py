"""What calls of well-known functions give that hangs on arguments: `cast`, `partial`, `next`, session makers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Constant, Lambda, Name, Str
from fastlint.model.containers import elements
from fastlint.model.types import (
    UNKNOWN,
    AwaitableOf,
    ClassRef,
    ContextOf,
    External,
    FunctionRef,
    Instance,
    ModuleRef,
    PartialOf,
    TupleOf,
    Types,
    union,
)

if TYPE_CHECKING:
    from fastlint.facts.records import Call, Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.types import Env

_SESSION = "sqlalchemy.orm.Session"
_ASYNC_SESSION = "sqlalchemy.ext.asyncio.AsyncSession"
_MAKERS = {
    "sqlalchemy.orm.sessionmaker": _SESSION,
    "sqlalchemy.ext.asyncio.async_sessionmaker": _ASYNC_SESSION,
}
_SCOPED = frozenset({"sqlalchemy.orm.scoped_session", "sqlalchemy.ext.asyncio.async_scoped_session"})
# Providers of dependency_injector: calling one calls what it was given, with what it was given.
_PROVIDERS = frozenset(
    f"dependency_injector.providers.{name}"
    for name in (
        "Factory",
        "Singleton",
        "ThreadSafeSingleton",
        "ThreadLocalSingleton",
        "ContextLocalSingleton",
        "Callable",
    )
)
_LISTS = frozenset({"builtins.list", "builtins.sorted", "builtins.set", "builtins.frozenset", "builtins.reversed"})
_SAME = frozenset({"copy.copy", "copy.deepcopy", "builtins.max", "builtins.min", "asyncio.wait_for", "asyncio.shield"})
_OBJECTS = ("fastapi.FastAPI", "fastapi.APIRouter")
_FIELDS = frozenset(
    {
        "dataclasses.field",
        "attrs.field",
        "attr.ib",
        "attr.field",
        "attr.attrib",
        "pydantic.Field",
        "pydantic.PrivateAttr",
    }
)
_FACTORIES = frozenset({"attrs.Factory", "attr.Factory"})
_TASKS = frozenset({"asyncio.create_task", "asyncio.ensure_future"})


def builtin_call(inference: Inference, name: str, call: Call, scope: Scope, env: Env) -> Types | None:  # noqa: C901, PLR0911, PLR0912
    """What the call gives, or None where `name` is no such function."""
    args = call.args
    first = args[0] if args else None
    if name in _MAKERS:
        made = _keyword(call, "class_") or None
        types = _instances(inference.of(made, scope, env)) if made is not None else (Instance(_MAKERS[name]),)
        return (Instance(name, (types,), (scope.module.path, call.start)),)
    if name == "typing.TypeVar":
        origin = (scope.module.path, call.start)
        bound = _keyword(call, "bound")
        if bound is not None:
            inference.type_variables[origin] = (bound, scope)
        return (Instance("typing.TypeVar", (), origin),)
    if name in _FIELDS:
        return _made_for_field(inference, call, scope, env)
    if first is None:
        return None
    if name in _FACTORIES:
        return _made(inference, first, call, scope, env)
    if name in _SCOPED:
        made_by = inference.of(first, scope, env)
        inner = union(*(one.args[0] for one in made_by if isinstance(one, Instance) and one.args))
        return (Instance(name, (inner,) if inner else (), (scope.module.path, call.start)),)
    if name == "builtins.object.__new__":
        return _instances(inference.of(first, scope, env))
    if name == "typing.cast":
        return inference.annotation(first, scope, env)
    if name == "typing.NewType":
        return inference.of(args[1], scope, env) if len(args) > 1 else UNKNOWN
    if name == "functools.partial" or name in _PROVIDERS:
        return tuple(PartialOf(one) for one in inference.of(first, scope, env))
    if name in ("contextlib.contextmanager", "contextlib.asynccontextmanager"):
        found = inference.of(first, scope, env)
        return tuple(PartialOf(ContextOf(inference.produced(one))) for one in found if isinstance(one, FunctionRef))
    if name in ("contextlib.closing", "contextlib.aclosing"):
        return (ContextOf(inference.of(first, scope, env)),)
    if name in ("functools.lru_cache", "functools.cache", "functools.wraps"):
        return tuple(one for one in inference.of(first, scope, env) if isinstance(one, FunctionRef))
    if name in ("builtins.next", "builtins.anext"):
        found = elements(inference, inference.of(first, scope, env))
        return (AwaitableOf(found),) if name == "builtins.anext" else found
    if name in ("builtins.iter", "builtins.aiter"):
        return inference.of(first, scope, env)
    if name in _LISTS:
        return (Instance("builtins.list", (elements(inference, inference.of(first, scope, env)),)),)
    if name == "builtins.tuple":
        return (Instance("builtins.tuple", (elements(inference, inference.of(first, scope, env)),)),)
    if name == "builtins.enumerate":
        item = TupleOf(((Instance("builtins.int"),), elements(inference, inference.of(first, scope, env))))
        return (Instance("builtins.list", ((item,),)),)
    if name == "builtins.zip":
        items = tuple(elements(inference, inference.of(one, scope, env)) for one in args)
        return (Instance("builtins.list", ((TupleOf(items),),)),)
    if name == "importlib.import_module":
        return _imported(inference, first, scope)
    if name in _SAME or name == "dependency_injector.providers.Container":
        return inference.of(first, scope, env)
    if name in _TASKS:
        return inference.of(first, scope, env)
    if name == "asyncio.gather":
        values = tuple(_awaited(inference.of(one, scope, env)) for one in args)
        return (AwaitableOf((TupleOf(values),)),)
    if name in ("starlette.concurrency.run_in_threadpool", "asyncio.to_thread", "anyio.to_thread.run_sync"):
        found = union(*(inference.call(one, None, scope, env) for one in inference.of(first, scope, env)))
        return (AwaitableOf(found),)
    if name == "builtins.getattr" and len(args) > 1 and isinstance(args[1], Str):
        return inference.path(inference.of(first, scope, env), args[1].value)
    if name == "builtins.staticmethod" and len(args) == 1:
        return inference.of(first, scope, env)
    if name == "builtins.type" and len(args) == 1:
        return tuple(
            ClassRef(one.cls, one.args) if not isinstance(one.cls, str) else External(one.cls)
            for one in inference.of(first, scope, env)
            if isinstance(one, Instance)
        )
    return None


def _imported(inference: Inference, first: Expr, scope: Scope) -> Types:
    """The project's module that a call imports by a text, or the one that it stands in."""
    if isinstance(first, Name) and first.id == "__name__":
        return (ModuleRef(scope.module),)
    found = inference.modules.find(first.value, scope.module.path) if isinstance(first, Str) else None
    return (ModuleRef(found),) if found is not None else UNKNOWN


def _made_for_field(inference: Inference, call: Call, scope: Scope, env: Env) -> Types | None:
    """The app or router that each object gets for a field of its own: `field(default_factory=APIRouter)`."""
    for name in ("default_factory", "factory"):
        factory = _keyword(call, name)
        if factory is not None:
            return _made(inference, factory, call, scope, env)
    default = _keyword(call, "default")
    found = inference.of(default, scope, env) if default is not None else UNKNOWN
    return found if any(isinstance(one, Instance) and _is_object(inference, one) for one in found) else None


def _made(inference: Inference, factory: Expr, call: Call, scope: Scope, env: Env) -> Types | None:
    """What a factory makes, known by the call that it is given to; None for other things than apps and routers."""
    origin = (scope.module.path, call.start)
    found = (
        inference.of(factory.body, scope, env)
        if isinstance(factory, Lambda)
        else union(*(inference.call(one, None, scope, env) for one in inference.of(factory, scope, env)))
    )
    made = [one for one in found if isinstance(one, Instance) and _is_object(inference, one)]
    return tuple(Instance(one.cls, one.args, one.origin or origin) for one in made) or None


def _is_object(inference: Inference, one: Instance) -> bool:
    return inference.members.is_subclass(one.cls, *_OBJECTS)


def _keyword(call: Call, name: str) -> Expr | None:
    return next((one.value for one in call.keywords if one.name == name and not isinstance(one.value, Constant)), None)


def _instances(types: Types) -> Types:
    found = [Instance(one.cls, one.args) for one in types if isinstance(one, ClassRef)]
    return (*found, *(Instance(one.name) for one in types if isinstance(one, External)))


def _awaited(types: Types) -> Types:
    return union(*(one.value if isinstance(one, AwaitableOf) else (one,) for one in types))


_ = Name
