"""Which files run on their own, outside of the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.model.nodes import Module

if TYPE_CHECKING:
    from fastlint.model.modules import Modules
    from fastlint.model.nodes import Scope

_FOLDERS = frozenset({"script", "scripts", "benchmark", "benchmarks", "benchmark_scripts"})
_SHOWN = frozenset({"example", "examples", "docs", "demo", "demos"})


def is_script(module: Module, modules: Modules) -> bool:
    """Whether a file runs on its own: it says so, or lies among scripts, and nothing of the app imports it."""
    found = modules.scripts.get(module.path)
    if found is None:
        found = modules.scripts[module.path] = _is_script(module, modules)
    return found


def runs_alone(scope: Scope, modules: Modules) -> bool:
    """Whether what stands in a scope runs when a file is read that nothing imports: a script without `main`."""
    if not isinstance(scope, Module) or b"fastapi" in scope.facts.source.data:
        return False
    return not modules.importers.get(scope.path)


def _is_script(module: Module, modules: Modules) -> bool:
    importers = modules.importers.get(module.path, frozenset())
    data = module.facts.source.data
    if b"__main__" in data or data.startswith(b"#!"):
        return not importers
    if b"fastapi" in data:
        return False
    if not importers and b"\nprint(" in data:  # it says something when it is read
        return True
    if not importers and not _SHOWN.isdisjoint(
        module.path.split("/")[:-1]
    ):  # whole apps are shown in such folders, too
        return True
    return all(_among_scripts(path) for path in (module.path, *importers))


def _among_scripts(path: str) -> bool:
    return not _FOLDERS.isdisjoint(path.split("/")[:-1])
