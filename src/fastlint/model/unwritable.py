"""Values that the JSON of a response made by hand can't carry: the class raises on them when it is constructed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import (
    Attribute,
    Call,
    Comprehension,
    Conditional,
    Constant,
    Dict,
    Name,
    Operation,
    Sequence,
    Str,
)
from fastlint.model.calling import argument
from fastlint.model.callsites import says
from fastlint.model.dumped_models import DumpedModels, named
from fastlint.model.expressions import last, receiver
from fastlint.model.nodes import ClassNode
from fastlint.model.plain import Plain
from fastlint.model.types import ClassRef, External, Instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.contracts import Contracts
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.schemas import Schemas
    from fastlint.model.shapes import Shapes
    from fastlint.model.types import Type, Types
    from fastlint.text import Span

_DEEPEST = 4
_JSON = frozenset(
    {
        "datetime.datetime",
        "datetime.date",
        "datetime.time",
        "datetime.timedelta",
        "uuid.UUID",
        "decimal.Decimal",
        "builtins.bytes",
        "builtins.set",
        "builtins.frozenset",
    }
)
_ORJSON = frozenset({"datetime.timedelta", "decimal.Decimal", "builtins.bytes", "builtins.set", "builtins.frozenset"})


class Unwritable(Plain, frozen=True):
    """A value in the content of a response: where it stands, what it is, and the call that has to write it."""

    at: Span
    what: str
    writer: str
    function: FunctionNode


class UnwritableValues:
    """Finds such values."""

    def __init__(self, inference: Inference, contracts: Contracts, schemas: Schemas, shapes: Shapes) -> None:
        self._inference = inference
        self._contracts = contracts
        self._schemas = schemas
        self._dumped = DumpedModels(inference, schemas, shapes)

    def of(self, function: FunctionNode) -> Iterator[Unwritable]:
        """The values that responses constructed in a function can't write."""
        if not says(function, b"Response"):
            return
        for site in function.scan.calls:
            content = argument(site.call, 0, "content")
            kind = self._kind(site.call, function) if content is not None else None
            if kind is None or content is None:
                continue
            if kind == "plain" and not (isinstance(content, Call) and not content.keywords):
                continue  # text, or JSON that something else has written
            bad = _ORJSON if kind == "orjson" else _JSON
            text = function.module.facts.source.text(site.call.func.start, site.call.func.end)
            if kind == "plain" and not self._writes(content.func, function):  # type: ignore[union-attr]
                continue
            for expr, what in self._values(content, function, bad, 0):
                yield Unwritable(function.module.span(expr.start, expr.end), what, text, function)

    def _kind(self, call: Call, function: FunctionNode) -> str | None:
        """`json`, `orjson` or `plain` where a call makes a library's own response; subclasses may write more."""
        if self._contracts.responses.made(call, function) is None:
            return None
        for one in self._inference.of(call.func, function):
            if isinstance(one, External):
                kind = self._contracts.responses.of_class(one)
                return kind if kind in ("json", "orjson", "plain") else None
        return None

    def _values(  # noqa: C901, PLR0912 -- one arm a kind
        self, expr: Expr, function: FunctionNode, bad: frozenset[str], depth: int
    ) -> Iterator[tuple[Expr, str]]:
        if depth > _DEEPEST:
            return
        inner: list[Expr] = []
        match expr:
            case Dict(keys=keys, values=values):
                inner += values
                if bad is _JSON:  # orjson takes keys of any kind
                    yield from ((key, what) for key in keys if key and (what := self._key(key, function)))
            case Sequence(kind="list" | "tuple", items=items):
                inner += items
            case Comprehension(kind="list" | "dict", element=element):
                inner.append(element)
            case Conditional(body=body, orelse=orelse):
                inner += [body, orelse]
            case Name(id=name) if "." not in name and name not in function.params:
                bindings = function.bindings(name)
                value = bindings[0].value if len(bindings) == 1 and bindings[0].kind == "value" else None
                if isinstance(value, (Dict, Sequence, Comprehension)) and not bindings[0].path:
                    inner.append(value)
            case Operation(op="|", operands=operands):
                inner += operands
            case Constant(text=text):
                if text[:1] in "bB" and "builtins.bytes" in bad:
                    yield expr, "a `bytes`"
                return
            case Str():
                return
            case Call(func=func, args=(first, *_), keywords=()) if self._writes(func, function):
                inner.append(first)
            case Call(func=Name(id="dict"), args=(), keywords=keywords) if keywords:
                inner += [one.value for one in keywords if one.name]
        if inner:
            for one in inner:
                yield from self._values(one, function, bad, depth + 1)
            return
        what = (
            self._member(expr, function, bad)
            or self._bad(self._inference.of(expr, function), bad, 0)
            or self._dumped.field(expr, function, bad)
        )
        if what is not None:
            yield expr, what

    def _member(self, expr: Expr, function: FunctionNode, bad: frozenset[str]) -> str | None:
        """`Color.RED`, where such a member can't be written."""
        owner = receiver(expr) if isinstance(expr, (Name, Attribute)) and bad is _JSON else None
        for one in self._inference.of(owner, function) if owner is not None else ():
            if isinstance(one, ClassRef) and last(expr) in one.cls.scan.bindings and self._dumped.is_enum(one.cls):
                return named(one.cls.name)
        return None

    def _writes(self, func: Expr, function: FunctionNode) -> bool:
        """Whether it is `json.dumps`, here without a `default=` that writes what it can't."""
        return any(isinstance(one, External) and one.name == "json.dumps" for one in self._inference.of(func, function))

    def _key(self, key: Expr, function: FunctionNode) -> str | None:
        """A key that is no string, number or None."""
        if isinstance(key, Sequence):
            return f"a key that is {named(key.kind)}"
        types = self._inference.of(key, function)
        names = [one.cls for one in types if isinstance(one, Instance)]
        if types and len(names) == len(types) and all(name in _JSON for name in names):
            return f"a key that is {named(str(names[0]).rpartition('.')[2])}"
        return None

    def _bad(self, types: Types, bad: frozenset[str], depth: int) -> str | None:
        """What every alternative of a value is that can't be written; None where some can or nothing is known."""
        found = [self._one(one, bad, depth) for one in types]
        return found[0] if found and all(one is not None for one in found) else None

    def _one(self, one: Type, bad: frozenset[str], depth: int) -> str | None:
        if not isinstance(one, Instance) or depth > _DEEPEST:
            return None
        if isinstance(one.cls, ClassNode):
            is_model = self._schemas.is_model(one.cls) or self._schemas.is_entity(one.cls)
            return named(one.cls.name) if is_model or self._is_object(one.cls, bad) else None
        if one.cls in bad:
            return named(one.cls.rpartition(".")[2])
        if one.cls in ("builtins.list", "builtins.dict") and one.args:
            inner = self._bad(one.args[-1], bad, depth + 1)
            return f"{named(one.cls.rpartition('.')[2])} of {inner.partition(' ')[2]}" if inner else None
        return None

    def _is_object(self, cls: ClassNode, bad: frozenset[str]) -> bool:
        """Whether it is a dataclass, or an enum that is no string or number as well: orjson writes both."""
        if bad is not _JSON:
            return False
        if self._dumped.is_enum(cls):
            return True
        return cls.record.decorators != () and "dataclasses.dataclass" in self._inference.decorator_names(cls)
