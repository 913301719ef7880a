"""The calls of a project's own code, found by what its text must hold, so that few bodies are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.model.layers import is_test

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from fastlint.model.modules import Modules
    from fastlint.model.nodes import FunctionNode, Module, Scope
    from fastlint.model.scan import Site


def says(node: FunctionNode, *literals: bytes) -> bool:
    """Whether the text of a function's body holds one of these: cheap, and asked before its body is read."""
    record = node.record
    data = node.module.facts.source.data
    return any(data.find(one, record.body_start, record.body_end) >= 0 for one in literals)


class CallSites:
    """Finds calls anywhere: modules, classes, functions, nested ones too. Tests are left out unless asked for."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules

    def matching(
        self, pattern: re.Pattern[bytes], *literals: bytes, tests: bool = False
    ) -> Iterator[tuple[Site, Scope]]:
        """Every call in a scope whose text matches, with the scope it stands in."""
        for scope in self.scopes(pattern, *literals, tests=tests):
            for site in scope.scan.calls:
                yield site, scope

    def outside_functions(self, pattern: re.Pattern[bytes], *literals: bytes) -> Iterator[tuple[Site, Scope]]:
        """Every call that runs when a file is imported, defaults of parameters too, in files whose text matches."""
        for module in self._modules.by_path.values():
            data = module.facts.source.data
            if is_test(module.path) or not any(one in data for one in literals) or pattern.search(data) is None:
                continue
            outside: tuple[Scope, ...] = (module, *module.classes)
            for scope in outside:
                for site in scope.scan.calls:
                    yield site, scope

    def scopes(self, pattern: re.Pattern[bytes], *literals: bytes, tests: bool = False) -> Iterator[Scope]:
        """Every module, class and function whose own text matches, in files that hold one of `literals`, if any."""
        for module in self._modules.by_path.values():
            data = module.facts.source.data
            if (not tests and is_test(module.path)) or (literals and not any(one in data for one in literals)):
                continue
            if not literals and pattern.search(data) is None:
                continue
            yield from self.inside(module, pattern)

    def inside(self, module: Module, pattern: re.Pattern[bytes]) -> Iterator[Scope]:
        """A module, its classes, and those of its functions whose own text matches."""
        yield module
        yield from module.classes
        for node in module.functions:
            yield from self._functions(node, module, pattern)

    def _functions(self, node: FunctionNode, module: Module, pattern: re.Pattern[bytes]) -> Iterator[Scope]:
        record = node.record
        if pattern.search(module.facts.source.data, record.body_start, record.body_end) is None:
            return
        yield node
        for inner in node.nested.values():
            yield from self._functions(inner, module, pattern)
