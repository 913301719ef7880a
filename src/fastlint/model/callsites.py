"""The calls of a project's own code, found by what its text must hold, so that few bodies are read."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from fastlint.model.layers import is_test

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

    from fastlint.model.modules import Modules
    from fastlint.model.nodes import FunctionNode, Module, Scope
    from fastlint.model.scan import Site
    from fastlint.text import Span

_BEHIND = 200  # so many bytes behind a word, and the line before it, belong to what a pattern says of it


def says(node: FunctionNode, *literals: bytes) -> bool:
    """Whether the text of a function's body holds one of these: cheap, and asked before its body is read."""
    record = node.record
    find, start, end = node.module.facts.source.data.find, record.body_start, record.body_end
    for one in literals:  # noqa: SIM110 -- asked of thousands of functions: a generator takes twice as long
        if find(one, start, end) >= 0:
            return True
    return False


class PlacedCall:
    """A call, and the function that it stands in."""

    __slots__ = ("function", "site")

    def __init__(self, function: FunctionNode, site: Site) -> None:
        self.function = function
        self.site = site

    @property
    def at(self) -> Span:
        """The call."""
        return self.function.module.span(self.site.call.start, self.site.call.end)

    @property
    def name(self) -> str:
        """What is called, as it is written."""
        func = self.site.call.func
        return self.function.module.facts.source.text(func.start, func.end)


class CallSites:
    """Finds calls anywhere: modules, classes, functions, nested ones too. Tests are left out unless asked for."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._known: dict[bytes, frozenset[str]] = {}
        self._tests = frozenset(path for path in modules.by_path if is_test(path))

    def matching(
        self, pattern: re.Pattern[bytes], *literals: bytes, tests: bool = False, words: Sequence[bytes] = ()
    ) -> Iterator[tuple[Site, Scope]]:
        """Every call in a scope whose text matches, with the scope it stands in."""
        for scope in self.scopes(pattern, *literals, tests=tests, words=words):
            for site in scope.scan.calls:
                yield site, scope

    def outside_functions(self, pattern: re.Pattern[bytes], *literals: bytes) -> Iterator[tuple[Site, Scope]]:
        """Every call that runs when a file is imported, defaults of parameters too, in files whose text matches.

        Whatever matches holds one of the literals.
        """
        for module in self.holding(*literals):
            if module.path in self._tests:
                continue
            data = module.facts.source.data
            if not _is_near(pattern, data, _spots(module, literals), 0, len(data)):
                continue
            outside: tuple[Scope, ...] = (module, *module.classes)
            for scope in outside:
                for site in scope.scan.calls:
                    yield site, scope

    def scopes(
        self, pattern: re.Pattern[bytes], *literals: bytes, tests: bool = False, words: Sequence[bytes] = ()
    ) -> Iterator[Scope]:
        """Every module, class and function whose own text matches, in files that hold one of `literals`, if any.

        `words` are such that each text of interest holds one: bytes are found far faster than patterns.
        """
        for module in self.holding(*literals) if literals else self._modules.by_path.values():
            if not tests and module.path in self._tests:
                continue
            if not literals and pattern.search(module.facts.source.data) is None:
                continue
            yield from self.inside(module, pattern, words)

    def holding(self, *literals: bytes) -> Iterator[Module]:
        """The files whose text holds one of these, in order; each literal is looked for once in a project."""
        found = [self._holders(one) for one in literals]
        for module in self._modules.by_path.values():
            if any(module.path in paths for paths in found):
                yield module

    def _holders(self, literal: bytes) -> frozenset[str]:
        found = self._known.get(literal)
        if found is None:
            by_path = self._modules.by_path
            # where a part of it was looked for before, only the files that hold that need to be looked through
            parts = [paths for known, paths in self._known.items() if known in literal]
            within = min(parts, key=len, default=by_path.keys())
            found = self._known[literal] = frozenset(
                path for path in within if literal in by_path[path].facts.source.data
            )
        return found

    def inside(self, module: Module, pattern: re.Pattern[bytes], words: Sequence[bytes] = ()) -> Iterator[Scope]:
        """A module, its classes, and those of its functions whose own text matches, at or near one of some words."""
        spots: list[int] | None = None
        if words:
            data = module.facts.source.data
            spots = [at for at in _spots(module, words) if _is_at(pattern, data, at, 0, len(data))]
            if not spots:  # mostly: the functions of such a file need not be gone through
                return
        yield module
        yield from module.classes
        for node in module.functions:
            yield from self._functions(node, module, pattern, spots)

    def _functions(
        self, node: FunctionNode, module: Module, pattern: re.Pattern[bytes], spots: list[int] | None
    ) -> Iterator[Scope]:
        record = node.record
        data, start, end = module.facts.source.data, record.body_start, record.body_end
        if not (pattern.search(data, start, end) if spots is None else _is_near(pattern, data, spots, start, end)):
            return
        yield node
        for inner in node.nested.values():
            yield from self._functions(inner, module, pattern, spots)


def _is_near(pattern: re.Pattern[bytes], data: bytes, spots: list[int], start: int, end: int) -> bool:
    """Whether a pattern matches at or near one of the spots within a stretch of text."""
    near = spots[bisect_left(spots, start) : bisect_left(spots, end)]
    return any(_is_at(pattern, data, at, start, end) for at in near)


def _is_at(pattern: re.Pattern[bytes], data: bytes, at: int, start: int, end: int) -> bool:
    """Whether a pattern matches at or near an offset, between two others."""
    return pattern.search(data, max(start, _line_before(data, at)), min(end, at + _BEHIND)) is not None


def _line_before(data: bytes, at: int) -> int:
    """Where the line before that of an offset starts."""
    return data.rfind(b"\n", 0, max(0, data.rfind(b"\n", 0, at))) + 1


def _spots(module: Module, words: Sequence[bytes]) -> list[int]:
    """Where the text of a file holds one of these."""
    data = module.facts.source.data
    found: list[int] = []
    for word in words:
        at = data.find(word)
        while at >= 0:
            found.append(at)
            at = data.find(word, at + 1)
    return sorted(found)
