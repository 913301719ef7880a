"""Coroutines that nobody awaits: called as a statement, compared, tested, iterated, read from."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from fastlint.facts.records import Attribute, Call, Constant, ExprStatement, Jump, Name, Raise, Str, Subscript
from fastlint.model.callsites import PlacedCall
from fastlint.model.expressions import last, receiver
from fastlint.model.types import AwaitableOf, External, FunctionRef, MethodRef
from fastlint.model.uses import OWN, uses, uses_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.calls import Calls
    from fastlint.model.colour import Colour
    from fastlint.model.edges import Edge
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.routes import Routes
    from fastlint.model.scan import Site
    from fastlint.model.types import Type
    from fastlint.model.uses import How
    from fastlint.text import Span

Known: TypeAlias = "FunctionRef | MethodRef | External"
# Decorators under which a coroutine function stays one.
_NEUTRAL = frozenset(
    {
        "builtins.staticmethod",
        "builtins.classmethod",
        "abc.abstractmethod",
        "typing.override",
        "typing_extensions.override",
        "typing.final",
        "tenacity.retry",
        "backoff.on_exception",
    }
)
# Classes whose methods only note what to send later, though they inherit coroutine functions.
_BUFFERS = frozenset({"redis.asyncio.client.Pipeline", "redis.asyncio.cluster.ClusterPipeline"})
_WRONG: frozenset[How] = frozenset(
    {"statement", "compared", "computed with", "tested", "iterated", "entered", "read", "formatted", "measured"}
)
# What is wrong for an asynchronous generator, too.
_NEVER: frozenset[How] = frozenset(
    {"statement", "compared", "computed with", "tested", "read", "formatted", "measured"}
)


class Forgotten(PlacedCall):
    """A call of a coroutine function whose coroutine is not awaited: `how` it is used instead, in `function`."""

    __slots__ = ("how", "known")

    def __init__(self, function: FunctionNode, site: Site, how: How, known: Known) -> None:
        super().__init__(function, site)
        self.how = how
        self.known = known


class Coroutines:
    """Finds forgotten coroutines in what runs for requests and at start-up."""

    def __init__(
        self, inference: Inference, colour: Colour, routes: Routes, calls: Calls, refs: Iterable[FunctionRef]
    ) -> None:
        """`refs` are the functions to look into."""
        self._inference = inference
        self._colour = colour
        self._routes = routes
        self._calls = calls
        self._refs = refs
        self._functions: dict[FunctionNode, bool] = {}

    @cached_property
    def forgotten(self) -> tuple[Forgotten, ...]:
        """Every call of a coroutine function whose result is used as if it were awaited, in order of place."""
        found: dict[Span, Forgotten] = {}
        for ref in dict.fromkeys(self._refs):
            for one in self._of(ref):
                found.setdefault(one.at, one)
        return tuple(found[at] for at in sorted(found))

    def belongs_to_thread(self, one: Forgotten) -> bool:
        """Whether a library's coroutine is made in a plain endpoint or dependency, which can't await it at all."""
        return one.function in self._threads and not isinstance(one.known, FunctionRef)

    def leaves_open(self, one: Forgotten) -> bool:
        """Whether `await f().g()` stands there, and `g` of what `f` gives is not known to make a coroutine.

        Then the `await` that is there may be needed as well, or it was meant for `f()`.
        """
        for outer in one.function.scan.calls:
            owner = receiver(outer.call.func) if outer.awaited else None
            if owner is one.site.call:
                return not any(self.known(method) for method in self._methods(one, last(outer.call.func)))
            if owner is not None and _leads_to(owner, one.site.call):
                return True
        return False

    def _methods(self, one: Forgotten, name: str) -> Iterator[Type]:
        """What a name means for what comes of the coroutine."""
        for made in self._inference.of(one.site.call, one.function):
            for value in made.value if isinstance(made, AwaitableOf) else ():
                yield from self._inference.attribute(value, name)

    @cached_property
    def _threads(self) -> frozenset[FunctionNode]:
        kinds = ("endpoint", "dependency", "websocket endpoint")
        return frozenset(
            root.ref.node for root in self._colour.roots if root.kind in kinds and not root.ref.node.is_async
        )

    def known(self, func: Type) -> Known | None:
        """`func` if calling it surely gives a coroutine."""
        match func:
            case FunctionRef(node=node):
                if not node.is_async:
                    return None
                if node not in self._functions:
                    self._functions[node] = self._stays_coroutine(node)
                return func if self._functions[node] else None
            case MethodRef(owner=owner, path=path):
                return func if owner not in _BUFFERS and self._inference.libraries.is_coroutine(owner, path) else None
            case External(name=name):
                return func if self._inference.libraries.is_coroutine_function(name) else None
            case _:
                return None

    def _stays_coroutine(self, node: FunctionNode) -> bool:
        names = self._inference.decorator_names(node) if node.record.decorators else ()
        plain = len(names) == len(node.record.decorators) and _NEUTRAL.issuperset(names)
        return plain and not node.is_generator

    def _made(self, ref: FunctionRef) -> dict[int, tuple[Site, Known]]:
        """The calls in a function that surely give a coroutine and are not awaited on the spot."""
        sites = {id(edge.site.call): edge.site for edge in self._calls.edges(ref) if edge.site and self._may_be(edge)}
        env = self._calls.env(ref)
        found: dict[int, tuple[Site, Known]] = {}
        for key, site in sites.items():
            types = self._inference.of(site.call.func, ref.node, env)
            known = self.known(types[0]) if len(types) == 1 else None  # timid: one of several may be a plain function
            if known is not None:
                found[key] = (site, known)
        return found

    def _may_be(self, edge: Edge) -> bool:
        if edge.site is None or edge.site.awaited:
            return False
        if edge.target is not None:
            return edge.target.node.is_async
        return edge.outside is not None and self.known(edge.outside) is not None

    def _of(self, ref: FunctionRef) -> Iterator[Forgotten]:
        made = self._made(ref)
        if not made:
            return
        node = ref.node
        around = {id(site.statement): site.statement for site, _ in made.values()}
        for expr, how in (use for statement in around.values() for use in uses_in(statement)):
            if id(expr) in made and self._is_wrong(how, node) and _surely(how, made[id(expr)][1]):
                yield Forgotten(node, made[id(expr)][0], how, made[id(expr)][1])
        held = list(_held(node, made))
        names = [(expr, how) for expr, how in uses(node.scan) if isinstance(expr, Name)] if held else []
        for site, known, name in held:
            misuse = _misuse(name, names, node, passes=not node.is_async and node not in self._threads)
            if misuse is not None and _surely(misuse, known):
                yield Forgotten(node, site, misuse, known)

    def _is_wrong(self, how: How, node: FunctionNode) -> bool:
        if how != "returned":
            return how in _WRONG
        endpoint = self._routes.by_function.get(node)
        return endpoint is not None and {route.call for route in endpoint.routes}.issuperset(node.record.decorators)


def _surely(how: How, known: Known) -> bool:
    """Whether a use is wrong whatever a subclass makes of the method: of a stub also an asynchronous generator."""
    return how in _NEVER or not (
        isinstance(known, FunctionRef) and known.node.owner is not None and _is_stub(known.node)
    )


def _is_stub(node: FunctionNode) -> bool:
    """Whether a method has no body of its own, or none that ever comes to an end: subclasses must have one."""
    statements = node.body.statements
    if statements and isinstance(statements[-1], Raise) and not node.scan.returns:
        return True
    return all(
        isinstance(one, (Raise, Jump)) or (isinstance(one, ExprStatement) and isinstance(one.value, (Str, Constant)))
        for one in statements
    )


def _held(node: FunctionNode, made: dict[int, tuple[Site, Known]]) -> Iterator[tuple[Site, Known, str]]:
    """The coroutines that are put into a variable of their own."""
    for name, bindings in node.scan.bindings.items():
        if len(bindings) != 1 or name in node.params or name in node.scan.root.shared:
            continue
        (binding,) = bindings
        if binding.kind == "value" and not binding.path and isinstance(binding.value, Call):
            found = made.get(id(binding.value))
            if found is not None:
                yield (*found, name)


def _misuse(name: str, names: Iterable[tuple[Name, How]], node: FunctionNode, *, passes: bool) -> How | None:
    """The first use of a variable, if all of its uses take it for the result; None where it may be awaited.

    A function that `passes` coroutines on may look at one first; what others return after that is meant as the result.
    """
    first: How | None = None
    for expr, how in names:
        head, dot, rest = expr.id.partition(".")
        if head != name:
            continue
        real: How = "read" if dot else how
        if real == "returned" and first is not None and not passes:
            continue
        if real not in _WRONG or real == "statement" or rest.partition(".")[0] in OWN:
            return None
        first = first or real
    if first is None or any(_mentions(inner, name) for inner in node.nested.values()):
        return None
    return first


def _leads_to(expr: Expr | None, call: Call) -> bool:
    """Whether a chain of attributes, items and calls begins with a call."""
    while expr is not None and expr is not call:
        match expr:
            case Attribute(value=inner) | Subscript(value=inner) | Call(func=inner):
                expr = inner
            case _:
                return False
    return expr is call


def _mentions(node: FunctionNode, name: str) -> bool:
    record = node.record
    return node.module.facts.source.data.find(name.encode(), record.start, record.end) >= 0
