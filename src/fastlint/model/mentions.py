"""Whether anything but its definition speaks of a function, judged by text: enough to know that nobody calls it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.modules import Modules
    from fastlint.model.nodes import FunctionNode, Module


class Mentions:
    """Looks for names in the module of a function and in those that import it."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules

    def is_mentioned(self, node: FunctionNode) -> bool:
        """Whether the name stands anywhere but in its definition and in strings."""
        name = re.escape(node.name.encode())
        own = _own(name)
        others = re.compile(rb"\b" + name + rb"\b")
        found = len(own.findall(node.module.facts.source.data))
        return found > 1 or any(others.search(data) for data in self._importers(node))

    def is_only_injected(self, node: FunctionNode) -> bool:
        """Whether the name stands nowhere but in its definition, in imports and in `Depends(…)`, or in strings."""
        name = re.escape(node.name.encode())
        injected = re.compile(rb"\b(?:Depends|Security)\(\s*(?:\w+\.)*" + name + rb"\s*[,)]")
        count = len(_own(name).findall(injected.sub(b"", node.module.facts.source.data)))
        word = re.compile(rb"\b" + name + rb"\b")
        return count == 1 and not any(
            word.search(injected.sub(b"", _without_imports(self._modules.by_path[path])))
            for path in self._modules.importers.get(node.module.path, ())
        )

    def is_called(self, node: FunctionNode) -> bool:
        """Whether the name stands before a bracket anywhere but in its definition."""
        call = re.compile(rb"\b" + re.escape(node.name.encode()) + rb"\s*\(")
        found = len(call.findall(node.module.facts.source.data))
        return found > 1 or any(call.search(data) for data in self._importers(node))

    def _importers(self, node: FunctionNode) -> Iterator[bytes]:
        for path in self._modules.importers.get(node.module.path, ()):
            yield self._modules.by_path[path].facts.source.data


def _own(name: bytes) -> re.Pattern[bytes]:
    """The name in the module that defines it, outside of strings and not as an attribute."""
    return re.compile(rb"(?<![\w\"'/{.-])" + name + rb"(?![\w\"'/}-])")


def _without_imports(module: Module) -> bytes:
    data = module.facts.source.data
    for one in sorted(module.scan.imports, key=lambda one: one.start, reverse=True):
        data = data[: one.start] + data[one.end :]
    return data
