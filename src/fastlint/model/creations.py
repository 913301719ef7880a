"""Which endpoints store a new row and give it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Name
from fastlint.model.expressions import last, receiver
from fastlint.model.types import ClassRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.blocks import BlockKind, Site
    from fastlint.model.calls import Calls
    from fastlint.model.contracts import Contract, Contracts
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import ClassNode, FunctionNode, Scope
    from fastlint.model.schemas import Schemas
    from fastlint.model.sessions import Sessions

_CONDITIONAL: frozenset[BlockKind] = frozenset(
    {"if", "else", "for", "while", "except", "case", "comprehension", "lambda"}
)
_BUILDERS = frozenset({"model_validate", "model_construct", "from_orm", "parse_obj"})
_DEEPEST = 3
_MOST = 40


class Creations:
    """Answers what endpoints create."""

    def __init__(
        self, inference: Inference, calls: Calls, sessions: Sessions, schemas: Schemas, contracts: Contracts
    ) -> None:
        self._inference = inference
        self._calls = calls
        self._sessions = sessions
        self._schemas = schemas
        self._contracts = contracts
        self._own: dict[FunctionNode, frozenset[ClassNode]] = {}
        self._stored: dict[FunctionNode, frozenset[str]] = {}

    def of(self, contract: Contract) -> ClassNode | None:
        """The entity that a POST stores a new object of and gives back, where it leaves the status at 200.

        timid: an entity that is turned into another object before it is given back is not followed, nor one that is
        made under a condition or past a `return` of another: the object may be an old one.
        """
        if contract.route.methods != ("POST",) or contract.route.option("status_code") is not None:
            return None
        if contract.origin == "unknown":
            return None
        entity = self._contracts.entity(contract.function)
        if entity is None or _sets_status(contract.function):
            return None
        return entity if any(entity in self._added(one) for one in self._tree(contract.function)) else None

    def _tree(self, start: FunctionNode) -> Iterator[FunctionNode]:
        """A function and what it calls, a few levels down."""
        seen = {start}
        frontier = [start]
        for _ in range(_DEEPEST + 1):
            following: list[FunctionNode] = []
            for node in frontier:
                yield node
                for site in node.scan.calls:
                    for one in self._inference.of(site.call.func, node):
                        ref = self._calls.target(one)
                        if ref is not None and ref.node not in seen and len(seen) < _MOST:
                            seen.add(ref.node)
                            following.append(ref.node)
            frontier = following

    def _added(self, node: FunctionNode) -> frozenset[ClassNode]:
        """The entities of which a function constructs an object that it adds to a session, or has another add."""
        found = self._own.get(node)
        if found is None:
            found = self._own[node] = frozenset(self._find(node))
        return found

    def _find(self, node: FunctionNode) -> Iterator[ClassNode]:
        for value in (*self._adds(node), *self._handed_on(node)):
            for origin, scope in self._inference.origins(value, node):
                yield from self._made(origin, scope)

    def _adds(self, node: FunctionNode) -> Iterator[Expr]:
        """What a function itself adds to a session."""
        record = node.record
        if b".add(" not in node.module.facts.source.data[record.body_start : record.body_end]:
            return
        for site in node.scan.calls:
            if self._is_add(site.call, node) and site.call.args and _is_certain(site, node):
                yield site.call.args[0]

    def _handed_on(self, node: FunctionNode) -> Iterator[Expr]:
        """What a function gives to one that adds it: a service makes the object, its repository stores it."""
        for site in node.scan.calls:
            call = site.call
            given = (call.args or call.keywords) and _is_certain(site, node)
            for one in self._inference.of(call.func, node) if given else ():
                ref = self._calls.target(one)
                stored = self._parameters_stored(ref.node) if ref is not None else frozenset()
                if ref is None or not stored:
                    continue
                skip = 1 if ref.bound is not None else 0
                for name, value in self._inference.arguments.matched(ref.node, call, skip):
                    if name in stored:
                        yield value

    def _parameters_stored(self, node: FunctionNode) -> frozenset[str]:
        """The parameters that a function adds to a session as they came."""
        found = self._stored.get(node)
        if found is None:
            names = {one.id for one in self._adds(node) if isinstance(one, Name) and one.id in node.params}
            replaced = {part.id for one, _ in node.scan.assigns for part in one.targets if isinstance(part, Name)}
            found = self._stored[node] = frozenset(names - replaced)
        return found

    def _made(self, value: Expr, scope: Scope) -> Iterator[ClassNode]:
        """The entity whose constructor, or class method that makes one, a value comes from; a query gives old ones."""
        func = value.func if isinstance(value, Call) else None
        if func is not None and last(func) in _BUILDERS:
            func = receiver(func)
        for one in self._inference.of(func, scope) if func is not None else ():
            if isinstance(one, ClassRef) and self._schemas.is_entity(one.cls):
                yield one.cls

    def _is_add(self, call: Call, node: FunctionNode) -> bool:
        owner = receiver(call.func) if last(call.func) == "add" else None
        return owner is not None and self._sessions.kind(self._inference.of(owner, node)) is not None


def _is_certain(site: Site, node: FunctionNode) -> bool:
    """Whether a call runs whenever its function gives something back."""
    if site.block.within(_CONDITIONAL):
        return False
    return all(one.value is None or one.end > site.call.start for one in node.scan.returns)


def _sets_status(function: FunctionNode) -> bool:
    """Whether an endpoint sets the status of its answer itself, as one does that gets or creates."""
    return any(
        isinstance(target, Name)
        and target.id.partition(".")[0::2] in {(name, "status_code") for name in function.params}
        for assign, _ in function.scan.assigns
        for target in assign.targets
    )
