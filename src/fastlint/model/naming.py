"""How a file can name a class of the project at run time: by a name it has, or by an import that may be added."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from fastlint.facts.records import Constant, Name, Operation, Sequence, Str, Subscript
from fastlint.model.expressions import head
from fastlint.model.nodes import Module
from fastlint.model.types import ClassRef

if TYPE_CHECKING:
    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import ClassNode, Scope
    from fastlint.model.scan import Binding


_BUILTINS = frozenset(dir(builtins))


class Naming:
    """Answers how classes can be named where an edit needs them."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._modules = inference.modules

    def of(self, cls: ClassNode, module: Module, before: int) -> tuple[str, str] | None:
        """The name of `cls` for code at byte offset `before` of a module, and what to import it from first, or "".

        None where no name is certain: a name bound twice or under a condition, a nested class, an import that would
        close a cycle, a module that nobody imports by a full name.
        """
        bindings = module.scan.bindings
        for name in (cls.name, *bindings):
            if self._means(bindings.get(name, []), name, cls, module, before):
                return name, ""
        importable = isinstance(cls.parent, Module) and cls.module is not module and cls.name not in bindings
        spelled = self._spelled(cls.module, module) if importable else ""
        return (cls.name, spelled) if spelled and not self._reaches(cls.module, module) else None

    def _spelled(self, wanted: Module, module: Module) -> str:
        """How the project's own imports call a module: where its source root lies is not always what it seems."""
        for path in sorted(self._modules.importers.get(wanted.path, ())):
            importer = self._modules.by_path[path]
            for statement in importer.scan.imports:
                if not statement.is_from or statement.level:
                    continue
                means = (self._modules.source(importer, statement), self._modules.find(statement.module, module.path))
                if means == (wanted, wanted):
                    return statement.module
        return ""

    def exists(self, expr: Expr, scope: Scope) -> bool:
        """Whether all names in an annotation are there at run time: none is bound under `if TYPE_CHECKING:`."""
        match expr:
            case Str():
                inner = self._inference.parsed(expr, scope)
                return inner is not None and self.exists(inner, scope)
            case Name():
                bindings = scope.module.scan.bindings.get(head(expr), [])
                return bindings[0].block.parent is None if bindings else head(expr) in _BUILTINS
            case Subscript(value=value, items=items):
                return all(self.exists(one, scope) for one in (value, *items))
            case Operation(operands=items) | Sequence(items=items):
                return all(self.exists(one, scope) for one in items)
            case _:
                return isinstance(expr, Constant)

    def imported(self, expr: Expr, module: Module) -> tuple[str, str] | None:
        """The module and the name that a plain name of a file was imported by; None where it wasn't, or with others."""
        bindings = module.scan.bindings.get(expr.id, []) if isinstance(expr, Name) else []
        if len(bindings) != 1 or not isinstance(bindings[0].node, tuple):
            return None
        statement, name = bindings[0].node
        return (statement.module, name.name) if statement.is_from and not statement.level else None

    def _means(self, bindings: list[Binding], name: str, cls: ClassNode, module: Module, before: int) -> bool:
        if len(bindings) != 1 or bindings[0].block.parent is not None or bindings[0].start > before:
            return False
        if bindings[0].kind not in ("class", "import"):
            return False
        return self._inference.lookup.member(module, name) == (ClassRef(cls),)

    def _reaches(self, start: Module, wanted: Module) -> bool:
        """Whether importing one module imports another, packages on the way included."""
        seen = {start}
        frontier = [start]
        while frontier:
            one = frontier.pop()
            for target in self._modules.imports_of(one):
                if target is wanted:
                    return True
                if target not in seen:
                    seen.add(target)
                    frontier.append(target)
        return False
