"""Page sizes that clients choose: values of requests that limit a statement, and the upper bounds that they have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Constant, Name, Operation
from fastlint.model.arguments import argument, keyword
from fastlint.model.callsites import says
from fastlint.model.expressions import last, receiver
from fastlint.model.statement_steps import Place
from fastlint.model.types import External, Instance, MethodRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.calls import Calls
    from fastlint.model.client_values import ClientValue, ClientValues
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import ClassNode, Scope
    from fastlint.model.queries import Queries
    from fastlint.model.reached import Reached, Way
    from fastlint.text import Span

_LIMITS = frozenset({"limit", "fetch"})
_SLICE = 2
_INTEGERS = frozenset({"builtins.int", "pydantic.PositiveInt", "pydantic.NonNegativeInt"})
# Declarations in which an upper bound may stand; another one may check anything.
_DECLARATIONS = frozenset(
    f"{home}.{name}"
    for home, names in (
        ("fastapi", ("Query", "Path", "Body", "Header", "Cookie", "Form")),
        ("fastapi.params", ("Query", "Path", "Body")),
        ("pydantic", ("Field",)),
        ("pydantic.fields", ("Field",)),
        ("sqlmodel", ("Field",)),
    )
    for name in names
)
_HARMLESS = frozenset({"typing_extensions.Doc", "annotated_doc.Doc", "annotated_types.Ge", "annotated_types.Gt"})


class PageSize:
    """A page size without a bound, or with one that is too large.

    Attributes:
        value: the parameter or field.
        limit: where it limits a statement.
        largest: its upper bound, None where there is none.
        declaration: the `Query(…)` or `Field(…)` of it, if there is one in its own file.
    """

    __slots__ = ("declaration", "largest", "limit", "value")

    def __init__(self, value: ClientValue, limit: Span, largest: int | None, declaration: Call | None) -> None:
        self.value = value
        self.limit = limit
        self.largest = largest
        self.declaration = declaration

    @property
    def at(self) -> Span:
        """The parameter or field."""
        value = self.value
        if value.binding is None or value.owner is None:
            return value.function.module.span(value.parameter.start, value.parameter.end)
        end = value.binding.value or value.binding.annotation
        return value.owner.module.span(value.binding.start, end.end if end is not None else value.binding.start)


class PageSizes:
    """Finds page sizes that clients choose freely."""

    def __init__(
        self, inference: Inference, calls: Calls, queries: Queries, values: ClientValues, reached: Reached
    ) -> None:
        self._inference = inference
        self._calls = calls
        self._queries = queries
        self._values = values
        self._reached = reached

    def unbounded(self, most: int) -> Iterator[PageSize]:
        """Every page size that may be larger than `most`, each parameter or field once."""
        seen: set[Span] = set()
        if not self._queries.used:
            return
        for way in self._reached.by_node.values():
            if not says(way.node, b".limit(", b".fetch(", b".slice(", b".get_multi"):
                continue
            for call, given in self._limits(way):
                for value in self._values.of(given, way):
                    size = self._judge(value, way.node.module.span(call.start, call.end), most)
                    if size is not None and size.at not in seen:
                        seen.add(size.at)
                        yield size

    def _limits(self, way: Way) -> Iterator[tuple[Call, Expr]]:
        """The calls in a function that limit a statement, with what they limit it to."""
        place = Place(way.node, self._calls.env(way.ref), {})
        for site in way.node.scan.calls:
            call = site.call
            owner = receiver(call.func)
            if last(call.func).startswith("get_multi"):
                given = keyword(call, "limit")
                if given is not None and self._is_of(call, place, "fastcrud."):
                    yield call, given
                continue
            given = _size(call)
            if given is None or owner is None:
                continue
            query = self._queries.of(owner, place)
            if query.kind is not None or query.parameter or self._is_of(call, place, "sqlalchemy.", "sqlmodel."):
                yield call, given

    def _is_of(self, call: Call, place: Place, *homes: str) -> bool:
        """Whether a method of a library's object is called."""
        return any(
            isinstance(func, MethodRef) and func.owner.startswith(homes)
            for func in self._inference.of(call.func, place.scope, place.env)
        )

    def _judge(self, value: ClientValue, limit: Span, most: int) -> PageSize | None:
        binding, owner = value.binding, value.owner
        if binding is not None and owner is not None:
            if any(says_it in _text(owner) for says_it in (b"validator", b"__post_init__")):
                return None  # timid: a validator of the model may see to the bound
            annotation, default = binding.annotation, binding.value
            scope: Scope = owner
        else:
            annotation, default, scope = value.parameter.annotation, value.parameter.default, value.function.parent
        if annotation is None or not self._is_integer(annotation, scope):
            return None
        known, largest, declaration = self._bound(annotation, default, scope)
        if not known or (largest is not None and largest <= most):
            return None
        return PageSize(value, limit, largest, declaration)

    def _is_integer(self, annotation: Expr, scope: Scope) -> bool:
        types = self._inference.annotation(annotation, scope)
        return bool(types) and all(isinstance(one, Instance) and one.cls in _INTEGERS for one in types)

    def _bound(self, annotation: Expr, default: Expr | None, scope: Scope) -> tuple[bool, int | None, Call | None]:
        """Whether all that is declared is understood, the upper bound in it, and the declaration."""
        _, _, metadata = self._inference.unwrap(annotation, scope)
        declared = [*metadata, *([(default, scope)] if isinstance(default, Call) else [])]
        largest: int | None = None
        found: Call | None = None
        for expr, where in declared:
            names = (
                {one.name for one in self._inference.of(expr.func, where) if isinstance(one, External)}
                if isinstance(expr, Call)
                else set()
            )
            if names & _HARMLESS:
                continue
            if not isinstance(expr, Call) or not names & _DECLARATIONS:
                return False, None, None
            if where.module is scope.module:
                found = expr
            inner = argument(expr, 0, "default")  # `Field(Query(le=100))`
            if isinstance(inner, Call):
                declared.append((inner, where))
            for name, less in (("le", 0), ("lt", 1)):
                bound = keyword(expr, name)
                if bound is not None:
                    number = self._number(bound, where)
                    if number is None:
                        return False, None, None
                    largest = number - less
            if any(one.name == "" for one in expr.keywords):
                return False, None, None
        return True, largest, found

    def _number(self, expr: Expr, scope: Scope) -> int | None:
        for value, _ in self._inference.origins(expr, scope):
            if isinstance(value, Constant):
                text = value.text.replace("_", "")
                return int(text) if text.isdigit() else None
        return None


def _size(call: Call) -> Expr | None:
    """How many rows a method asks for: `n` of `limit(n)`, of `slice(start, start + n)`."""
    name = last(call.func)
    if name in _LIMITS and call.args:
        return call.args[0]
    if name != "slice" or len(call.args) != _SLICE:
        return None
    start, stop = call.args
    if isinstance(start, Constant):
        return stop
    if isinstance(start, Name) and isinstance(stop, Operation) and stop.op == "+":
        rest = [one for one in stop.operands if not (isinstance(one, Name) and one.id == start.id)]
        return rest[0] if len(rest) == 1 else None
    return None


def _text(cls: ClassNode) -> bytes:
    return cls.module.facts.source.data[cls.record.start : cls.record.end]
