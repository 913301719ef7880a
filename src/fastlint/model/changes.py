"""What an endpoint changes in a row: rows that are written, requests that are sent, tasks that are set going."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import If, Name
from fastlint.model.knowledge.sending import sends
from fastlint.model.types import FunctionRef, owner_and_method

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.scan import Block, Site
    from fastlint.model.statements import Statements
    from fastlint.model.types import Type

# So many calls away a change is another one's business.
_DEEPEST = 3
_DML = frozenset({"insert", "update", "delete"})


class Changes:
    """Counts them, as far as they are certain: what a branch decides is none in a row, nor what an error leads to."""

    def __init__(self, inference: Inference, statements: Statements) -> None:
        self._inference = inference
        self._statements = statements
        self._known: dict[FunctionNode, bool] = {}
        self._writes: dict[FunctionNode, dict[Site, Hashable]] = {}

    def of(self, function: FunctionNode) -> int:
        """How many different things a function changes, by itself or by functions of the project that it calls."""
        sites = [site for site in function.scan.calls if is_certain(site.block)]
        return len({key for site in sites for key in self._made(site, function)})

    def within(self, start: int, end: int, function: FunctionNode) -> bool:
        """Whether what a function calls between two places of its text changes something, if it is called."""
        sites = [site for site in function.scan.calls if start <= site.call.start < end]
        return any(True for site in sites for _ in self._made(site, function))

    def writes_within(self, start: int, end: int, function: FunctionNode) -> bool:
        """Whether a function itself writes to a database between two places of its text."""
        return any(start <= site.call.start < end for site in self._written(function))

    def _made(self, site: Site, function: FunctionNode) -> Iterator[Hashable]:
        """What a call of a function changes: what tells one thing that is changed from another."""
        own = self._written(function)
        if site in own:
            yield own[site]
            return
        for one in self._inference.of(site.call.func, function):
            if isinstance(one, FunctionRef) and self._changes(one.node, 1):
                yield one.node
            elif sender := _sender(one):
                yield sender

    def _changes(self, function: FunctionNode, depth: int) -> bool:
        """Whether a function changes something; what gives sessions or opens files changes nothing."""
        if function in self._known or function.is_generator:
            return self._known.get(function, False)
        self._known[function] = False
        found = any(is_certain(site.block) for site in self._written(function)) or any(
            bool(_sender(one))
            or (depth < _DEEPEST and isinstance(one, FunctionRef) and self._changes(one.node, depth + 1))
            for site in function.scan.calls
            if is_certain(site.block)
            for one in self._inference.of(site.call.func, function)
        )
        self._known[function] = found
        return found

    def _written(self, function: FunctionNode) -> dict[Site, Hashable]:
        """The writes of a function's own, with what tells one thing that is written from another."""
        if function in self._writes:
            return self._writes[function]
        found: dict[Site, Hashable] = {}
        for one in self._statements.of(function):
            method = one.name.rpartition(".")[2]
            # `merge` only takes an entity into another session
            if (one.kind == "write" and method != "merge") or (one.kind == "construct" and method in _DML):
                given = one.call.args[0] if one.kind == "write" and one.call.args else None
                found[one.site] = given.id if isinstance(given, Name) else one.call.start
        self._writes[function] = found
        return found


def is_certain(block: Block) -> bool:
    """Whether code runs unless something goes wrong: no branch decides about it, and no error leads to it."""
    here: Block | None = block
    while here is not None:
        if here.kind in ("if", "case", "except", "lambda") or (here.kind == "else" and isinstance(here.owner, If)):
            return False
        here = here.parent
    return True


def _sender(func: Type) -> str:
    """By what a call sends a request that changes something, a mail, or a task for later; "" where it doesn't.

    Several of one kind are one change: who only puts tasks in a queue works nothing out.
    """
    owner, method = owner_and_method(func)
    return owner if sends(owner, method) else ""
