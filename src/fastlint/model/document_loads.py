"""Whole collections and tables that Beanie and Tortoise load: `Item.find_all().to_list()`, `await Item.all()`."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.facts.records import Await, Call, Dict
from fastlint.model.callsites import says
from fastlint.model.expressions import last, receiver
from fastlint.model.nodes import ClassNode
from fastlint.model.types import ClassRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.reached import Way

_DOCUMENTS = ("beanie.Document", "beanie.odm.documents.Document")
_TABLES = ("tortoise.models.Model", "tortoise.Model")
# What begins a query for everything, and what keeps it one, by library.
_FINDS = frozenset({"find_all", "all", "find", "find_many"})
_KEEPS = frozenset({"sort", "skip", "project", "order_by", "offset", "prefetch_related", "select_related", "distinct"})
_DEEPEST = 12


class DocumentLoads:
    """Finds calls that load everything at once, with neither a filter nor a limit."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference

    @cached_property
    def used(self) -> bool:
        """Whether the project speaks of Beanie or Tortoise at all."""
        texts = (one.facts.source.data for one in self._inference.modules.by_path.values())
        return any(b"beanie" in text or b"tortoise" in text for text in texts)

    def of(self, way: Way) -> Iterator[tuple[Call, str]]:
        """The calls in a function that load a whole collection or table, with the name of its class."""
        node = way.node
        if not self.used or not says(node, b".to_list()", b".all()"):
            return
        for site in node.scan.named({"to_list"}):
            inner = receiver(site.call.func)
            cls = self._whole(inner, way, _DOCUMENTS) if not site.call.args and not site.call.keywords else None
            if cls is not None:
                yield site.call, cls.name
        for one in node.scan.awaits:
            cls = self._whole(one.value, way, _TABLES) if isinstance(one.value, Call) else None
            if cls is not None and isinstance(one.value, Call):
                yield one.value, cls.name

    def _whole(self, expr: Expr | None, way: Way, bases: tuple[str, ...]) -> ClassNode | None:
        """The class of which an expression asks for everything."""
        here = expr.value if isinstance(expr, Await) else expr
        for _ in range(_DEEPEST):
            owner = receiver(here.func) if isinstance(here, Call) else None
            if not isinstance(here, Call) or owner is None:
                return None
            method = last(here.func)
            if method in _FINDS and all(isinstance(one, Dict) and not one.values for one in here.args):
                if here.keywords:
                    return None
                for one in self._inference.of(owner, way.node):
                    found = one.cls if isinstance(one, ClassRef) else None
                    if isinstance(found, ClassNode) and self._inference.members.is_subclass(found, *bases):
                        return found
                return None
            if method not in _KEEPS:
                return None
            here = owner
        return None
