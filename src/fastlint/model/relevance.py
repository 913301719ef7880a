"""Which calls can matter to the call graph, judged by their last name alone, so that most need no type."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.facts.records import Attribute, Name
from fastlint.model.knowledge import offload
from fastlint.model.knowledge.terminals import terminals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastlint.facts.records import Call
    from fastlint.model.modules import Modules

# Methods of values that are everywhere and never of interest, unless the project or a library of note has the name.
_COMMON = frozenset(
    name for kind in (str, bytes, dict, list, set, tuple, int, float) for name in dir(kind) if not name.startswith("__")
) | frozenset(  # what loggers have, what builds a statement of SQL, and what pydantic's models have
    (
        *("addFilter", "addHandler", "callHandlers", "critical", "debug", "error", "exception", "fatal", "filter"),
        *(
            "findCaller",
            "getChild",
            "getChildren",
            "getEffectiveLevel",
            "handle",
            "hasHandlers",
            "info",
            "isEnabledFor",
        ),
        *(
            "log",
            "makeRecord",
            "manager",
            "removeFilter",
            "removeHandler",
            "root",
            "setLevel",
            "warn",
            "warning",
            "_log",
        ),
        *("where", "filter_by", "order_by", "group_by", "asc", "desc", "ilike", "in_", "not_in", "is_", "is_not"),
        *("isnot", "correlate", "outerjoin", "select_from", "subquery", "scalar_subquery"),
        *("model_copy", "model_dump", "model_dump_json", "model_validate"),
    )
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
        hint = re.compile(rb"m(?:port)?[ \t]+(?:" + names + rb")\b")  # the ends of those words, several times faster
        near = {
            path
            for path, module in self._modules.by_path.items()
            if hint.search(module.facts.source.data) and wide.search(module.facts.source.data)
        }
        # timid: what such a module hands further than to its importers counts by the names that are known
        return frozenset(near.union(*(self._modules.importers.get(path, ()) for path in near)))

    @cached_property
    def _wanted(self) -> frozenset[str]:
        return self._own | terminals()[0]

    def is_wanted(self, name: str) -> bool:
        """Whether a function of this name may matter, whatever it is called on."""
        return name in self._wanted

    def names(self, path: str) -> Mapping[str, bool]:
        """For the file at `path`: whether a call through an attribute, by its name, dotted or not, may matter."""
        # timid: an attribute that holds a function under another name is followed only in the wide case
        return self._wide_names if self._extra or path in self._wide else self._narrow_names

    @cached_property
    def only_waiting(self) -> frozenset[str]:
        """Last names of calls of libraries that matter for nothing but waiting: not, where they are awaited.

        No function of the project is called so, and nothing of that name runs what it is given elsewhere.
        """
        return terminals()[0] - self._own - offload.names()

    @cached_property
    def _narrow_names(self) -> Mapping[str, bool]:
        return _Judged(self._wanted, but=None)

    @cached_property
    def _wide_names(self) -> Mapping[str, bool]:
        return _Judged(self._wanted, but=_COMMON)

    def __call__(self, call: Call, path: str) -> bool:
        """Whether a call in the file at `path` may matter. Plain names always may: they can stand for anything."""
        func = call.func
        if isinstance(func, Name):
            return "." not in func.id or self.names(path)[func.id]
        return not isinstance(func, Attribute) or self.names(path)[func.attr]


class _Judged(dict[str, bool]):
    """Names, each judged when it is first asked for."""

    def __init__(self, wanted: frozenset[str], but: frozenset[str] | None) -> None:
        """`wanted` names matter; with `but`, all others do that are not among these."""
        super().__init__()
        self._wanted = wanted
        self._but = but

    def __missing__(self, name: str) -> bool:
        last = name.rpartition(".")[2]
        found = self[name] = last in self._wanted or (self._but is not None and last not in self._but)
        return found


def _pattern(library: str) -> bytes:
    return re.escape(library.encode())
