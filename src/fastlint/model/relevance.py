"""Which calls can matter to the call graph, judged by their last name alone, so that most need no type."""

from __future__ import annotations

import logging
import re
from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.facts.records import Attribute, Name
from fastlint.model.knowledge.terminals import terminals

if TYPE_CHECKING:
    from fastlint.facts.records import Call
    from fastlint.model.modules import Modules

# Methods of values that are everywhere and never of interest, unless the project or a library of note has the name.
_COMMON = frozenset(
    name
    for kind in (str, bytes, dict, list, set, tuple, int, float, logging.Logger)
    for name in dir(kind)
    if not name.startswith("__")
)


class Relevance:
    """Tells calls that may reach a function of the project or a library call of note from those that can't."""

    def __init__(self, modules: Modules, extra: bool) -> None:
        """`extra`: the user has named blocking calls of their own, by globs that no list of names covers."""
        self._modules = modules
        self._extra = extra

    @cached_property
    def _own(self) -> frozenset[str]:
        found: set[str] = set()
        for module in self._modules.by_path.values():
            found.update(node.name for node in module.functions)
            found.update(node.name for node in module.classes)
        return frozenset(found)

    @cached_property
    def _wide(self) -> frozenset[str]:
        """Files near a library of which any method may block: they import it, or a module of the project that does."""
        names = b"|".join(map(_pattern, terminals()[1]))
        wide = re.compile(rb"^[ \t]*(?:from|import)[ \t]+(?:" + names + rb")\b", re.MULTILINE)
        near = {path for path, module in self._modules.by_path.items() if wide.search(module.facts.source.data)}
        # timid: what such a module hands further than to its importers counts by the names that are known
        return frozenset(near.union(*(self._modules.importers.get(path, ()) for path in near)))

    @cached_property
    def _wanted(self) -> frozenset[str]:
        return self._own | terminals()[0]

    def is_wanted(self, name: str) -> bool:
        """Whether a function of this name may matter, whatever it is called on."""
        return name in self._wanted

    def __call__(self, call: Call, path: str) -> bool:
        """Whether a call in the file at `path` may matter. Plain names always may: they can stand for anything."""
        func = call.func
        if isinstance(func, Name):
            _, dot, last = func.id.rpartition(".")
            if not dot:
                return True
        elif isinstance(func, Attribute):
            last = func.attr.rpartition(".")[2]
        else:
            return True
        if last in self._wanted:
            return True
        # timid: an attribute that holds a function under another name is followed only in the wide case
        return last not in _COMMON and (self._extra or path in self._wide)


def _pattern(library: str) -> bytes:
    return re.escape(library.encode())
