"""Which file an import means: source roots, packages, relative imports, star imports with `__all__`."""

from __future__ import annotations

import sys
from collections import defaultdict
from functools import cached_property
from posixpath import dirname
from typing import TYPE_CHECKING

from fastlint.model.nodes import Module

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fastlint.facts.files import FileFacts
    from fastlint.facts.records import Import


class Modules:
    """All modules of a project, found by path and by what an import in some file means."""

    def __init__(self, files: Mapping[str, FileFacts], roots: Iterable[str] = ()) -> None:
        """`roots` are source roots from the settings, posix paths relative to the project root."""
        self._files = files
        self._packages = {dirname(path) for path in files if path.endswith("/__init__.py") or path == "__init__.py"}
        self._folders = self._all_folders()
        self._configured = tuple(root.strip("./").rstrip("/") for root in roots)
        self.scripts: dict[str, bool] = {}  # what `is_script` knows already
        self._found: dict[tuple[str, str], Module | str | None] = {}
        self._started_in: dict[str, bool] = {}
        self.by_path: dict[str, Module] = {
            path: Module(facts, self._name(path), is_package=path.rpartition("/")[2] == "__init__.py")
            for path, facts in files.items()
        }

    def _all_folders(self) -> set[str]:
        folders = {""}
        for path in self._files:
            folder = dirname(path)
            while folder and folder not in folders:
                folders.add(folder)
                folder = dirname(folder)
        return folders

    @cached_property
    def roots(self) -> tuple[str, ...]:
        """Folders that imports may start from: configured ones, the project root, `src`, parents of top packages."""
        found = dict.fromkeys((*self._configured, "", "src"))
        for package in sorted(self._packages):
            root = dirname(package)
            if root not in self._packages:
                found[root] = None
        return tuple(found)

    @cached_property
    def uses_sqlalchemy(self) -> bool:
        """Whether the project speaks of SQLAlchemy or SQLModel at all."""
        texts = (one.facts.source.data for one in self.by_path.values())
        return any(b"sqlalchemy" in text or b"sqlmodel" in text for text in texts)

    def _name(self, path: str) -> str:
        """The dotted name: from the outermost package, else from the deepest source root."""
        stem = path.removesuffix(".py").removesuffix("/__init__")
        if stem == "__init__":
            return "__init__"
        folder = dirname(path)
        for root in self._configured:
            if root and folder.startswith((root + "/", root)):
                return stem[len(root) + 1 :].replace("/", ".")
        top = folder
        while top and top not in self._packages:
            top = dirname(top)
        if top not in self._packages:  # no package at all: a namespace or a script
            top = "src" if path.startswith("src/") else ""
        else:
            while top in self._packages and top:
                top = dirname(top)
        return (stem[len(top) + 1 :] if top else stem).replace("/", ".")

    def find(self, name: str, importer: str) -> Module | str | None:
        """What dotted `name` means to the file at path `importer`.

        A Module, the path of a folder (a namespace package), or None where it isn't of this project.
        """
        folder = importer.rpartition("/")[0]
        key = (name, folder)
        if key not in self._found:
            self._found[key] = self._search(name, folder)
        return self._found[key]

    @cached_property
    def _heads(self) -> frozenset[str]:
        """What any import of the project's own starts with: the names of its folders and files."""
        files = (path.rpartition("/")[2].removesuffix(".py") for path in self._files)
        return frozenset(files).union(folder.rpartition("/")[2] for folder in self._folders)

    def _search(self, name: str, folder: str) -> Module | str | None:
        head = name.partition(".")[0]
        if head not in self._heads:
            return None
        place = name.replace(".", "/")
        outside = head in sys.stdlib_module_names
        candidates: list[str] = []
        if not outside:
            above = folder
            while True:
                if above not in self._packages:
                    candidates.append(above)
                if not above:
                    break
                above = dirname(above)
        candidates += self._configured if outside else self.roots
        for root in dict.fromkeys(candidates):
            at = f"{root}/{place}" if root else place
            first = f"{root}/{head}" if root else head
            if first not in self._folders and first + ".py" not in self._files:
                continue
            found = self.at(at)
            if found is not None:
                return found
        return None if outside else self._beside(head, place, folder)

    def _beside(self, head: str, place: str, folder: str) -> Module | str | None:
        """What an import means in a program that is started inside a package, whose folder is then a root."""
        while folder:
            first = f"{folder}/{head}"
            if (first in self._folders or first + ".py" in self._files) and self._is_started_in(folder):
                found = self.at(f"{folder}/{place}")
                if found is not None:
                    return found
            folder = dirname(folder)
        return None

    def _is_started_in(self, folder: str) -> bool:
        """Whether modules below a package import each other from its folder on, by a path of several parts.

        A module of one part tells nothing: `import redis` is the library, whatever lies beside it.
        """
        if folder not in self._started_in:
            self._started_in[folder] = any(
                f"{folder}/{statement.module.replace('.', '/')}{ending}" in self._files
                for path, module in self.by_path.items()
                if path.startswith(f"{folder}/")
                for statement in module.scan.imports
                if statement.is_from and not statement.level and "." in statement.module
                for ending in (".py", "/__init__.py")
            )
        return self._started_in[folder]

    def at(self, stem: str) -> Module | str | None:
        """The module or folder at a path without ending."""
        for path in (f"{stem}/__init__.py", f"{stem}.py"):
            module = self.by_path.get(path)
            if module is not None:
                return module
        return stem if stem in self._folders else None

    def source(self, module: Module, statement: Import) -> Module | str | None:
        """What the `from X` of an import statement means: a Module, a folder, or None."""
        if not statement.level:
            return self.find(statement.module, module.path)
        folder = dirname(module.path)
        for _ in range(statement.level - 1):
            folder = dirname(folder)
        if not statement.module:
            return self.at(folder) if folder else None
        place = statement.module.replace(".", "/")
        return self.at(f"{folder}/{place}" if folder else place)

    def submodule(self, parent: Module | str, name: str) -> Module | str | None:
        """Module or folder `name` directly inside a package."""
        if isinstance(parent, Module):
            if not parent.is_package:
                return None
            parent = dirname(parent.path)
        return self.at(f"{parent}/{name}" if parent else name)

    @cached_property
    def importers(self) -> Mapping[str, frozenset[str]]:
        """For each path of a module, the paths of the modules that import it."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for module in self.by_path.values():
            for target in self.imports_of(module):
                found[target.path].add(module.path)
        return {path: frozenset(paths) for path, paths in found.items()}

    def imports_of(self, module: Module) -> list[Module]:
        """The project's modules that the module-level imports of a module name, each once."""
        found: dict[Module, None] = {}
        for statement in module.scan.imports:
            if statement.is_from:
                source = self.source(module, statement)
                if source is None:
                    continue
                if isinstance(source, Module):
                    found[source] = None
                for name in statement.names:
                    inner = self.submodule(source, name.name)
                    if isinstance(inner, Module):
                        found[inner] = None
            else:
                for name in statement.names:
                    target = self.find(name.name, module.path)
                    if isinstance(target, Module):
                        found[target] = None
        return list(found)
