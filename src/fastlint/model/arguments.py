"""What calls tell of the parameters of functions and of the type parameters of classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Attribute, Call, Constant, Name, Operation, Subscript
from fastlint.model.annotations import spelled
from fastlint.model.knowledge import lookup
from fastlint.model.nodes import ClassNode, FunctionNode
from fastlint.model.types import UNKNOWN, ClassRef, External, FunctionRef, Instance, PartialOf

if TYPE_CHECKING:
    from typing import TypeGuard

    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.types import Env, Type, Types

# Objects that are told of a function's parameters that say nothing of themselves: sessions, and clients that block.
_DATABASE = ("sqlalchemy.", "sqlmodel.")
_CLIENTS = frozenset({"db", "http", "cloud", "queue", "cache", "mail"})

# What stands around annotations, and what holds values without being called itself.
_WRAPPERS = frozenset({"Optional", "Union", "Annotated"})
_CONTAINERS = frozenset({"list", "List", "dict", "Dict", "set", "Set", "tuple", "Tuple", "Literal"})


class Arguments:
    """Matches arguments with parameters for an Inference."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._hanging: dict[FunctionNode, bool] = {}
        self._positional: dict[FunctionNode, tuple[str, ...]] = {}
        self._generic: dict[FunctionNode, dict[str, tuple[str, bool]]] = {}
        self._optional: dict[FunctionNode, frozenset[str]] = {}
        self._class_envs: dict[Instance | ClassRef, Env] = {}

    def with_arguments(self, ref: FunctionRef, call: Call | None, scope: Scope, env: Env) -> FunctionRef:
        """`ref` with what the call tells of parameters that matter: classes and functions given, type variables."""
        if call is None:
            return ref
        hangs = self._hanging.get(ref.node)
        if hangs is None:
            hangs = self._hanging[ref.node] = self._hangs_on_arguments(ref.node)
        if not hangs or not (call.args or call.keywords):
            return ref
        extra = self.variables(ref.node, call, scope, env, skip=1 if ref.bound is not None else 0)
        given: list[tuple[tuple[FunctionNode | None, str], Types]] = [((None, name), types) for name, types in extra]
        for name, value in self.matched(ref.node, call, 1 if ref.bound is not None else 0):
            parameter = ref.node.params.get(name)
            untyped = parameter is not None and parameter.annotation is None
            if not isinstance(value, (Name, Attribute)) or (not env and not untyped and _is_local(value, scope)):
                continue
            types = self._inference.of(value, scope, env)
            useful: tuple[Type, ...] = tuple(
                one
                for one in types
                if isinstance(one, (ClassRef, FunctionRef, PartialOf))
                or (isinstance(one, External) and one.name.rpartition(".")[2][:1].isupper())
            )
            if untyped and not useful:  # a session or client that a function takes without saying so
                useful = tuple(Instance(one.cls, one.args) for one in types if _is_telling(one))
            if useful:
                given.append(((ref.node, name), useful))
        if not given:
            return ref
        return FunctionRef(ref.node, ref.bound, (*ref.env, *given))

    def _hangs_on_arguments(self, node: FunctionNode) -> bool:
        """Whether classes or functions given to a function matter to what it gives or calls."""
        record = node.record
        if record.returns is not None and self.generic(node):
            return True
        names = [
            parameter.name
            for parameter in record.params[1 if node.owner is not None else 0 :]
            if parameter.annotation is None or _admits_code(parameter.annotation)
        ]
        if not names:
            return False
        body = node.module.facts.source.data[record.body_start : record.body_end]
        # the parameter is called, asked for an attribute, handed on, or a closure may use it
        return (
            b"def " in body
            or b"lambda" in body
            or any(name.encode() + mark in body for name in names for mark in (b"(", b".", b",", b")"))
        )

    def left_out(self, ref: FunctionRef, call: Call) -> frozenset[str]:
        """Parameters with a false default that guard code in the function and that the call does not give."""
        optional = self._optional.get(ref.node)
        if optional is None:
            optional = self._optional[ref.node] = self._switches(ref.node)
        if not optional or any(one.name == "" for one in call.keywords):
            return frozenset()
        given = {name for name, _ in self.matched(ref.node, call, 1 if ref.bound is not None else 0)}
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
            statement.test.id
            for statement, _ in node.scan.ifs
            if isinstance(statement.test, Name) and statement.test.id in names
        )

    def matched(self, node: FunctionNode, call: Call, skip: int) -> list[tuple[str, Expr]]:
        """The arguments of a call with the names of the parameters they are for; `skip` parameters are bound."""
        names = self._positional.get(node)
        if names is None:
            names = tuple(one.name for one in node.record.params if one.kind in ("normal", "positional"))
            self._positional[node] = names
        pairs = list(zip(names[skip:] if skip else names, call.args, strict=False))
        for keyword in call.keywords:
            if keyword.name in node.params:
                pairs.append((keyword.name, keyword.value))  # noqa: PERF401 -- mostly there are few, often none
        return pairs

    def generic(self, node: FunctionNode) -> bool:
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

    def variables(
        self, node: FunctionNode, call: Call, scope: Scope, env: Env, *, skip: int
    ) -> list[tuple[str, Types]]:
        """What type variables stand for: from arguments for parameters `x: T` and `x: type[T]`."""
        generic = self._generic.get(node)
        if generic is None:
            cuts = self._inference.cuts
            generic = self._generic_parameters(node)
            if self._inference.settled(cuts):
                self._generic[node] = generic
        if not generic:
            return []
        found: list[tuple[str, Types]] = []
        for name, value in self.matched(node, call, skip):
            if name in generic:
                variable, is_class = generic[name]
                types = self._inference.of(value, scope, env)
                if is_class:
                    types = tuple(_instance(one) for one in types if isinstance(one, (ClassRef, External)))
                found.append((variable, types))
        return found

    def _generic_parameters(self, node: FunctionNode) -> dict[str, tuple[str, bool]]:
        """The parameters `x: T` and `x: type[T]`, each with its variable and whether it takes the class itself."""
        found: dict[str, tuple[str, bool]] = {}
        for parameter in node.record.params:
            annotation = parameter.annotation
            match annotation:
                case Name(id=variable) if self._is_variable(annotation, node):
                    found[parameter.name] = (variable, False)
                case Subscript(items=(Name(id=variable) as item,)) if self._is_variable(item, node):
                    outer = self._inference.of(annotation.value, node.parent)
                    if any(isinstance(one, External) and spelled(one.name) == "builtins.type" for one in outer):
                        found[parameter.name] = (variable, True)
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
        env: Env = tuple(
            ((None, name), types) for name, types in zip(self.parameters(cls), owner.args, strict=False) if types
        )
        for expr in cls.record.bases:
            if not isinstance(expr, Subscript):
                continue
            for base in self._inference.of(expr.value, cls.parent):
                if isinstance(base, ClassRef):
                    args = tuple(self._inference.annotation(item, cls.parent, env) for item in expr.items)
                    env = (*env, *(pair for pair in self.class_env(ClassRef(base.cls, args)) if pair not in env))
        for parent in self._inference.members.bases(cls):
            if isinstance(parent, ClassNode):
                env = (*env, *(pair for pair in self.class_env(ClassRef(parent)) if pair not in env))
        return env

    def parameters(self, cls: ClassNode) -> tuple[str, ...]:
        """The names of the type variables that a class is generic over."""
        names: list[str] = []
        for expr in cls.record.bases:
            if isinstance(expr, Subscript):
                names += [
                    item.id
                    for item in expr.items
                    if isinstance(item, Name)
                    and item.id not in names
                    and any(
                        isinstance(one, Instance) and one.cls == "typing.TypeVar"
                        for one in self._inference.of(item, cls.parent)
                    )
                ]
        return tuple(names)

    def is_open(self, cls: ClassNode) -> bool:
        """Whether the bare name of a class leaves type variables unbound: `Page` of `class Page(Base, Generic[T])`."""
        after = cls.module.facts.source.data[cls.record.name_end : cls.record.name_end + 1]
        if after == b"[" or self.parameters(cls):  # PEP 695 or older
            return True
        found = (self._inference.of(base, cls.parent) for base in cls.record.bases if not isinstance(base, Subscript))
        return any(
            isinstance(one, ClassRef) and one.cls is not cls and self.is_open(one.cls)
            for types in found
            for one in types
        )

    def inferred(self, func: ClassRef, call: Call | None, scope: Scope, env: Env) -> tuple[Types, ...]:
        """Type arguments from `Repo(User)` where `__init__` takes `model: type[M]`."""
        names = self.parameters(func.cls)
        if not names or call is None:
            return ()
        init = self._inference.members.method(func.cls, "__init__")
        if init is None:
            return ()
        known = dict(self.variables(init, call, scope, env, skip=1))
        return tuple(known.get(name, UNKNOWN) for name in names)


