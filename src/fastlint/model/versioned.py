"""What `VersionedFastAPI` of fastapi-versioning serves: the routes of an app, once for each version from theirs on."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Sequence
from fastlint.model.arguments import argument, keyword
from fastlint.model.routers import Served
from fastlint.model.types import External

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.constants import Constants
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode, Scope
    from fastlint.model.routers import Router

VERSIONED = "fastapi_versioning.VersionedFastAPI"
_PREFIX = "/v{major}_{minor}"
_SETTERS = ("version", "versioned_api_route")
_Version = tuple[int, int]


class Versions:
    """Sorts routes by the versions that they are from."""

    def __init__(self, inference: Inference, constants: Constants) -> None:
        self._inference = inference
        self._constants = constants

    def served(self, parent: Router, table: Iterable[Served]) -> Iterator[Served]:
        """The routes of an app as `parent`, made of it, serves them.

        A version serves what older ones do, but for the paths and methods that it has itself. timid: none are told of
        where the prefix of a version isn't known.
        """
        told = keyword(parent.call, "prefix_format") or argument(parent.call, 2, "prefix_format")
        prefix = self._constants.text(told, parent.scope) if told is not None else _PREFIX
        if "?}" in prefix:
            return
        default = keyword(parent.call, "default_version")
        first = (self._numbers(default.items, parent.scope) if isinstance(default, Sequence) else None) or (1, 0)
        by_version: defaultdict[_Version, list[Served]] = defaultdict(list)
        for one in table:
            if not one.mounted:
                by_version[self._version(one, first)].append(one)
        known: dict[tuple[str, str], Served] = {}
        for (major, minor), routes in sorted(by_version.items()):
            known.update(((one.path, method), one) for one in routes for method in one.route.methods)
            yield from _under(prefix.replace("{major}", str(major)).replace("{minor}", str(minor)), known.values())
        if self._constants.flag(keyword(parent.call, "enable_latest"), parent.scope):
            yield from _under("/latest", known.values())

    def _version(self, served: Served, default: _Version) -> _Version:
        option = served.route.router.option("route_class")
        given = self._set_by(*option) if option is not None else None
        function = served.route.function
        return given or (self._decorated(function) if function is not None else None) or default

    def _decorated(self, function: FunctionNode) -> _Version | None:
        found = (self._set_by(one, function.parent) for one in function.record.decorators)
        return next((one for one in found if one is not None), None)

    def _set_by(self, expr: Expr, scope: Scope) -> _Version | None:
        """The version that `version(2)`, or a class of routes made by `versioned_api_route(2, 0)`, sets."""
        if not isinstance(expr, Call):
            return None
        names = [one.name for one in self._inference.of(expr.func, scope) if isinstance(one, External)]
        if not any(one.startswith("fastapi_versioning.") and one.endswith(_SETTERS) for one in names):
            return None
        given = (argument(expr, 0, "major"), argument(expr, 1, "minor"))
        return self._numbers([one for one in given if one is not None], scope)

    def _numbers(self, given: Iterable[Expr], scope: Scope) -> _Version | None:
        texts = [self._constants.text(one, scope) for one in given]
        if not texts or not all(one.isdecimal() for one in texts):
            return None
        return int(texts[0]), int(texts[1]) if len(texts) > 1 else 0


def _under(prefix: str, routes: Iterable[Served]) -> Iterator[Served]:
    for one in dict.fromkeys(routes):
        yield Served(one.app, prefix + one.path, one.route, one.includes, mounted=True)
