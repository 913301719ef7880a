"""Reads what the model thinks of `reveal(expression)` calls in a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Name
from fastlint.model.types import AwaitableOf, ContextOf, External, Instance, ModuleRef, PartialOf, TupleOf, qualified

if TYPE_CHECKING:
    from fastlint.model.nodes import Scope
    from fastlint.model.project import Project
    from fastlint.model.types import Type, Types


def shown(types: Types) -> str:
    """Types in a short notation: `app.models.User | None`-like, `await X`, `type X`, `list[X]`; `?` for unknown."""
    return " | ".join(_shown(one) for one in types) or "?"


def _shown(one: Type) -> str:
    match one:
        case Instance(args=args):
            inner = ", ".join(shown(arg) for arg in args)
            return f"{_short(qualified(one) or '?')}[{inner}]" if inner else _short(qualified(one) or "?")
        case AwaitableOf(value=value):
            return f"await {shown(value)}"
        case ContextOf(value=value):
            return f"with {shown(value)}"
        case TupleOf(items=items):
            return f"({', '.join(shown(item) for item in items)})"
        case PartialOf(func=func):
            return f"callable {_shown(func)}"
        case External(name=name):
            return f"the {name}"
        case ModuleRef(module=module):
            return f"module {getattr(module, 'name', module)}"
        case _:
            return f"the {qualified(one)}"


def _short(name: str) -> str:
    return name.removeprefix("builtins.")


def _scopes(project: Project) -> list[Scope]:
    found: list[Scope] = []
    for module in project.modules.by_path.values():
        found += [module, *module.classes]
        todo = list(module.functions)
        while todo:
            function = todo.pop(0)
            found.append(function)
            todo += function.nested.values()
    return found


def revealed(project: Project) -> list[str]:
    """What each `reveal(x)` says, by place."""
    found: list[tuple[str, int, str]] = []
    for scope in _scopes(project):
        for site in scope.scan.calls:
            call: Call = site.call
            if isinstance(call.func, Name) and call.func.id == "reveal":
                found.append((scope.module.path, call.start, shown(project.types.of(call.args[0], scope))))
    return [text for _, _, text in sorted(found)]
