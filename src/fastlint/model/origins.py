"""Where a name's value was written down: the expressions it was assigned from, through imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Attribute, Name
from fastlint.model.lookup import reaching
from fastlint.model.nodes import ClassNode, FunctionNode, Module
from fastlint.model.types import ClassRef, Instance, ModuleRef

if TYPE_CHECKING:
    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.scan import Binding

Written = tuple["Expr", "Scope"]
# Places looked at for one question: expressions by where they start, members of modules by name.
_Seen = set[tuple[str, "int | str"]]
_LONGEST = 32


class Origins:
    """Finds defining expressions for an Inference."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference

    def of(self, expr: Expr, scope: Scope) -> tuple[Written, ...]:
        """The values that `expr` (a name, dotted or not) was assigned; `expr` itself where it is no name."""
        return tuple(self._of(expr, scope, set()))

    def _of(self, expr: Expr, scope: Scope, seen: _Seen) -> list[Written]:
        key = (scope.module.path, expr.start)
        if key in seen or len(seen) > _LONGEST:
            return []
        seen.add(key)
        if isinstance(expr, Attribute):
            return self._attribute(self._inference.of(expr.value, scope), expr.attr, seen)
        if not isinstance(expr, Name):
            return [(expr, scope)]
        head, _, rest = expr.id.partition(".")
        if rest:
            owner, _, name = expr.id.rpartition(".")
            types = (
                self._inference.path(self._inference.lookup.name(head, scope, expr.start, ()), owner.partition(".")[2])
                if "." in owner
                else self._inference.lookup.name(head, scope, expr.start, ())
            )
            return self._attribute(types, name, seen)
        return self._name(head, scope, expr.start, seen)

    def _name(self, name: str, scope: Scope, at: int, seen: _Seen) -> list[Written]:
        here: Scope | None = scope
        inner = True
        while here is not None:
            if inner or not isinstance(here, ClassNode):
                bindings = here.scan.bindings.get(name)
                if isinstance(here, FunctionNode) and name in here.params and not bindings:
                    return []
                if bindings:
                    live, _ = reaching(bindings, at if inner else None)
                    return self._bindings(live, here, seen)
            inner = False
            here = here.parent
        return self._star(scope.module, name, seen)

    def _star(self, module: Module, name: str, seen: _Seen) -> list[Written]:
        for statement in module.stars:
            source = self._inference.modules.source(module, statement)
            if isinstance(source, Module) and source is not module:
                found = self._module(source, name, seen)
                if found:
                    return found
        return []

    def _module(self, module: Module, name: str, seen: _Seen) -> list[Written]:
        if (module.path, name) in seen:  # a package and its modules may import each other's names in a circle
            return []
        seen.add((module.path, name))
        bindings = module.scan.bindings.get(name)
        if not bindings:
            return self._star(module, name, seen)
        live, _ = reaching(bindings, None)
        return self._bindings(live, module, seen)

    def _bindings(self, bindings: list[Binding], scope: Scope, seen: _Seen) -> list[Written]:
        found: list[Written] = []
        for binding in bindings:
            if isinstance(binding.node, tuple):
                statement, name = binding.node
                if statement.is_from:
                    source = self._inference.modules.source(scope.module, statement)
                    if isinstance(source, Module) and source is not scope.module:
                        found += self._module(source, name.name, seen)
            elif binding.value is not None and binding.kind in ("value", "alias") and not binding.path:
                if isinstance(binding.value, (Name, Attribute)):
                    inner = self._of(binding.value, scope, seen)
                    found += inner or [(binding.value, scope)]
                else:
                    found.append((binding.value, scope))
        return found

    def _attribute(self, owners: tuple[object, ...], dotted: str, seen: _Seen) -> list[Written]:
        head, _, rest = dotted.partition(".")
        found: list[Written] = []
        for owner in owners:
            if isinstance(owner, ModuleRef) and isinstance(owner.module, Module):
                if rest:
                    found += self._attribute(self._inference.attribute(owner, head), rest, seen)
                else:
                    found += self._module(owner.module, head, seen)
            elif isinstance(owner, (Instance, ClassRef)) and isinstance(owner.cls, ClassNode):
                if rest:
                    found += self._attribute(self._inference.attribute(owner, head), rest, seen)
                    continue
                for base in self._inference.members.mro(owner.cls):
                    if not isinstance(base, ClassNode):
                        continue
                    values = [one for one in base.scan.bindings.get(head, ()) if one.value is not None]
                    if values:
                        found += self._bindings(values, base, seen)
                        break
                    assigned = self._inference.members.assignments(base, head)
                    if assigned:
                        found += [(one.value, where) for where, one in assigned if one.value is not None]
                        break
        return found
