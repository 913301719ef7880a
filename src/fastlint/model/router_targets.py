"""Which apps and routers expressions mean: receivers of registrations, and what is included or mounted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Attribute, Call, Name, Sequence
from fastlint.model.discovery import of_imported
from fastlint.model.stand_ins import arguments, stand_in
from fastlint.model.types import External, FunctionRef, Instance, MethodRef

if TYPE_CHECKING:
    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.router_objects import RouterObjects
    from fastlint.model.routers import Router
    from fastlint.model.stand_ins import Given
    from fastlint.model.types import Env, Types

_DEEPEST = 4  # functions that give back what another gives back


class Targets:
    """Resolves expressions to routers."""

    def __init__(self, inference: Inference, objects: RouterObjects) -> None:
        self._inference = inference
        self._objects = objects

    def receivers(self, func: Expr, scope: Scope, env: Env, given: Given | None = None) -> list[Router]:
        """The routers that a method, given as `router.method`, is called on."""
        return self._objects.of(self.receiver_types(func, scope, env, given))

    def receiver_types(self, func: Expr, scope: Scope, env: Env, given: Given | None = None) -> Types:
        """What the owner of a method may be; of `app.router.get` that is the app, which its router registers on."""
        if isinstance(func, Attribute):
            types = self._inference.of(func.value, scope, env)
            path = func.attr
        elif isinstance(func, Name):
            head, _, path = func.id.partition(".")
            is_known = any(key == (scope, head) for key, _ in env)
            named = Name(head, func.start, len(head))
            found = stand_in(named, given) if given and not is_known else None
            if found is not None:
                types = self._inference.of(*found)
            else:
                types = self._inference.lookup.name(head, scope, func.start, env)
        else:
            return ()
        owner = path.rpartition(".")[0]
        if owner.rpartition(".")[2] == "router":
            holder = owner.rpartition(".")[0]
            apps = self._inference.path(types, holder) if holder else types
            if any(isinstance(one, Instance) and self._objects.kind(one.cls) == "app" for one in apps):
                return apps
        return self._inference.path(types, owner) if owner else types

    def described(self, call: Call, scope: Scope) -> list[Router]:
        """The routers of `app.webhooks.include_router(router)`: OpenAPI tells of their routes, nobody serves them."""
        head, _, path = call.func.id.partition(".") if isinstance(call.func, Name) else ("", "", "")
        *way, last, _ = ("", *path.split("."))
        if last != "webhooks" or not call.args:
            return []
        types = self._inference.lookup.name(head, scope, call.func.start, ())
        apps = self._inference.path(types, ".".join(way[1:])) if way[1:] else types
        is_app = any(isinstance(one, Instance) and self._objects.kind(one.cls) == "app" for one in apps)
        return self.of(call.args[0], scope, ()) if is_app else []

    def of(self, expr: Expr, scope: Scope, env: Env, given: Given | None = None) -> list[Router]:
        """The routers that an expression may be; an item of a literal list stands for each of them."""
        found = stand_in(expr, given) if given else None
        if found is not None:
            targets = self.of(*found, ())
            if targets:
                return targets
        if given and isinstance(expr, Name) and expr.id.partition(".")[0] in given:
            head, _, rest = expr.id.partition(".")
            targets = self._objects.of(self._inference.path(self._inference.of(*given[head]), rest)) if rest else []
            if targets:
                return targets
        targets = self._items(expr, scope)
        if targets:
            return targets
        targets = self._objects.of(self._inference.of(expr, scope, env)) or self._handed_back(expr, scope, 0)
        return targets or self._objects.of(of_imported(expr, scope, given or {}, self._inference) or ())

    def _items(self, expr: Expr, scope: Scope) -> list[Router]:
        """The routers of the literal list that a loop gives a name the items of."""
        bindings = scope.scan.bindings.get(expr.id, ()) if isinstance(expr, Name) and "." not in expr.id else ()
        for binding in bindings:
            if binding.kind == "item" and binding.value is not None and not binding.path:
                lists = self._inference.origins(binding.value, scope)
                each = [(one, where) for value, where in lists if isinstance(value, Sequence) for one in value.items]
                targets = [router for one, where in each for router in self.of(one, where, ())]
                if targets:
                    return targets
        return []

    def _handed_back(self, expr: Expr, scope: Scope, depth: int) -> list[Router]:
        """The routers that functions are given and give back: `return attach(router)`."""
        found: list[Router] = []
        for value, where in self._inference.origins(expr, scope) if depth < _DEEPEST else ():
            for one in self._inference.of(value.func, where) if isinstance(value, Call) else ():
                if not isinstance(one, FunctionRef) or not isinstance(value, Call):
                    continue
                given = arguments(one.node, value, where)
                for back in one.node.scan.returns:
                    if isinstance(back.value, Name) and back.value.id in given:
                        found += self._objects.of(self._inference.of(*given[back.value.id]))
                    elif isinstance(back.value, Call):
                        found += self._handed_back(back.value, one.node, depth + 1)
        return found

    def foreign(self, expr: Expr, scope: Scope, env: Env, given: Given | None = None) -> bool:
        """Whether a router that isn't the project's is surely a library's."""
        types = self._inference.of(expr, scope, env)
        if of_imported(expr, scope, given or {}, self._inference) == ():  # a module of the project without a router
            return True
        if types:
            return not any(
                isinstance(one, (Instance, MethodRef))
                and (self.is_router(one) or getattr(one, "owner", "") == "types.ModuleType")
                for one in types
            )
        made = [
            self._inference.of(value.func, where) if isinstance(value, Call) else ()
            for value, where in self._inference.origins(expr, scope)
        ]
        return bool(made) and all(
            found and all(isinstance(one, MethodRef) or _is_library(one) for one in found) for found in made
        )

    def is_router(self, one: Instance | MethodRef) -> bool:
        """Whether a value is an app or a router, or a method of one."""
        return self._objects.kind(one.cls if isinstance(one, Instance) else one.owner) is not None


def _is_library(one: object) -> bool:
    """Whether it is a library's function, other than those that only fetch what the project defines."""
    return isinstance(one, External) and not one.name.startswith(("builtins.", "importlib.", "functools.", "operator."))
