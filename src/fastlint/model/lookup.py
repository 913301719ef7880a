"""What a name means where it stands: scopes, imports, re-exports, star imports."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from fastlint.facts.records import For, While
from fastlint.model.knowledge import libraries
from fastlint.model.nodes import ClassNode, FunctionNode, Module
from fastlint.model.types import UNKNOWN, ClassRef, External, FunctionRef, Instance, ModuleRef, union

if TYPE_CHECKING:
    from fastlint.facts.records import Class, Function, Import, ImportName
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.scan import Binding
    from fastlint.model.types import Env, Types

_BUILTINS = frozenset(dir(builtins))


class Lookup:
    """Resolves names for an Inference.

    Attributes:
        steady: what names mean, dotted or not, that mean the same wherever in a scope they are read.
    """

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._modules = inference.modules
        self._members: dict[tuple[str, str], Types] = {}
        self.steady: dict[tuple[Scope, str, Env], Types] = {}
        self._busy: set[tuple[str, str]] = set()

    def name(self, name: str, scope: Scope, at: int, env: Env) -> Types:
        """What a plain name may be when read at byte offset `at` of `scope`'s file."""
        key = (scope, name, env)
        known = self.steady.get(key)
        if known is not None:
            return known
        cuts = self._inference.cuts
        here: Scope | None = scope
        while here is not None and not isinstance(here, Module):
            if here is scope or not isinstance(here, ClassNode):
                found = self.local(name, here, at if here is scope else None, env)
                if found is not None:
                    steady_here = len(here.scan.bindings.get(name, ())) <= 1  # the same wherever it is read
                    if steady_here and (found or self._inference.settled(cuts)):
                        self.steady[key] = found
                    return found
            here = here.parent
        if isinstance(scope, Module):
            if len(scope.scan.bindings.get(name, ())) > 1:
                return self.member(scope, name, at)
            found = self.member(scope, name)  # the same wherever it is read
            if found or self._inference.settled(cuts):
                self.steady[key] = found
            return found
        found = self.member(scope.module, name)
        if (found or self._inference.settled(cuts)) and name not in scope.scan.bindings:
            self.steady[key] = found
        return found

    def local(self, name: str, scope: ClassNode | FunctionNode, at: int | None, env: Env) -> Types | None:
        """What a scope's own binding of a name gives; None where it binds no such name."""
        inference = self._inference
        if isinstance(scope, FunctionNode):
            if name in scope.scan.globals:
                return self.member(scope.module, name)
            bindings = scope.scan.bindings.get(name)
            parameter = scope.params.get(name)
            if parameter is not None:
                given = inference.parameter(scope, parameter, env)
                if not bindings:
                    return given
                if at is not None and not _may_reach(bindings, at):
                    return given
                live, certain = reaching(bindings, at)
                found = self._bound(live, scope, env)
                return found if certain else union(given, found)
        else:
            bindings = scope.scan.bindings.get(name)
            if bindings and at is not None and all(one.start > at or _in_value(one, at) for one in bindings):
                return None  # `session = Depends(session)` in a class body reads the outer name
        if not bindings:
            return None
        return self._bound(reaching(bindings, at)[0], scope, env)

    def _bound(self, live: list[Binding], scope: Scope, env: Env) -> Types:
        """What a name may be that any of these bindings gave its value."""
        binding = self._inference.binding
        if len(live) == 1:
            found = binding(live[0], scope, env)
            return found if len(found) <= 1 else union(found)
        return union(*[binding(one, scope, env) for one in live])

    def member(self, module: Module, name: str, at: int | None = None) -> Types:
        """What `module.name` may be, followed through re-exports; builtins where the module has no such name."""
        key = (module.path, name)
        if at is None and key in self._members:
            return self._members[key]
        if key in self._busy:
            self._inference.cuts += 1
            return UNKNOWN
        self._busy.add(key)
        cuts = self._inference.cuts
        try:
            found = self._member(module, name, at)
        finally:
            self._busy.discard(key)
        if at is None and (found or self._inference.settled(cuts)):
            self._members[key] = found
        return found

    def _member(self, module: Module, name: str, at: int | None) -> Types:
        bindings = module.scan.bindings.get(name)
        if bindings:
            live = reaching(bindings, at)[0]
            found = self._bound(live, module, ()) if at is not None else self._at_the_end(live, module)
            return found or self._assigned_elsewhere(module, name)
        inner = self._modules.submodule(module, name)
        if inner is not None:
            return (ModuleRef(inner),)
        for statement in module.stars:
            found = self._star(module, statement, name)
            if found:
                return found
        if name in _BUILTINS:
            return (External(f"builtins.{name}"),)
        return UNKNOWN

    def _at_the_end(self, bindings: list[Binding], module: Module) -> Types:
        """What others see a name mean: of several objects of one class that it is bound to in a row, the last one.

        timid: objects of other classes are kept, as who imports the name in a circle may have got them.
        """
        plain = [place for place, one in enumerate(bindings) if one.block.parent is None]
        if len(bindings) == 1 or not plain:
            return self._bound(bindings, module, ())
        found = [self._inference.binding(one, module, ()) for one in bindings]
        last = _classes(found[plain[-1]])
        replaced = [place < plain[-1] and bool(last) and _classes(types) == last for place, types in enumerate(found)]
        return union(*(types for types, gone in zip(found, replaced, strict=True) if not gone))

    def _assigned_elsewhere(self, module: Module, name: str) -> Types:
        """A module variable that starts as None and that a function sets with `global`."""
        needle = b"global " + name.encode()
        if needle not in module.facts.source.data:
            return UNKNOWN
        found: Types = UNKNOWN
        for function in module.functions:
            record = function.record
            if needle in module.facts.source.data[record.body_start : record.body_end]:
                for binding in function.bindings(name):
                    found = union(found, self._inference.binding(binding, function, ()))
        return found

    def _star(self, module: Module, statement: Import, name: str) -> Types:
        source = self._modules.source(module, statement)
        if not isinstance(source, Module):
            return UNKNOWN
        public = source.exported
        if (name not in public) if public is not None else name.startswith("_"):
            return UNKNOWN
        found = self.member(source, name)
        return () if found and found[0] == External(f"builtins.{name}") else found

    def imported(self, module: Module, statement: Import, name: ImportName) -> Types:
        """What one name of an import statement means."""
        if not statement.is_from:
            wanted = name.name if name.is_renamed else name.name.partition(".")[0]
            found = self._modules.find(wanted, module.path)
            return (ModuleRef(found),) if found is not None else (External(libraries.canonical(wanted)),)
        source = self._modules.source(module, statement)
        if source is None:
            if statement.level:
                return UNKNOWN
            return (External(libraries.importable(f"{statement.module}.{name.name}")),)
        if isinstance(source, Module) and source is not module:
            found_types = self.member(source, name.name)
            if found_types and found_types[0] != External(f"builtins.{name.name}"):
                return found_types
        inner = self._modules.submodule(source, name.name)
        if inner is None and isinstance(source, str) and not statement.level:
            # `from alembic import context` beside a folder `alembic`: a library goes before a folder that is no package
            return (External(libraries.canonical(f"{statement.module}.{name.name}")),)
        return (ModuleRef(inner),) if inner is not None else UNKNOWN

    def definition(self, binding: Binding, scope: Scope, env: Env) -> Types | None:
        """What a `def`, `class` or `import` binds; None for other bindings."""
        node = binding.node
        if node is None:
            return None
        module = scope.module
        if isinstance(node, tuple):
            return self.imported(module, *node)
        if binding.kind == "function":
            function: Function = node  # type: ignore[assignment]
            inner_env = env if isinstance(scope, FunctionNode) else ()
            return self._inference.decorated(FunctionRef(module.function(function, scope), None, inner_env))
        class_: Class = node  # type: ignore[assignment]
        return (ClassRef(module.class_(class_, scope)),)


