"""What the calls that make objects of a class give the parameters that its `__init__` says nothing of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Attribute, Call, Constant, Name, Starred
from fastlint.model.expressions import last
from fastlint.model.layers import is_test
from fastlint.model.nodes import ClassNode
from fastlint.model.types import ANOTHER, UNKNOWN, ClassRef, Instance, union

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode, Scope
    from fastlint.model.types import Env, Types

# A class that is made in more places than this is no service that is put together once.
_MOST = 12


class Constructions:
    """Looks for the calls that make objects, anywhere but in tests."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._given: dict[tuple[ClassNode, FunctionNode, str], Types] = {}
        self._sites: dict[ClassNode, tuple[tuple[Call, Scope], ...]] = {}

    def given(self, cls: ClassNode, init: FunctionNode, name: str) -> Types:
        """What parameter `name` of an `__init__` is given where objects of `cls` are made.

        `ANOTHER` is among it where some call gives what is not known; nothing, where nothing is.
        """
        key = (cls, init, name)
        known = self._given.get(key)
        if known is not None:
            return known
        self._given[key] = UNKNOWN  # while it is asked
        cuts = self._inference.cuts
        found = self._find(cls, init, name)
        if found or self._inference.settled(cuts):
            self._given[key] = found
        else:
            del self._given[key]
        return found

    def _find(self, cls: ClassNode, init: FunctionNode, name: str) -> Types:
        found: Types = UNKNOWN
        unknown = False
        calls = list(self._calls(cls, init))
        for call, scope in calls:
            value = _argument(init, call, name)
            if value is None or (isinstance(value, Constant) and value.text == "None"):
                unknown = unknown or value is None
                continue
            types = self._value(value, scope, cls)
            unknown = unknown or not types
            found = union(found, types if len(calls) == 1 else _without_origins(types))
        return union(found, (ANOTHER,)) if found and unknown else found

    def _value(self, value: Expr, scope: Scope, cls: ClassNode) -> Types:
        env: Env = ()
        found = self._inference.of(value, scope, env)
        if not found and isinstance(value, Name) and getattr(scope, "name", "") == "__init__":
            function: FunctionNode = scope  # type: ignore[assignment]
            if value.id in function.params and not function.scan.bindings.get(value.id):
                return self.given(cls, function, value.id)  # handed on by the `__init__` of a subclass
        return found

    def _calls(self, cls: ClassNode, init: FunctionNode) -> Iterator[tuple[Call, Scope]]:
        """The calls that run an `__init__` for objects of a class."""
        below: FunctionNode | None = None
        for base in self._inference.members.mro(cls):
            own = base.methods.get("__init__") if isinstance(base, ClassNode) else None
            if own is init:
                break
            below = own or below
        if below is None:
            yield from self._made(cls)
            return
        for site in below.scan.calls:
            func = site.call.func
            if isinstance(func, Attribute) and func.attr == "__init__" and isinstance(func.value, Call):
                yield site.call, below

    def _made(self, cls: ClassNode) -> tuple[tuple[Call, Scope], ...]:
        found = self._sites.get(cls)
        if found is None:
            self._sites[cls] = ()  # while it is looked for
            found = tuple(self._search(cls))
            found = self._sites[cls] = found if len(found) <= _MOST else ()
        return found

    def _search(self, cls: ClassNode) -> Iterator[tuple[Call, Scope]]:
        needle = f"{cls.name}(".encode()
        for module in self._inference.modules.by_path.values():
            data = module.facts.source.data
            at = data.find(needle)
            if at < 0 or is_test(module.path):
                continue
            seen: set[int] = set()
            while at >= 0:
                scope = module.innermost(at)
                for site in scope.scan.calls:
                    func = site.call.func
                    if func.start <= at < func.end and last(func) == cls.name and site.call.start not in seen:
                        seen.add(site.call.start)
                        if any(isinstance(one, ClassRef) and one.cls is cls for one in self._inference.of(func, scope)):
                            yield site.call, scope
                at = data.find(needle, at + 1)


def _argument(init: FunctionNode, call: Call, name: str) -> Expr | None:
    """What a call gives a parameter of an `__init__`; None where it can't be told."""
    if any(one.name == "" for one in call.keywords) or any(isinstance(one, Starred) for one in call.args):
        return None
    names = [one.name for one in init.record.params if one.kind in ("normal", "positional")][1:]
    given = dict(zip(names, call.args, strict=False)) | {one.name: one.value for one in call.keywords}
    return given.get(name) or init.params[name].default


def _without_origins(types: Types) -> Types:
    return tuple(Instance(one.cls, one.args) if isinstance(one, Instance) else one for one in types)
