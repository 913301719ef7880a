"""Which names there are in a library, and which spelling of each is the canonical one."""

from __future__ import annotations

import sys
from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any

from mypy.nodes import Decorator, FuncDef, MypyFile, OverloadedFuncDef, SymbolNode, TypeAlias, TypeInfo
from mypy.types import Instance, get_proper_type

from knowledge.render import TYPING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Subject:
    """One table of subjects.toml: the modules whose names are spellings, which classes and functions to describe."""

    def __init__(self, name: str, table: dict[str, Any]) -> None:
        self.modules: list[str] = table["modules"]
        self.describe: list[str] | None = table.get("classes")
        self.skip: set[str] = set(table.get("skip", ()))
        self.functions: bool = table.get("functions", True)
        self.distribution: str = table.get("distribution", name)

    def wants(self, name: str, node: SymbolNode) -> bool:
        """Whether a class or function is to be described."""
        if name in self.skip or name.rpartition(".")[2] in self.skip:
            return False
        if isinstance(node, TypeInfo):
            return self.describe is None or name in self.describe
        return self.functions


class Names:
    """The canonical names of what the subjects offer."""

    def __init__(self, files: dict[str, MypyFile], subjects: list[Subject], preferred: set[str]) -> None:
        self._files = files
        self._subjects = subjects
        self._preferred = preferred
        self._tops = {top(module) for subject in subjects for module in subject.modules}
        self._packages = {name for name, file in files.items() if file.is_package_init_file()} | sys.stdlib_module_names
        self.canonical = self._choose()

    def __iter__(self) -> Iterator[tuple[Subject, str, str, SymbolNode]]:
        """Every subject's modules, and the names in them with what they stand for."""
        for subject in self._subjects:
            for module in subject.modules:
                for name, node in self._public(self._files.get(module)):
                    yield subject, module, name, node

    def _choose(self) -> dict[str, str]:
        spellings: dict[str, set[str]] = defaultdict(set)
        for _, module, name, node in self:
            spellings[node.fullname].add(f"{module}.{name}")
        chosen = {full: min(found, key=partial(self._rank, full)) for full, found in spellings.items()}
        abstract = {f"typing.{name}": spelled for name, spelled in TYPING.items()}
        return {full: abstract.get(best, best.removeprefix("builtins.")) for full, best in chosen.items()}

    def _rank(self, full: str, name: str) -> tuple[bool, bool, bool, bool, int, bool, str]:
        """Best: known by hand; in the package that defines it; not private; the definition or a package's export."""
        private = any(part.startswith("_") for part in name.split("."))
        foreign = top(name) != top(full)
        borrowed = self.borrowed(name, full)
        return (name not in self._preferred, foreign, private, borrowed, name.count("."), name != full, name)

    def borrowed(self, name: str, full: str) -> bool:
        """Whether a name stands in a module that neither defines it nor is a package's front."""
        return full not in {name, f"builtins.{name}"} and name.rpartition(".")[0] not in self._packages

    def _public(self, module: MypyFile | None) -> Iterator[tuple[str, SymbolNode]]:
        """The classes and functions that a module offers, if they are a subject's."""
        if module is None:
            return
        for name, entry in module.names.items():
            node = entry.node
            if isinstance(node, TypeAlias):
                target = get_proper_type(node.target)
                node = target.type if isinstance(target, Instance) and not target.args else node
            if name.startswith("_") or "-" in name or not entry.module_public:
                continue
            known = isinstance(node, (TypeInfo, FuncDef, Decorator, OverloadedFuncDef))
            if known and node is not None and self._belongs(top(module.fullname), top(node.fullname)):
                yield name, node

    def _belongs(self, module: str, origin: str) -> bool:
        """Of other packages a module re-exports those of subjects; of the standard library only itself does."""
        if origin in {module, f"_{module}"}:
            return True
        if origin in sys.stdlib_module_names:
            return module in sys.stdlib_module_names
        return origin in self._tops


def top(name: str) -> str:
    """The first part of a dotted name."""
    return name.partition(".")[0]
