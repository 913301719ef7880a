"""What annotations promise: aliases, Annotated, unions, generics, TypeVars, strings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.expression import parse_expression
from fastlint.facts.records import Attribute, Constant, Name, Operation, Sequence, Str, Subscript
from fastlint.model.nodes import ClassNode, FunctionNode
from fastlint.model.types import (
    UNKNOWN,
    AwaitableOf,
    ClassRef,
    ContextOf,
    External,
    Instance,
    PartialOf,
    TupleOf,
    union,
)

if TYPE_CHECKING:
    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.types import Env, Type, Types

_TRANSPARENT = frozenset(
    {
        "typing.ClassVar",
        "typing.Final",
        "typing.Required",
        "typing.NotRequired",
        "typing.ReadOnly",
        "sqlalchemy.orm.Mapped",
    }
)
# What stands around the type of a parameter that a container of dependencies fills.
INJECTED = frozenset(
    {
        *(f"dishka{home}.FromDishka" for home in ("", ".integrations.base", ".integrations.fastapi")),
        *("injector.Inject", "that_depends.FromDI", "wireup.Injected"),
    }
)
_AWAITABLE = frozenset({"typing.Awaitable", "collections.abc.Awaitable"})
_COROUTINE = frozenset({"typing.Coroutine", "collections.abc.Coroutine"})
_CONTEXT = frozenset(
    {
        "contextlib.AbstractContextManager",
        "contextlib.AbstractAsyncContextManager",
        "typing.ContextManager",
        "typing.AsyncContextManager",
    }
)
_CALLABLE = frozenset({"typing.Callable", "collections.abc.Callable"})
# A bare `Final` or `ClassVar` leaves the type to the value.
_NOTHING = frozenset(
    {
        "typing.Final",
        "typing.TypeAlias",
        "typing.ClassVar",
        "typing.Any",
        "builtins.object",
        "builtins.None",
        "typing.NoReturn",
        "typing.Never",
        "types.NoneType",
    }
)
_BUILTINS = frozenset(
    {"list", "dict", "set", "frozenset", "tuple", "type", "str", "bytes", "int", "float", "bool", "object"}
)
_SPELLINGS = {
    "typing.List": "builtins.list",
    "typing.Dict": "builtins.dict",
    "typing.Set": "builtins.set",
    "typing.FrozenSet": "builtins.frozenset",
    "typing.Tuple": "builtins.tuple",
    "typing.Type": "builtins.type",
}


def spelled(name: str) -> str:
    """One spelling for what `typing`, `typing_extensions` and `collections.abc` name alike."""
    if name.startswith("typing_extensions."):
        name = "typing." + name[len("typing_extensions.") :]
    if "." not in name:  # what the libraries' knowledge calls a builtin
        return f"builtins.{name}" if name in _BUILTINS else name
    return _SPELLINGS.get(name, name)


class Annotations:
    """Evaluates annotations for an Inference."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._parsed: dict[tuple[str, int], Expr | None] = {}
        self._busy: set[tuple[int, int]] = set()
        self._known: dict[tuple[int, Env], Types] = {}
        self._held: list[Expr] = []  # as long as an object is there, nothing else has its identity

    def parsed(self, expr: Str, scope: Scope) -> Expr | None:
        """The expression inside a string annotation."""
        key = (scope.module.path, expr.start)
        if key not in self._parsed:
            self._parsed[key] = parse_expression(expr.value)
        return self._parsed[key]

    def of(self, expr: Expr, scope: Scope, env: Env = ()) -> Types:
        """The types of values that an annotation admits, None left out; unknown for Any and what can't be resolved."""
        if env and not isinstance(scope, FunctionNode) and not isinstance(scope.parent, FunctionNode):
            env = tuple(pair for pair in env if pair[0][0] is None)  # of parameters nothing out there can speak
        known = self._known.get((id(expr), env))
        if known is not None:
            return known
        key = (id(expr), len(env))
        if key in self._busy:
            self._inference.cuts += 1
            return UNKNOWN
        self._busy.add(key)
        cuts = self._inference.cuts
        try:
            found = self._of(expr, scope, env)
        finally:
            self._busy.discard(key)
        if found or self._inference.settled(cuts):
            self._known[id(expr), env] = found
            self._held.append(expr)
        return found

    def _of(self, expr: Expr, scope: Scope, env: Env) -> Types:
        match expr:
            case Name() | Attribute():
                return self._named(expr, scope, env)
            case Subscript():
                return self._subscript(expr, scope, env)
            case Str():
                inner = self.parsed(expr, scope)
                return self.of(inner, scope, env) if inner is not None else UNKNOWN
            case Operation(op="|", operands=operands):
                return union(*(self.of(one, scope, env) for one in operands))
            case _:
                return UNKNOWN

    def _named(self, expr: Name | Attribute, scope: Scope, env: Env) -> Types:
        if env and isinstance(expr, Name):
            for key, types in env:
                if key == (None, expr.id):
                    return types
        found: list[Type] = []
        values = self._inference.of(expr, scope, env)
        for value in values:
            match value:
                case ClassRef(cls=cls, args=args):
                    found.append(Instance(cls, args))
                case External(name="typing.Self" | "typing_extensions.Self"):
                    found += self._self(scope, env)
                case External(name=name):
                    if spelled(name) not in _NOTHING:
                        found.append(Instance(spelled(name)))
                case Instance(cls="typing.TypeVar", origin=origin):
                    bound = self._inference.type_variables.get(origin) if origin else None
                    if bound is not None:
                        found += self.of(bound[0], bound[1], env)
                case _:
                    pass
        if found or values:
            return union(tuple(found))
        return union(
            *(
                self.of(value, where, env)
                for value, where in self._inference.origins(expr, scope)
                if not isinstance(value, Constant)
            )
        )

    def _self(self, scope: Scope, env: Env) -> Types:
        function: Scope | None = scope
        while function is not None and not (isinstance(function, FunctionNode) and function.owner):
            function = function.parent
        if not isinstance(function, FunctionNode) or not isinstance(function.owner, ClassNode):
            return UNKNOWN
        if function.record.params:
            for (owner, name), types in env:
                if owner is function and name == function.record.params[0].name:
                    return tuple(Instance(one.cls, one.args) if isinstance(one, ClassRef) else one for one in types)
        return (Instance(function.owner),)

    def _subscript(self, expr: Subscript, scope: Scope, env: Env) -> Types:
        found: Types = UNKNOWN
        for base in self._inference.of(expr.value, scope, env):
            if isinstance(base, ClassRef):
                args = tuple(self.of(item, scope, env) for item in expr.items)
                found = union(found, (Instance(base.cls, args),))
            elif isinstance(base, External):
                found = union(found, self._generic(spelled(base.name), expr.items, scope, env))
        if not found:
            for value, where in self._inference.origins(expr.value, scope):
                if value is not expr:  # a generic alias: `Page = Annotated[T, …]`; its arguments are not followed
                    found = union(found, self.of(value, where, env))
        return found

    def _generic(self, name: str, items: tuple[Expr, ...], scope: Scope, env: Env) -> Types:
        if name in ("typing.Optional", "typing.Union"):
            return union(*(self.of(one, scope, env) for one in items))
        if name == "typing.Annotated" or name in _TRANSPARENT or name in INJECTED:
            return self.of(items[0], scope, env) if items else UNKNOWN
        if name == "builtins.type":
            return tuple(_class_of(one) for one in self.of(items[0], scope, env) if isinstance(one, Instance))
        if name in _AWAITABLE:
            return (AwaitableOf(self.of(items[0], scope, env)),)
        if name in _COROUTINE:
            return (AwaitableOf(self.of(items[-1], scope, env)),)
        if name in _CONTEXT:
            return (ContextOf(self.of(items[0], scope, env)),)
        if name in _CALLABLE:
            result = self.of(items[-1], scope, env) if len(items) > 1 else UNKNOWN
            return tuple(PartialOf(one) for one in result)
        if name == "typing.Literal":
            return (Instance("builtins.str"),) if all(isinstance(item, Str) for item in items) else UNKNOWN
        if name == "builtins.tuple" and not any(isinstance(item, Constant) for item in items):
            return (TupleOf(tuple(self.of(one, scope, env) for one in items)),)
        args = tuple(self.of(one, scope, env) for one in items if not isinstance(one, (Constant, Sequence)))
        return (Instance(name, args),)

    def unwrap(self, expr: Expr, scope: Scope) -> tuple[Expr, Scope, tuple[tuple[Expr, Scope], ...]]:
        """An annotation without its `Annotated`, through aliases: what is inside, where, and the metadata.

        `FromDishka[X]` counts as such a one, with itself as metadata.
        """
        metadata: list[tuple[Expr, Scope]] = []
        for _ in range(12):
            if isinstance(expr, Str):
                inner = self.parsed(expr, scope)
                if inner is None:
                    break
                expr = inner
                continue
            if isinstance(expr, Subscript):
                names = {
                    spelled(one.name) for one in self._inference.of(expr.value, scope) if isinstance(one, External)
                }
                if "typing.Annotated" in names and expr.items:
                    metadata = [(item, scope) for item in expr.items[1:]] + metadata
                    expr = expr.items[0]
                    continue
                if names & INJECTED and expr.items:
                    metadata.insert(0, (expr, scope))
                    expr = expr.items[0]
                    continue
                break
            if not isinstance(expr, (Name, Attribute)) or self._inference.of(expr, scope):
                break
            targets = self._inference.origins(expr, scope)
            if len(targets) != 1 or targets[0][0] is expr:
                break
            expr, scope = targets[0]
        return expr, scope, tuple(metadata)


def _class_of(instance: Instance) -> Type:
    if isinstance(instance.cls, str):
        return External(instance.cls)
    return ClassRef(instance.cls, instance.args)
