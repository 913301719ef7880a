"""Modules that code finds by itself: those of a package, one after the other, and those that it imports by a text."""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING

from fastlint.facts.records import Attribute, Call, Constant, Keyword, Name, Sequence, Str
from fastlint.model.arguments import argument
from fastlint.model.constants import Constants
from fastlint.model.expressions import inside, last
from fastlint.model.stand_ins import stand_in
from fastlint.model.types import External, ModuleRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.modules import Modules
    from fastlint.model.nodes import Module, Scope
    from fastlint.model.stand_ins import Given, Written
    from fastlint.model.types import Types

_IMPORT = "importlib.import_module"
_LISTING = {"pkgutil.iter_modules": False, "pkgutil.walk_packages": True}
_ALL = frozenset({"list", "tuple", "sorted"})
_DEEPEST = 6


def found_modules(expr: Expr, scope: Scope, given: Given, inference: Inference) -> list[Written]:
    """What a loop over `pkgutil.iter_modules(package.__path__)` gives, as calls of `ModuleInfo`; none of another loop.

    timid: a module whose name begins with an underscore is left out, as most such loops do.
    """
    while isinstance(expr, Call) and isinstance(expr.func, Name) and expr.func.id in _ALL and len(expr.args) == 1:
        expr = expr.args[0]
    if not isinstance(expr, Call) or not {"iter_modules", "walk_packages"} & {last(expr.func)}:
        return []
    kinds = [_LISTING.get(name) for name in _names(inference.of(expr.func, scope))]
    path = argument(expr, 0, "path")
    if len(kinds) != 1 or kinds[0] is None or path is None:
        return []
    start = Constants(inference).text(argument(expr, 1, "prefix"), scope, given)
    items: list[Written] = []
    for package in _packages(path, scope, given, inference):
        for name, is_package in _inner(package, inference.modules, deep=kinds[0]):
            values = (("module_finder", "None"), ("name", start + name), ("ispkg", str(is_package)))
            fields = tuple(
                Keyword(key, (Str if key == "name" else Constant)(value, expr.start, 0), expr.start, 0)
                for key, value in values
            )
            items.append((Call(expr.func, (), fields, expr.start, 0), scope))
    return items


def imported(expr: Expr, scope: Scope, given: Given, inference: Inference, depth: int = 0) -> Call | None:
    """The call that imports the module that an expression means, with the text that it is given here; None if not one.

    Names are followed to the call as far as their own scope.
    """
    if depth > _DEEPEST:
        return None
    if isinstance(expr, Name) and "." not in expr.id:
        meant = stand_in(expr, given)
        if meant is not None:
            return imported(*meant, {}, inference, depth + 1)
        values = [value for value, where in inference.origins(expr, scope) if where is scope and value is not expr]
        return imported(values[0], scope, given, inference, depth + 1) if len(values) == 1 else None
    if not isinstance(expr, Call) or not expr.args or last(expr.func) != "import_module":
        return None
    if [*_names(inference.of(expr.func, scope))] != [_IMPORT]:
        return None
    text = Constants(inference).text(expr.args[0], scope, given)
    if text.startswith("."):
        text = Constants(inference).text(argument(expr, 1, "package"), scope, given) + text
    if ".." in text:  # timid: a package further up
        return None
    return None if "{" in text else Call(expr.func, (Str(text, expr.start, 0),), (), expr.start, expr.size)


def with_modules(given: dict[str, Written], scope: Scope, outer: Given, inference: Inference) -> dict[str, Written]:
    """What a call in `scope` gives, with calls that import a module by a known text in the place of its names."""
    for name, (value, where) in given.items():
        module = imported(value, where, outer, inference) if where is scope else None
        if module is not None:
            given[name] = module, where
    return given


def of_imported(expr: Expr, scope: Scope, given: Given, inference: Inference) -> Types | None:
    """What `import_module(…).router`, or `getattr(module, "router")` of such a module, is; None for other things."""
    expr, name = _attribute(expr, scope, inference)
    if not name:
        return None
    call = imported(expr, scope, given, inference)
    if call is None:
        return None
    return inference.path(inference.of(call, scope), name)


def _attribute(expr: Expr, scope: Scope, inference: Inference) -> tuple[Expr, str]:
    """What an attribute is asked of, and its name; "" where an expression is no such thing."""
    if isinstance(expr, Name) and "." not in expr.id:
        values = [value for value, where in inference.origins(expr, scope) if where is scope and value is not expr]
        if len(values) != 1 or not isinstance(values[0], (Call, Attribute, Name)):
            return expr, ""
        expr = values[0]
    match expr:
        case Name(id=dotted) if "." in dotted:
            head, _, name = dotted.partition(".")
            return Name(head, expr.start, len(head)), name
        case Attribute(value=value, attr=name):
            return value, name
        case Call(func=Name(id="getattr"), args=(value, Str(value=name), *_)):
            return value, name
        case _:
            return expr, ""


def _packages(path: Expr, scope: Scope, given: Given, inference: Inference) -> Iterator[Module | str]:
    """The packages whose `__path__`, or the folder of whose file, an expression is."""
    for value, where in inference.origins(path, scope) or ((path, scope),):
        exprs = value.items if isinstance(value, Sequence) else (value,)
        for expr in exprs:
            names = [one.id for one in inside(expr) if isinstance(one, Name)]
            if isinstance(expr, Name) and expr.id == "__path__":
                yield where.module
            elif names.count("__file__") == 1:
                named = (one.func if isinstance(one, Call) else one for one in inside(expr))
                ups = [one for one in named if last(one) in ("parent", "dirname")]
                if len(ups) == 1:
                    yield dirname(where.module.path)
            else:
                owner, name = _attribute(expr, where, inference)
                call = imported(owner, where, given, inference) if name == "__path__" else None
                meant = stand_in(owner, given) or (owner, where)
                for one in inference.of(*((call, where) if call is not None else meant)) if name == "__path__" else ():
                    if isinstance(one, ModuleRef):
                        yield one.module


def _inner(package: Module | str, modules: Modules, *, deep: bool) -> Iterator[tuple[str, bool]]:
    """The modules directly inside a package by name, or all below it, packages before what is in them."""
    folder = package if isinstance(package, str) else dirname(package.path)
    start = len(folder) + 1 if folder else 0
    found: dict[str, bool] = {}
    for path in modules.by_path:
        if not path.startswith(f"{folder}/" if folder else ""):
            continue
        stem = path[start:].removesuffix(".py")
        is_package = stem.endswith("/__init__")
        name = stem.removesuffix("/__init__").replace("/", ".")
        parts = name.split(".")
        if stem == "__init__" or any(part.startswith("_") for part in parts) or (len(parts) > 1 and not deep):
            continue
        packages = ("/".join(parts[:count]) for count in range(1, len(parts)))
        if all(f"{folder}/{one}/__init__.py".lstrip("/") in modules.by_path for one in packages):
            found[name] = is_package
    yield from sorted(found.items())


def _names(types: Types) -> Iterator[str]:
    for one in types:
        if isinstance(one, External):
            yield one.name
