"""Calls that hand a function to a thread or a queue, and those of them that hand over something else."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

from fastlint.facts.records import Call, Comprehension, Constant, Dict, FString, Name, Sequence, Str
from fastlint.model.calling import DEPENDS, argument
from fastlint.model.callsites import says
from fastlint.model.knowledge import offload
from fastlint.model.nodes import ClassNode
from fastlint.model.types import External, FunctionRef, Instance, MethodRef, PartialOf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.calls import Calls
    from fastlint.model.coroutines import Coroutines
    from fastlint.model.inference import Inference
    from fastlint.model.knowledge.offload_rows import EscapeRow
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.scan import Site
    from fastlint.model.types import Env, Type
    from fastlint.text import Span

Mistake: TypeAlias = Literal["called", "coroutine function", "coroutine", "unawaited"]


def escape_of(outside: Type | None) -> EscapeRow | None:
    """How a library call hands over a function, if it does."""
    if isinstance(outside, External) and outside.name not in DEPENDS:
        return offload.escape(outside.name)
    if isinstance(outside, MethodRef):
        return offload.escape_method(outside.owner, outside.path)
    return None


def handed(call: Call, row: EscapeRow) -> Expr | None:
    """The argument that should be the function."""
    return argument(call, row.argument, row.keyword) if row.form == "call" else None


class Misuse:
    """A call that should hand over a function and does not: `row` says how it would, `inner` is what it is given."""

    __slots__ = ("function", "inner", "mistake", "row", "site")

    def __init__(self, function: FunctionNode, site: Site, row: EscapeRow, inner: Expr, mistake: Mistake) -> None:
        self.function = function
        self.site = site
        self.row = row
        self.inner = inner
        self.mistake = mistake

    @property
    def at(self) -> Span:
        """The call that hands over."""
        return self.function.module.span(self.site.call.start, self.site.call.end)

    def text(self, expr: Expr) -> str:
        """An expression as it is written."""
        return self.function.module.facts.source.text(expr.start, expr.end)


class Offloads:
    """Finds misuses in what runs for requests and at start-up."""

    def __init__(self, inference: Inference, calls: Calls, coroutines: Coroutines, refs: Iterable[FunctionRef]) -> None:
        """`refs` are the functions to look into."""
        self._inference = inference
        self._calls = calls
        self._coroutines = coroutines
        self._refs = refs

    @cached_property
    def misuses(self) -> tuple[Misuse, ...]:
        """Every call that hands over what is no function, or that is itself not awaited, in order of place."""
        found: dict[Span, Misuse] = {}
        for one in (*self._wrongly_given(), *self._unawaited()):
            found.setdefault(one.at, one)
        return tuple(found[at] for at in sorted(found))

    @cached_property
    def called(self) -> frozenset[Span]:
        """The calls that stand by mistake where a function should."""
        return frozenset(
            one.function.module.span(one.inner.start, one.inner.end) for one in self.misuses if one.mistake == "called"
        )

    def _wrongly_given(self) -> Iterator[Misuse]:
        for ref in dict.fromkeys(self._refs):
            for edge in self._calls.edges(ref):
                row = escape_of(edge.outside) if edge.site is not None else None
                inner = handed(edge.site.call, row) if edge.site is not None and row is not None else None
                if edge.site is not None and row is not None and inner is not None:
                    mistake = self._mistake(inner, row, ref.node, self._calls.env(ref))
                    if mistake is not None:
                        yield Misuse(ref.node, edge.site, row, inner, mistake)

    def _unawaited(self) -> Iterator[Misuse]:
        for one in self._coroutines.forgotten:
            row = escape_of(one.known)
            inner = handed(one.site.call, row) if row is not None else None
            if row is not None and inner is not None:
                yield Misuse(one.function, one.site, row, inner, "unawaited")

    def _mistake(self, inner: Expr, row: EscapeRow, node: FunctionNode, env: Env) -> Mistake | None:
        types = self._inference.of(inner, node, env)
        if isinstance(inner, Call) and not (len(types) == 1 and isinstance(types[0], PartialOf)):
            return self._called(inner, node, env)
        if row.sync_only or row.to not in ("thread", "process") or len(types) != 1 or says(node, b"iscoroutine"):
            return None  # a function that asks what it is given hands on what is plain
        func = types[0].func if isinstance(types[0], PartialOf) else types[0]
        return "coroutine function" if self._coroutines.known(func) is not None else None

    def _called(self, inner: Call, node: FunctionNode, env: Env) -> Mistake | None:
        """Whether the function is called instead of handed over: what it gives is surely no function itself."""
        funcs = self._inference.of(inner.func, node, env)
        if len(funcs) != 1:
            return None
        if self._coroutines.known(funcs[0]) is not None:
            return "coroutine"
        types = self._inference.of(inner, node, env)
        if types:
            return "called" if not any(self._may_be_called(one) for one in types) else None
        return "called" if isinstance(funcs[0], FunctionRef) and self._gives_values(funcs[0].node) else None

    def _may_be_called(self, one: Type) -> bool:
        if not isinstance(one, Instance):
            return True
        if isinstance(one.cls, ClassNode):
            return bool(
                self._inference.members.method(one.cls, "__call__") or self._inference.members.external_bases(one.cls)
            )
        return not one.cls.startswith("builtins.") and self._inference.libraries.method(one, "__call__") is not None

    def _gives_values(self, node: FunctionNode) -> bool:
        """Whether a plain function of the project gives nothing, or what libraries made: no function."""
        plain = not (node.is_async or node.is_generator or node.record.decorators)
        return plain and all(one.value is None or self._is_value(one.value, node) for one in node.scan.returns)

    def _is_value(self, expr: Expr, node: FunctionNode) -> bool:
        match expr:
            case Name(id=name):
                bindings = node.scan.bindings.get(name, ())
                return (
                    len(bindings) == 1
                    and isinstance(bindings[0].value, Call)
                    and (bindings[0].kind == "value" and self._is_value(bindings[0].value, node))
                )
            case Call(func=func):
                given = self._inference.of(func, node)
                return bool(given) and all(isinstance(one, MethodRef) for one in given)
            case _:
                return isinstance(expr, (Constant, Str, FString, Dict, Sequence, Comprehension))