def reaching(bindings: list[Binding], at: int | None) -> tuple[list[Binding], bool]:
    """The bindings whose value may be seen at offset `at` (None: after all of them), and whether one surely is.

    Walks back from the use to the first binding that lies on every path to it.
    """
    if at is None:
        return _without_declared(bindings), any(one.block.parent is None for one in bindings)
    live: list[Binding] = []
    for one in reversed(bindings):
        if one.block.kind == "comprehension" and not one.block.covers(at):
            continue
        if one.start > at or _in_value(one, at):
            continue
        live.append(one)
        if one.kind not in ("declared", "augmented") and (one.block.parent is None or one.block.covers(at)):
            return live[::-1], True
    if live:
        return live[::-1], False
    later = [one for one in bindings if isinstance(one.block.owner, (For, While)) or one.block.looped]
    return _without_declared(later or bindings), False


def _classes(types: Types) -> set[ClassNode | str]:
    return {one.cls for one in types if isinstance(one, Instance)}


def _may_reach(bindings: list[Binding], at: int) -> bool:
    """Whether a parameter may have been bound anew when it is read at `at`: before it, or further down in a loop.

    Without this question `if …: x = f(x)`, a dozen times over, would ask each of them for each of the others.
    """
    return any((one.start <= at and not _in_value(one, at)) or one.block.looped for one in bindings)


def _in_value(binding: Binding, at: int) -> bool:
    value = binding.value
    return value is not None and binding.kind in ("value", "augmented") and value.start <= at < value.end


def _without_declared(bindings: list[Binding]) -> list[Binding]:
    useful = [one for one in bindings if one.kind not in ("declared", "augmented")]
    return useful or bindings