def _admits_code(annotation: Expr) -> bool:
    """Whether what an annotation admits may be a class or function; a plain name is taken for a class of values."""
    if isinstance(annotation, Operation):
        return any(_admits_code(one) for one in annotation.operands)
    if not isinstance(annotation, Subscript):
        return False
    base = annotation.value
    name = base.id.rpartition(".")[2] if isinstance(base, Name) else ""
    if name in _WRAPPERS:
        return any(_admits_code(one) for one in annotation.items)
    return name not in _CONTAINERS


def _is_local(expr: Expr, scope: Scope) -> bool:
    """Whether a name is a variable or parameter of the function: rarely a class or function, and costly to tell."""
    if not isinstance(expr, Name) or not isinstance(scope, FunctionNode):
        return False
    head = expr.id.partition(".")[0]
    bindings = scope.scan.bindings.get(head)
    return head in scope.params or (bindings is not None and bindings[0].kind == "value")


def _is_telling(one: Type) -> TypeGuard[Instance]:
    """A session of a database, or a client whose methods block."""
    if not isinstance(one, Instance) or not isinstance(one.cls, str):
        return False
    if one.cls.startswith(_DATABASE):
        return True
    row = lookup.class_row(one.cls)
    return row is not None and row.kind in _CLIENTS


def _instance(one: Type) -> Type:
    if isinstance(one, ClassRef):
        return Instance(one.cls, one.args)
    return Instance(one.name) if isinstance(one, External) else one


def keyword(call: Call, name: str) -> Expr | None:
    """The value of a keyword argument."""
    for one in call.keywords:
        if one.name == name:
            return one.value
    return None


def argument(call: Call, place: int, name: str) -> Expr | None:
    """The value of an argument given by position or by keyword."""
    return call.args[place] if len(call.args) > place else keyword(call, name)
