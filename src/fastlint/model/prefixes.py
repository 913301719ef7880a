"""Prefixes of routers that a function makes and is told the prefix of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Name
from fastlint.model.nodes import FunctionNode
from fastlint.model.stand_ins import arguments, passed_on
from fastlint.model.types import FunctionRef

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastlint.facts.records import Expr
    from fastlint.model.constants import Constants
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.routers import Router
    from fastlint.model.stand_ins import Given


class Prefixes:
    """Follows prefixes from calls to the functions that make routers."""

    def __init__(self, inference: Inference, constants: Constants) -> None:
        self._inference = inference
        self._constants = constants

    def tell(self, routers: Iterable[Router], scopes: list[Scope]) -> None:
        """Prefixes that hang on parameters of the function that makes the router, where all calls of it agree."""
        waiting = {
            router.scope: router
            for router in routers
            if "?}" in router.prefix and isinstance(router.scope, FunctionNode)
        }
        names = {scope.name for scope in waiting if isinstance(scope, FunctionNode)}
        told: dict[Router, set[str]] = {}
        for scope in scopes if waiting else ():
            for site in scope.scan.calls:
                func = site.call.func
                if isinstance(func, Name) and func.id.rpartition(".")[2] in names:
                    for one in self._inference.of(func, scope):
                        router = waiting.get(one.node) if isinstance(one, FunctionRef) else None
                        option = router.option("prefix") if router is not None else None
                        if router is not None and option is not None and isinstance(router.scope, FunctionNode):
                            given = arguments(router.scope, site.call, scope)
                            told.setdefault(router, set()).add(self._constants.text(*option, given))
        for router, prefixes in told.items():
            if len(prefixes) == 1:
                router.prefix = prefixes.pop()

    def told(self, child: Expr, scope: Scope, target: Router, given: Given) -> str | None:
        """The prefix of a router that a function makes, where the call of that function tells it; else None."""
        option = target.option("prefix")
        maker = target.scope
        if option is None or not isinstance(maker, FunctionNode) or "?}" not in target.prefix:
            return None
        for value, where in self._inference.origins(child, scope):
            if isinstance(value, Call) and value is not target.call:
                return self._constants.text(*option, passed_on(arguments(maker, value, where), given))
        return None
