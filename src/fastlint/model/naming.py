"""How a file can name a class of the project at run time: by a name it has, or by an import that may be added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Name
from fastlint.model.nodes import Module
from fastlint.model.types import ClassRef

if TYPE_CHECKING:
    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import ClassNode
    from fastlint.model.scan import Binding


class Naming:
    """Answers how classes can be named where an edit needs them."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._modules = inference.modules

    def of(self, cls: ClassNode, module: Module, before: int) -> tuple[str, bool] | None:
        """The name of `cls` for code at byte offset `before` of a module, and whether it must be imported first.

        None where no name is certain: a name bound twice or under a condition, a nested class, an import that would
        close a cycle.
        """
        bindings = module.scan.bindings
        for name in (cls.name, *bindings):
            if self._means(bindings.get(name, []), name, cls, module, before):
                return name, False
        importable = isinstance(cls.parent, Module) and cls.module is not module and cls.name not in bindings
        if importable and not self._reaches(cls.module, module):
            return cls.name, True
        return None

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
