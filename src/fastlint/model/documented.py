"""Which status codes the `responses=` of routes, routers, includes and apps document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Dict, Str

if TYPE_CHECKING:
    from fastlint.facts.records import Expr
    from fastlint.model.contracts import Contracts
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.routers import Route

_DEEPEST = 4


class Documented:
    """Answers which responses a route documents besides its contract."""

    def __init__(self, inference: Inference, contracts: Contracts) -> None:
        self._inference = inference
        self._contracts = contracts

    def of(self, route: Route) -> frozenset[int] | None:
        """The status codes that are documented for a route, by whomever; None where some can't be read."""
        own = route.option("responses")
        given = [(own, route.scope) if own is not None else None]
        served = self._contracts.classes.served.get(route)
        if served is None:
            given.append(route.router.option("responses"))
        else:
            given.append(served.app.option("responses"))
            for include in served.includes:
                given += [include.option("responses"), include.child.option("responses")]
        found: set[int] = set()
        for one in given:
            codes = self._codes(*one, 0) if one is not None else frozenset()
            if codes is None:
                return None
            found |= codes
        return frozenset(found)

    def _codes(self, expr: Expr, scope: Scope, depth: int) -> frozenset[int] | None:
        """The keys of a dict of responses; a range such as `4XX` stands for all of them."""
        found: set[int] = set()
        values = self._inference.origins(expr, scope)
        for value, where in values:
            if not isinstance(value, Dict) or depth > _DEEPEST:
                return None
            for key, inner in zip(value.keys, value.values, strict=True):
                codes = self._codes(inner, where, depth + 1) if key is None else self._code(key, where)
                if codes is None:
                    return None
                found |= codes
        return frozenset(found) if values else None

    def _code(self, key: Expr, scope: Scope) -> frozenset[int] | None:
        if not isinstance(key, Str):
            code = self._contracts.responses.status(key, scope)
            return frozenset({code}) if code is not None else None
        if key.value.isdigit():
            return frozenset({int(key.value)})
        if key.value == "default":
            return frozenset(range(100, 600))
        hundred = key.value[:1]
        return frozenset(range(int(hundred) * 100, int(hundred) * 100 + 100)) if hundred.isdigit() else None
