"""What functions that answer requests return: data, a response of their own, nothing, or what can't be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from fastlint.facts.records import (
    Await,
    Call,
    Comprehension,
    Conditional,
    Constant,
    Dict,
    Name,
    Return,
    Sequence,
    Str,
)
from fastlint.model.decoded_data import DecodedData
from fastlint.model.expressions import last, receiver
from fastlint.model.narrowing import ends, is_present
from fastlint.model.nodes import ClassNode
from fastlint.model.plain import Plain
from fastlint.model.types import ClassRef, FunctionRef, Instance, MethodRef, TupleOf

if TYPE_CHECKING:
    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode, Scope
    from fastlint.model.responses import Responses
    from fastlint.model.schemas import Schemas
    from fastlint.model.shapes import Shapes
    from fastlint.model.types import Type, Types

AnswerKind: TypeAlias = Literal["data", "response", "nothing", "unknown"]

_CHAIN = 3  # how many variables and calls are followed
_DATA_ROOTS = ("builtins.", "collections.", "datetime.", "decimal.", "typing.", "uuid.", "enum.")
_BUILDERS = frozenset(
    {"model_validate", "model_construct", "model_validate_json", "from_orm", "parse_obj", "construct"}
)


class Answer(Plain, frozen=True):
    """One `return`. `kinds` has several where the value may be several things."""

    statement: Return
    types: Types
    kinds: frozenset[AnswerKind]

    @property
    def value(self) -> Expr | None:
        """What is returned."""
        return self.statement.value


class Answers(Plain, frozen=True):
    """All that a function returns; `falls_through` tells whether it may end without a `return`."""

    all: tuple[Answer, ...]
    falls_through: bool

    @property
    def kinds(self) -> frozenset[AnswerKind]:
        """The kinds of all answers."""
        found = {kind for one in self.all for kind in one.kinds}
        return frozenset(found | {"nothing"} if self.falls_through else found)

    @property
    def data(self) -> bool:
        """Whether some answer is surely data; one that may be a response as well is not."""
        return any(one.kinds == frozenset({"data"}) for one in self.all)

    @property
    def constant(self) -> bool:
        """Whether all that it returns stands in its source as literals: nothing can leak."""
        return all(one.value is None or is_literal(one.value) for one in self.all)


class Returned:
    """Answers what functions return."""

    def __init__(self, inference: Inference, responses: Responses, schemas: Schemas, shapes: Shapes) -> None:
        self._inference = inference
        self._responses = responses
        self._schemas = schemas
        self._shapes = shapes
        self._known: dict[FunctionNode, Answers] = {}
        self._decoded = DecodedData(inference, self._kind)

    def of(self, function: FunctionNode) -> Answers:
        """What a function returns."""
        found = self._known.get(function)
        if found is None:
            answers = tuple(self._answer(one, function) for one in function.scan.returns)
            found = self._known[function] = Answers(answers, not ends(function.body.statements))
        return found

    def _answer(self, statement: Return, function: FunctionNode) -> Answer:
        value = statement.value
        if value is None or (isinstance(value, Constant) and value.text == "None"):
            return Answer(statement, (), frozenset({"nothing"}))
        made = self._responses.made(value, function) if isinstance(value, Call) else None
        if made is not None:
            return Answer(statement, self._inference.of(value, function), frozenset({"response"}))
        types = self._inference.of(value, function)
        kinds = frozenset(self._kind(one) for one in types)
        if not kinds:
            kinds = frozenset({"data" if self._decoded.is_data(value, function) else "unknown"})
        return Answer(statement, types, kinds)

    def _kind(self, one: Type) -> AnswerKind:
        if isinstance(one, TupleOf):
            return "data"
        if not isinstance(one, Instance):
            return "unknown"
        if self._responses.kind(one.cls) is not None:
            return "response"
        if isinstance(one.cls, str):
            return "data" if one.cls.startswith(_DATA_ROOTS) or self._schemas.is_model(one.cls) else "unknown"
        return "data" if self._is_data(one.cls) else "unknown"

    def _is_data(self, cls: ClassNode) -> bool:
        """A class of the project whose bases are all known, so that it can't be a response."""
        if self._schemas.is_model(cls) or self._schemas.is_entity(cls) or self._schemas.is_plain_data(cls):
            return True
        members = self._inference.members
        mro = members.mro(cls)
        return all(
            len(members.bases(one)) >= len(one.record.bases)
            if isinstance(one, ClassNode)
            else one.startswith((*_DATA_ROOTS, "abc."))
            for one in mro
        )

    # -- what could be promised

    def has_fixed_fields(self, function: FunctionNode, depth: int = 0) -> bool:
        """Whether some `return` gives data of known fields: a dict display with its keys, a model, lists of these."""
        return depth <= _CHAIN and any(
            one.value is not None and self._fixed(one.value, function, depth) for one in function.scan.returns
        )

    def _fixed(self, expr: Expr, function: FunctionNode, depth: int) -> bool:
        match expr:
            case Dict(keys=keys):
                return bool(keys) and all(isinstance(key, Str) for key in keys)
            case Sequence(items=items):
                return any(self._fixed(one, function, depth) for one in items[:1])
            case Comprehension(kind="list", element=element):
                return self._fixed(element, function, depth)
            case Conditional(body=body, orelse=orelse):
                return self._fixed(body, function, depth) or self._fixed(orelse, function, depth)
            case Await(value=value):
                return self._fixed(value, function, depth)
            case Name(id=name) if name in function.scan.bindings and name not in function.params:
                values = [one.value for one in function.bindings(name) if one.kind == "value" and not one.path]
                return depth <= _CHAIN and any(
                    self._fixed(one, function, depth + 1) for one in values if one is not None
                )
            case Call():
                called = [one for one in self._inference.of(expr.func, function) if isinstance(one, FunctionRef)]
                if any(self.has_fixed_fields(one.node, depth + 1) for one in called):
                    return True
        return any(self._is_typed(one) for one in self._inference.of(expr, function))

    def _is_typed(self, one: Type) -> bool:
        if not isinstance(one, Instance):
            return False
        if isinstance(one.cls, ClassNode):
            return self._responses.kind(one.cls) is None and self._is_data(one.cls)
        return one.cls == "builtins.list" and bool(one.args) and any(self._is_typed(inner) for inner in one.args[0])

    # -- proof

    def model(self, function: FunctionNode) -> ClassNode | None:
        """The one Pydantic model that every `return` provably gives an object of, and nothing else."""
        answers = self.of(function)
        if not answers.all or answers.falls_through:
            return None
        found = {self._exact(one.value, function) for one in answers.all}
        cls = found.pop() if len(found) == 1 else None
        return cls if cls is not None and self._schemas.is_model(cls) and not self._schemas.is_entity(cls) else None

    def _exact(
        self, expr: Expr | None, function: FunctionNode, depth: int = 0, *, present: bool = False
    ) -> ClassNode | None:
        """The class that an expression gives an object of: this one, no other, never None unless it is `present`."""
        if depth > _CHAIN:
            return None
        match expr:
            case Await(value=Call() as call):
                return self._called(call, function, awaited=True, present=present)
            case Call():
                return self._called(expr, function, awaited=False, present=present)
            case Conditional(body=body, orelse=orelse):
                first = self._exact(body, function, depth + 1)
                return first if first is not None and first is self._exact(orelse, function, depth + 1) else None
            case Name(id=name) if "." not in name:
                return self._variable(expr, function, depth)
            case _:
                return None

    def _variable(self, used: Name, function: FunctionNode, depth: int) -> ClassNode | None:
        bindings = function.bindings(used.id)
        parameter = function.params.get(used.id)
        present = is_present(used, function)
        if parameter is not None:
            declared = parameter.annotation if not bindings else None
            return self._declared(declared, function.parent, present=present) if declared is not None else None
        found: set[ClassNode | None] = set()
        for one in bindings:
            plain = one.kind == "value" and not one.path and one.value is not None
            found.add(self._exact(one.value, function, depth + 1, present=present) if plain else None)
        return found.pop() if len(found) == 1 else None

    def _declared(self, annotation: Expr, scope: Scope, *, present: bool) -> ClassNode | None:
        shapes = self._shapes.of(annotation, scope).alternatives
        named = [one.plain for one in shapes if not present or one.plain.kind != "none"]
        if len(named) != 1 or named[0].kind != "class" or named[0].args:
            return None
        return named[0].cls if isinstance(named[0].cls, ClassNode) else None

    def _called(self, call: Call, function: FunctionNode, *, awaited: bool, present: bool) -> ClassNode | None:
        types = self._inference.of(call.func, function)
        if len(types) != 1:
            return None
        match types[0]:
            case ClassRef(cls=cls, args=()) if not awaited:
                return cls
            case FunctionRef(node=node) if node.record.returns is not None and node.is_async == awaited:
                return None if node.is_generator else self._declared(node.record.returns, node.parent, present=present)
            case MethodRef() if not awaited:
                return self._built(call.func, function)
            case _:
                return None

    def _built(self, func: Expr, function: FunctionNode) -> ClassNode | None:
        """`Model.model_validate` and its like."""
        owner = receiver(func)
        if owner is None or last(func) not in _BUILDERS:
            return None
        match self._inference.of(owner, function):
            case (ClassRef(cls=cls, args=()),):
                return cls
            case _:
                return None


def is_literal(expr: Expr) -> bool:
    """Whether an expression is written out: literals, and displays of them."""
    match expr:
        case Str() | Constant():
            return True
        case Dict(keys=keys, values=values):
            return all(key is not None and is_literal(key) for key in keys) and all(map(is_literal, values))
        case Sequence(items=items):
            return all(map(is_literal, items))
        case _:
            return False
