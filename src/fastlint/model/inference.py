"""Light type inference: what an expression, a name, a call may give, across modules."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from fastlint.facts.records import (
    Attribute,
    Await,
    Call,
    Comprehension,
    Conditional,
    Constant,
    Dict,
    FString,
    Name,
    NamedExpr,
    Operation,
    Sequence,
    Str,
    Subscript,
)
from fastlint.model.annotations import Annotations
from fastlint.model.app_state import AppState
from fastlint.model.arguments import Arguments
from fastlint.model.bindings import Bindings
from fastlint.model.calling import Calling
from fastlint.model.containers import await_, display
from fastlint.model.decorators import Decorators
from fastlint.model.injection import Injection
from fastlint.model.knowledge import libraries
from fastlint.model.library_types import LibraryTypes
from fastlint.model.lookup import Lookup
from fastlint.model.members import Members
from fastlint.model.nodes import ClassNode, FunctionNode, Module
from fastlint.model.operations import constant, operation, subscript, super_attribute
from fastlint.model.origins import Origins
from fastlint.model.types import (
    UNKNOWN,
    ClassRef,
    External,
    FunctionRef,
    Instance,
    MethodRef,
    ModuleRef,
    PartialOf,
    union,
)

if TYPE_CHECKING:
    from fastlint.facts.records import Expr, Parameter
    from fastlint.model.modules import Modules
    from fastlint.model.nodes import Scope
    from fastlint.model.scan import Binding
    from fastlint.model.types import Env, Type, Types

# Beyond this depth of nested questions the answer is unknown, so that odd projects can't exhaust the stack.
_DEEPEST = 40
_STR: Types = (Instance("builtins.str"),)
_BUSY: Types = (External("what is being asked already"),)  # told by identity


class Inference:
    """Answers what expressions may be. One object a project; answers are remembered."""

    def __init__(self, modules: Modules) -> None:
        self.modules = modules
        self.libraries = LibraryTypes()
        self.constructed: dict[tuple[str, int], tuple[Call, Scope, Env]] = {}
        self.type_variables: dict[tuple[str, int] | None, tuple[Expr, Scope]] = {}
        self.lookup = Lookup(self)
        self.members = Members(self)
        self._annotations = Annotations(self)
        self._calling = Calling(self)
        self.arguments = Arguments(self)
        self._decorators = Decorators(self)
        self.injection = Injection(self)
        self._bindings = Bindings(self)
        self._origins = Origins(self)
        self.states = AppState(self)
        self._known: defaultdict[Env, dict[int, Types]] = defaultdict(dict)
        self._plain = self._known[()]  # mostly nothing is known of parameters
        self._held: list[Expr] = []  # what is known is known by identity, which lasts as long as the object does
        self._paths: dict[tuple[Types, str], Types] = {}
        self._depth = 0
        # How often a question was left unanswered because it was being asked already, or too deep.
        self.cuts = 0

    # -- expressions

    def of(self, expr: Expr, scope: Scope, env: Env = ()) -> Types:
        """What `expr`, standing in `scope`, may be.

        `env` tells what is known of parameters of functions around it from the call that is being looked at.
        """
        kind = type(expr)
        if kind is Name:
            known = self.lookup.steady.get((scope, expr.id, env))  # type: ignore[union-attr]
            if known is not None:
                return known
        elif kind is Str or kind is FString:
            return _STR
        answers = self._known[env] if env else self._plain
        key = id(expr)
        known = answers.get(key)
        if known is not None:
            if known is not _BUSY:
                return known
            self.cuts += 1
            return UNKNOWN
        if self._depth > _DEEPEST:
            self.cuts += 1
            return UNKNOWN
        answers[key] = _BUSY
        self._depth += 1
        cuts = self.cuts
        try:
            found = self._of(expr, scope, env)
        except BaseException:
            del answers[key]
            raise
        finally:
            self._depth -= 1
        steady = kind is Name and (scope, expr.id, env) in self.lookup.steady  # type: ignore[union-attr]
        if not steady and (found or self.settled(cuts)):
            answers[key] = found
            self._held.append(expr)
        else:
            del answers[key]
        return found

    def settled(self, cuts: int) -> bool:
        """Whether an unknown may be remembered: no question below it was cut since, or it was asked first of all.

        What a cut cycle left unknown may be known from elsewhere.
        """
        return self.cuts == cuts or self._depth == 0

    def _of(self, expr: Expr, scope: Scope, env: Env) -> Types:
        match expr:
            case Name(id=name):
                return self._chain(name, expr.start, scope, env)
            case Call():
                return self._calling.of(expr, scope, env)
            case Await(value=value):
                return await_(self, self.of(value, scope, env))
            case Attribute():
                return self._attribute(expr, scope, env)
            case Subscript():
                return subscript(self, expr, scope, env)
            case Constant(text=text):
                return constant(text)
            case Sequence() | Dict() | Comprehension():
                return display(self, expr, scope, env)
            case Operation():
                return operation(self, expr, scope, env)
            case Conditional(body=body, orelse=orelse):
                return union(self.of(body, scope, env), self.of(orelse, scope, env))
            case NamedExpr(value=value):
                return self.of(value, scope, env)
            case _:
                return UNKNOWN

    def _chain(self, dotted: str, at: int, scope: Scope, env: Env) -> Types:
        head, _, rest = dotted.partition(".")
        cuts = self.cuts
        types = self.lookup.name(head, scope, at, env)
        if not rest:
            return types
        found = self.path(types, rest)
        if (scope, head, env) in self.lookup.steady and (found or self.settled(cuts)):
            self.lookup.steady[scope, dotted, env] = found
        return found

    def named(self, dotted: str, module: Module) -> Types:
        """What a name, dotted or not, means once all of a module has run."""
        head, _, rest = dotted.partition(".")
        types = self.lookup.member(module, head)
        return self.path(types, rest) if rest else types

    def path(self, types: Types, dotted: str) -> Types:
        """`value.a.b` for each alternative of `value`."""
        if not types:
            return UNKNOWN
        key = (types, dotted)
        found = self._paths.get(key)
        if found is None:
            cuts = self.cuts
            head, _, rest = dotted.partition(".")
            found = (
                union(*(self.attribute(one, head) for one in types))
                if len(types) > 1
                else self.attribute(types[0], head)
            )
            if rest:
                found = self.path(found, rest)
            if found or self.settled(cuts):
                self._paths[key] = found
        return found

    def _attribute(self, expr: Attribute, scope: Scope, env: Env) -> Types:
        value = expr.value
        if isinstance(value, Call) and isinstance(value.func, Name) and value.func.id == "super":
            head, _, rest = expr.attr.partition(".")
            found = super_attribute(self, head, scope, env)
            return self.path(found, rest) if rest else found
        return self.path(self.of(value, scope, env), expr.attr)

    # -- attributes

    def attribute(self, owner: Type, name: str) -> Types:
        """What `owner.name` may be."""
        match owner:
            case ModuleRef(module=Module() as module):
                return self.lookup.member(module, name)
            case ModuleRef(module=folder):
                inner = self.modules.submodule(folder, name)
                return (ModuleRef(inner),) if inner is not None else UNKNOWN
            case External(name=base):
                return (External(libraries.importable(f"{base}.{name}")),)
            case Instance(cls=str() as cls):
                return self._external_attribute(owner, cls, name)
            case Instance() | ClassRef():
                if name == "__class__" and isinstance(owner, Instance) and isinstance(owner.cls, ClassNode):
                    return (ClassRef(owner.cls, owner.args),)
                return self.members.attribute(owner, name)
            case MethodRef(owner=base, path=path, receiver=receiver):
                return (MethodRef(base, f"{path}.{name}", receiver),)
            case PartialOf(func=func) if not isinstance(func, (FunctionRef, PartialOf)):
                return UNKNOWN
            case FunctionRef():
                return self._decorators.function_attribute(owner, name)
            case _:
                return UNKNOWN

    def _external_attribute(self, owner: Instance, cls: str, name: str) -> Types:
        found = self.libraries.attribute(owner, name) or self.states.attribute(cls, name)
        return found or (MethodRef(cls, name, owner),)

    # -- names, bindings, parameters

    def binding(self, binding: Binding, scope: Scope, env: Env) -> Types:
        """What a binding gives its name."""
        return self._bindings.of(binding, scope, env)

    def parameter(self, function: FunctionNode, parameter: Parameter, env: Env = ()) -> Types:
        """What a parameter may be: from the call, its annotation, the dependency or the default behind it."""
        return self._bindings.parameter(function, parameter, env)

    def annotation(self, expr: Expr, scope: Scope, env: Env = ()) -> Types:
        """The types of values that an annotation admits."""
        return self._annotations.of(expr, scope, env)

    def unwrap(self, expr: Expr, scope: Scope) -> tuple[Expr, Scope, tuple[tuple[Expr, Scope], ...]]:
        """An annotation without `Annotated`, through aliases: what is inside, its scope, the metadata in order."""
        return self._annotations.unwrap(expr, scope)

    def parsed(self, expr: Str, scope: Scope) -> Expr | None:
        """The expression inside a string annotation."""
        return self._annotations.parsed(expr, scope)

    def origins(self, expr: Expr, scope: Scope) -> tuple[tuple[Expr, Scope], ...]:
        """The expressions that a name (dotted or not) was assigned from, imports followed."""
        return self._origins.of(expr, scope)

    # -- functions and classes

    def call(self, func: Type, call: Call | None, scope: Scope, env: Env = ()) -> Types:
        """What calling `func` gives; `call` is the call if there is one to look at."""
        return self._calling.result(func, call, scope, env)

    def returns(self, ref: FunctionRef) -> Types:
        """What calling a function of the project gives, not yet awaited."""
        return self._calling.returns(ref)

    def produced(self, ref: FunctionRef) -> Types:
        """What a function gives in the end: awaited, and the yielded value for a generator (a dependency's value)."""
        return self._calling.produced(ref)

    def given(self, ref: FunctionRef, call: Call, scope: Scope, env: Env) -> FunctionRef:
        """`ref` with what a call of it tells of its parameters."""
        return self.arguments.with_arguments(ref, call, scope, env)

    def left_out(self, ref: FunctionRef, call: Call) -> frozenset[str]:
        """Parameters with a false default that guard code in the function and that the call does not give."""
        return self.arguments.left_out(ref, call)

    def decorated(self, ref: FunctionRef) -> Types:
        """What the name of a function means once its decorators have run."""
        return self._decorators.decorated(ref)

    def decorator_names(self, node: FunctionNode | ClassNode) -> tuple[str, ...]:
        """Qualified names of the decorators, topmost first; what can't be resolved is left out."""
        return self._decorators.names(node)

    def hides_signature(self, node: FunctionNode) -> bool:
        """Whether a decorator of the project hides a function's own parameters and annotations."""
        return self._decorators.hide_signature(node)

    def class_env(self, owner: Instance | ClassRef) -> Env:
        """What the type parameters of a class and its bases stand for on `owner`."""
        return self.arguments.class_env(owner)

    def receiver_env(self, function: FunctionNode, owner: Instance | ClassRef, env: Env) -> Env:
        """`env` with the first parameter of a method known to be `owner`."""
        first = function.record.params[:1]
        return (*env, ((function, first[0].name), (owner,))) if first else env
