"""What calls give: functions, classes, methods, factories, closures, dependencies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.facts.records import Attribute, Call, Constant, Name, Str, Subscript
from fastlint.model.annotations import spelled
from fastlint.model.builtin_calls import builtin_call
from fastlint.model.containers import elements
from fastlint.model.knowledge import offload
from fastlint.model.nodes import ClassNode, FunctionNode
from fastlint.model.types import (
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
    from fastlint.facts.records import Expr, Parameter
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.types import Env, Type, Types

CONTEXT_MANAGERS = frozenset({"contextlib.contextmanager", "contextlib.asynccontextmanager"})
DEPENDS = frozenset({"fastapi.Depends", "fastapi.Security"})
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
        self._hanging: dict[FunctionNode, bool] = {}
        self._decorators: dict[FunctionNode | ClassNode, tuple[str, ...]] = {}
        self._returned: dict[FunctionRef, Types] = {}
        self._class_envs: dict[Instance | ClassRef, Env] = {}
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
                return self.returns(self.with_arguments(func, call, scope, env))
            case ClassRef():
                return self._construct(func, call, scope, env)
            case External(name=name):
                return self._external(name, call, scope, env)
            case MethodRef(owner=owner, path=path, receiver=receiver):
                return self._method(owner, path, receiver, call, scope, env)
            case PartialOf(func=inner):
                return self.result(inner, None, scope, env) if isinstance(inner, (FunctionRef, ClassRef, External, MethodRef, PartialOf)) else (inner,)
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
            return tuple(Instance(one.cls, one.args, origin) if isinstance(one, Instance) else one for one in func.args[0])
        known = self._inference.libraries.method(Instance(name), "__call__")
        return self._inference.libraries.result(known, None, None) if known is not None else UNKNOWN

    def _construct(self, func: ClassRef, call: Call | None, scope: Scope, env: Env) -> Types:
        origin = (scope.module.path, call.start) if call is not None else None
        if call is not None and origin is not None:
            self._inference.constructed[origin] = (call, scope, env)
        return (Instance(func.cls, func.args or self._inferred_args(func, call, scope, env), origin),)

    def _inferred_args(self, func: ClassRef, call: Call | None, scope: Scope, env: Env) -> tuple[Types, ...]:
        """Type arguments from `Repo(User)` where `__init__` takes `model: type[M]`."""
        names = self._parameters(func.cls)
        if not names or call is None:
            return ()
        init = self._inference.members.method(func.cls, "__init__")
        if init is None:
            return ()
        known = dict(self._variables(init, call, scope, env, skip=1))
        return tuple(known.get(name, UNKNOWN) for name in names)

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
        known = shelf.method(receiver if receiver is not None and receiver.cls == owner else owner, path, lambda: self._argument_types(call, scope, env))
        if known is not None and (known.type or known.awaitable):
            origin = (scope.module.path, call.start) if call is not None else None
            return shelf.result(known, origin, MethodRef(owner, path, receiver))
        if receiver is not None and owner in ("builtins.dict",) and path in ("get", "pop", "setdefault") and len(receiver.args) > 1:
            return receiver.args[1]
        if shelf.is_coroutine(owner, path):
            return (AwaitableOf(UNKNOWN, MethodRef(owner, path, receiver)),)
        return UNKNOWN

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
        if CONTEXT_MANAGERS.intersection(self.decorator_names(node)):
            return (ContextOf(self._yielded(ref)),)
        record = node.record
        annotated = self._inference.annotation(record.returns, node.parent, self._env(ref)) if record.returns else UNKNOWN
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
        return union(
            *(self._inference.of(one.value, ref.node, env) for one in ref.node.scan.returns[:8] if one.value is not None)
        )

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
            elif annotated:
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

    # -- arguments

    def with_arguments(self, ref: FunctionRef, call: Call | None, scope: Scope, env: Env) -> FunctionRef:
        """`ref` with what the call tells of parameters that matter: classes and functions given, type variables."""
        if call is None:
            return ref
        hangs = self._hanging.get(ref.node)
        if hangs is None:
            hangs = self._hanging[ref.node] = self._hangs_on_arguments(ref.node)
        if not hangs:
            return ref
        extra = self._variables(ref.node, call, scope, env, skip=1 if ref.bound is not None else 0)
        given: list[tuple[tuple[FunctionNode | None, str], Types]] = [((None, name), types) for name, types in extra]
        for name, value in self._matched(ref.node, call, 1 if ref.bound is not None else 0):
            if not isinstance(value, (Name, Attribute)) or (not env and _is_local(value, scope)):
                continue
            types = self._inference.of(value, scope, env)
            useful = tuple(one for one in types if isinstance(one, (ClassRef, FunctionRef, PartialOf)) or (isinstance(one, External) and one.name.rpartition(".")[2][:1].isupper()))
            if useful:
                given.append(((ref.node, name), useful))
        if not given:
            return ref
        return FunctionRef(ref.node, ref.bound, (*ref.env, *given))  # type: ignore[arg-type]

    def _hangs_on_arguments(self, node: FunctionNode) -> bool:
        """Whether classes or functions given to a function matter to what it gives or calls."""
        record = node.record
        if record.returns is not None and self._generic(node):
            return True
        names = [
            parameter.name
            for parameter in record.params[1 if node.owner is not None else 0 :]
            if parameter.annotation is None or isinstance(parameter.annotation, Subscript)
        ]
        if not names:
            return False
        body = node.module.facts.source.data[record.body_start : record.body_end]
        # the parameter is called, asked for an attribute, handed on, or a closure may use it
        used = rb"\b(?:" + "|".join(map(re.escape, names)).encode() + rb")\s*[(.,)]"
        return b"def " in body or b"lambda" in body or re.search(used, body) is not None

    def left_out(self, ref: FunctionRef, call: Call) -> frozenset[str]:
        """Parameters with a false default that guard code in the function and that the call does not give."""
        optional = self._switches(ref.node)
        if not optional or any(one.name == "" for one in call.keywords):
            return frozenset()
        given = {name for name, _ in self._matched(ref.node, call, 1 if ref.bound is not None else 0)}
        return optional - given

    def _switches(self, node: FunctionNode) -> frozenset[str]:
        names = {
            one.name
            for one in node.record.params
            if isinstance(one.default, Constant) and one.default.text in ("False", "None")
        }
        if not names:
            return frozenset()
        return frozenset(
            statement.test.id for statement, _ in node.scan.ifs if isinstance(statement.test, Name) and statement.test.id in names
        )

    def _matched(self, node: FunctionNode, call: Call, skip: int) -> list[tuple[str, Expr]]:
        names = [one.name for one in node.record.params if one.kind in ("normal", "positional")][skip:]
        pairs = list(zip(names, call.args, strict=False))
        pairs += [(keyword.name, keyword.value) for keyword in call.keywords if keyword.name in node.params]
        return pairs

    def _generic(self, node: FunctionNode) -> bool:
        """Whether the return annotation speaks of a type variable (single-letter or `…T` names are looked up)."""
        returns = node.record.returns
        if returns is None:
            return True
        exprs: list[Expr] = [returns]
        while exprs:
            expr = exprs.pop()
            if isinstance(expr, Subscript):
                exprs += [expr.value, *expr.items]
            elif isinstance(expr, Name) and any(
                isinstance(one, Instance) and one.cls == "typing.TypeVar"
                for one in self._inference.of(expr, node.parent)
            ):
                return True
        return False

    def _variables(self, node: FunctionNode, call: Call, scope: Scope, env: Env, *, skip: int) -> list[tuple[str, Types]]:
        """What type variables stand for: from arguments for parameters `x: T` and `x: type[T]`."""
        found: list[tuple[str, Types]] = []
        for name, value in self._matched(node, call, skip):
            annotation = node.params[name].annotation
            match annotation:
                case Name(id=variable) if self._is_variable(annotation, node):
                    found.append((variable, self._inference.of(value, scope, env)))
                case Subscript(items=(Name(id=variable) as item,)) if self._is_variable(item, node):
                    outer = self._inference.of(annotation.value, node.parent)
                    types = self._inference.of(value, scope, env)
                    if any(isinstance(one, External) and spelled(one.name) == "builtins.type" for one in outer):
                        found.append((variable, tuple(_instance(one) for one in types if isinstance(one, (ClassRef, External)))))
                case _:
                    pass
        return found

    def _is_variable(self, expr: Expr, node: FunctionNode) -> bool:
        return any(
            isinstance(one, Instance) and one.cls == "typing.TypeVar" for one in self._inference.of(expr, node.parent)
        )

    def class_env(self, owner: Instance | ClassRef) -> Env:
        """What type parameters stand for on an object, base classes' parameters included."""
        known = self._class_envs.get(owner)
        if known is None:
            self._class_envs[owner] = ()
            known = self._class_envs[owner] = self._class_env(owner)
        return known

    def _class_env(self, owner: Instance | ClassRef) -> Env:
        cls = owner.cls
        if not isinstance(cls, ClassNode):
            return ()
        found: list[tuple[tuple[None, str], Types]] = [
            ((None, name), types) for name, types in zip(self._parameters(cls), owner.args, strict=False) if types
        ]
        env: Env = tuple(found)  # type: ignore[assignment]
        for expr in cls.record.bases:
            if not isinstance(expr, Subscript):
                continue
            for base in self._inference.of(expr.value, cls.parent):
                if isinstance(base, ClassRef):
                    args = tuple(self._inference.annotation(item, cls.parent, env) for item in expr.items)
                    env = (*env, *(pair for pair in self.class_env(ClassRef(base.cls, args)) if pair not in env))
        for base in self._inference.members.bases(cls):
            if isinstance(base, ClassNode):
                env = (*env, *(pair for pair in self.class_env(ClassRef(base)) if pair not in env))
        return env

    def _parameters(self, cls: ClassNode) -> tuple[str, ...]:
        names: list[str] = []
        for expr in cls.record.bases:
            if isinstance(expr, Subscript):
                names += [
                    item.id
                    for item in expr.items
                    if isinstance(item, Name)
                    and item.id not in names
                    and any(isinstance(one, Instance) and one.cls == "typing.TypeVar" for one in self._inference.of(item, cls.parent))
                ]
        return tuple(names)

    # -- decorators

    def decorator_names(self, node: FunctionNode | ClassNode) -> tuple[str, ...]:
        """Qualified names of decorators, topmost first."""
        known = self._decorators.get(node)
        if known is None:
            self._decorators[node] = ()
            known = self._decorators[node] = tuple(self._decorated_by(node)) if node.record.decorators else ()
        return known

    def _decorated_by(self, node: FunctionNode | ClassNode) -> list[str]:
        names: list[str] = []
        for expr in node.record.decorators:
            target = expr.func if isinstance(expr, Call) else expr
            if isinstance(target, Name) and target.id.endswith((".setter", ".getter", ".deleter")):
                names.append(target.id)
                continue
            for one in self._inference.of(target, node.parent):
                match one:
                    case External(name=name):
                        names.append(name)
                    case FunctionRef(node=inner):
                        names.append(inner.qualname)
                    case ClassRef(cls=cls):
                        names.append(cls.qualname)
                    case MethodRef(owner=owner, path=path):
                        names.append(f"{owner}.{path}")
                    case _:
                        pass
        return names

    def decorated(self, ref: FunctionRef) -> Types:
        """What a decorated function's name means. Decorators are taken to keep what they wrap callable alike."""
        return (ref,)

    def function_attribute(self, ref: FunctionRef, name: str) -> Types:
        """`task.delay` and the like: what a library's decorator adds to a function."""
        for decorator in self.decorator_names(ref.node):
            if offload.escape(decorator) is not None:  # a task queue's decorator: `task.delay`
                return (MethodRef("celery.Task", name),)
        return UNKNOWN

    # -- dependencies

    def injected(self, function: FunctionNode, parameter: Parameter) -> Types:
        """What a dependency (`= Depends(f)` or in `Annotated`) gives a parameter."""
        scope = function.parent
        found: list[tuple[Expr, Scope]] = []
        if parameter.default is not None:
            found.append((parameter.default, scope))
        if parameter.annotation is not None:
            found += self._inference.unwrap(parameter.annotation, scope)[2]
        for expr, where in found:
            for value, home in self._inference.origins(expr, where) if not isinstance(expr, Call) else ((expr, where),):
                if isinstance(value, Call) and self._is_depends(value, home):
                    return self._injected(value, home)
        return UNKNOWN

    def _is_depends(self, call: Call, scope: Scope) -> bool:
        return any(isinstance(one, External) and one.name in DEPENDS for one in self._inference.of(call.func, scope))

    def _injected(self, call: Call, scope: Scope) -> Types:
        target = call.args[0] if call.args else next((k.value for k in call.keywords if k.name == "dependency"), None)
        if target is None:
            return UNKNOWN
        return union(*(self.provided(one) for one in self._inference.of(target, scope)))

    def provided(self, target: Type) -> Types:
        """What a dependable gives: a function's result or yielded value, an instance of a class, `__call__`'s result."""
        match target:
            case FunctionRef():
                return self.produced(target)
            case ClassRef(cls=cls, args=args):
                return (Instance(cls, args),)
            case Instance(cls=ClassNode() as cls):
                method = self._inference.members.method(cls, "__call__")
                return self.produced(FunctionRef(method, target, self.class_env(target))) if method else UNKNOWN
            case PartialOf(func=func):
                return self.provided(func)
            case External(name=name) if name.rpartition(".")[2][:1].isupper():
                return (Instance(name),)
            case _:
                return UNKNOWN


def _is_local(expr: Expr, scope: Scope) -> bool:
    """Whether a name is a variable or parameter of the function: rarely a class or function, and costly to tell."""
    if not isinstance(expr, Name) or not isinstance(scope, FunctionNode):
        return False
    head = expr.id.partition(".")[0]
    bindings = scope.scan.bindings.get(head)
    return head in scope.params or (bindings is not None and bindings[0].kind == "value")


def _instance(one: Type) -> Type:
    if isinstance(one, ClassRef):
        return Instance(one.cls, one.args)
    return Instance(one.name) if isinstance(one, External) else one


def keyword(call: Call, name: str) -> Expr | None:
    """The value of a keyword argument."""
    return next((one.value for one in call.keywords if one.name == name), None)


def argument(call: Call, place: int, name: str) -> Expr | None:
    """The value of an argument given by position or by keyword."""
    return call.args[place] if len(call.args) > place else keyword(call, name)


__all__ = ["CONTEXT_MANAGERS", "DEPENDS", "Calling", "argument", "keyword"]
_ = (Attribute, Str)
