"""What code outside of a class puts on its objects where the class says None: `db.client = MongoClient()`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.facts.records import Constant, Name
from fastlint.model.layers import is_test
from fastlint.model.types import UNKNOWN, ClassRef, Instance, union

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Assign
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import ClassNode, Module, Scope
    from fastlint.model.types import Types


class Placements:
    """Looks for assignments to attributes, in the module of a class and in those that import it."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._known: dict[tuple[ClassNode, str], Types] = {}

    def of(self, cls: ClassNode, name: str) -> Types:
        """What an attribute may be that the class binds to None and nothing else; unknown for other attributes."""
        bindings = cls.scan.bindings.get(name)
        if not bindings or not all(isinstance(one.value, Constant) and one.value.text == "None" for one in bindings):
            return UNKNOWN
        known = self._known.get((cls, name))
        if known is not None:
            return known
        self._known[cls, name] = UNKNOWN  # while it is asked
        cuts = self._inference.cuts
        found: Types = UNKNOWN
        for statement, scope in self._assignments(cls, name):
            if statement.value is not None:
                found = union(found, self._inference.of(statement.value, scope))
        if found or self._inference.settled(cuts):
            self._known[cls, name] = found
        else:
            del self._known[cls, name]
        return found

    def _assignments(self, cls: ClassNode, name: str) -> Iterator[tuple[Assign, Scope]]:
        put = re.compile(rb"\." + re.escape(name.encode()) + rb"\s*=(?!=)")
        for module in self._near(cls):
            for match in put.finditer(module.facts.source.data):
                scope = module.innermost(match.start())
                for statement, target in scope.scan.attributes:
                    if statement.start <= match.start() < statement.end and isinstance(target, Name):
                        owner, _, last = target.id.rpartition(".")
                        if last == name and not statement.op and self._is_of(owner, target.start, scope, cls):
                            yield statement, scope

    def _near(self, cls: ClassNode) -> Iterator[Module]:
        modules = self._inference.modules
        for path in sorted({cls.module.path, *modules.importers.get(cls.module.path, ())}):
            if not is_test(path):
                yield modules.by_path[path]

    def _is_of(self, owner: str, at: int, scope: Scope, cls: ClassNode) -> bool:
        head, _, rest = owner.partition(".")
        types = self._inference.lookup.name(head, scope, at, ())
        types = self._inference.path(types, rest) if rest else types
        return any(isinstance(one, (Instance, ClassRef)) and one.cls is cls for one in types)
