"""What names stand for that a call or a round of a loop has given a value; and the rounds of loops over literals."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from fastlint.facts.records import (
    Attribute,
    Call,
    Comprehension,
    Constant,
    Dict,
    For,
    FString,
    Name,
    Operation,
    Sequence,
    Str,
    Subscript,
)
from fastlint.model.arguments import argument

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode, Scope
    from fastlint.model.scan import Site

Written: TypeAlias = "tuple[Expr, Scope]"
Given: TypeAlias = "Mapping[str, Written]"
_MOST = 100  # rounds of a loop


def stand_in(expr: Expr, given: Given) -> Written | None:
    """What an expression stands for: a name that is given, an item or a keyword argument of what it is given."""
    match expr:
        case Name(id=name) if name in given:
            return given[name]
        case Name(id=name) if "." in name and name.partition(".")[0] in given:
            head, _, rest = name.partition(".")
            value, scope = given[head]
            if isinstance(value, Call):
                named = next((one.value for one in value.keywords if one.name == rest), None)
                return (named, scope) if named is not None else None
            if isinstance(value, Name):  # `module.router`, of a module
                return Name(f"{value.id}.{rest}", value.start, value.end), scope
        case Subscript(value=Name(id=name), items=(item,)) if name in given:
            return _item(*given[name], item)
    return None


def _item(value: Expr, scope: Scope, item: Expr) -> Written | None:
    match value, item:
        case Dict(keys=keys, values=values), Str(value=wanted):
            for key, found in zip(keys, values, strict=True):
                if isinstance(key, Str) and key.value == wanted:
                    return found, scope
        case Sequence(items=items), Constant(text=text) if text.isdecimal() and int(text) < len(items):
            return items[int(text)], scope
    return None


def argument_of(call: Call, place: int, name: str, scope: Scope, given: Given) -> Written | None:
    """An argument of a call, be it in a dict that `**` spreads."""
    plain = argument(call, place, name)
    if plain is not None:
        return plain, scope
    for spread in (one.value for one in call.keywords if not one.name):
        found = stand_in(spread, given) or (spread, scope)
        match found:
            case Call(func=Name(id="dict"), keywords=keywords), where:
                value = next((one.value for one in keywords if one.name == name), None)
            case Dict() as written, where:
                held = _item(written, where, Str(name, 0, 0))
                value = held[0] if held is not None else None
            case _:
                continue
        if value is not None:
            return value, where
    return None


def rounds(site: Site, scope: Scope, given: Given, inference: Inference) -> Iterator[Given]:
    """What each round of the loops around a call gives the names in it; `given` alone where there is no such loop."""
    loops: list[tuple[Expr, Expr]] = []
    block = site.block
    while block.parent is not None:
        owner = block.owner
        if isinstance(owner, For) and block.kind == "for":
            loops.insert(0, (owner.target, owner.iter))
        elif isinstance(owner, Comprehension):
            loops[:0] = [(one.target, one.iter) for one in owner.clauses]
        block = block.parent
    yield from _turns(loops, given, site.call, scope, inference)


def _turns(
    loops: list[tuple[Expr, Expr]], given: Given, call: Call, scope: Scope, inference: Inference
) -> Iterator[Given]:
    if not loops:
        yield given
        return
    (target, iterated), *inner = loops
    names = set(_names(target))
    useful = any(_speaks_of(one, names) for one in (*_parts(call), *(iterated for _, iterated in inner)))
    items = _items(iterated, scope, given, inference)[:_MOST] if useful else []
    turns = [found for one in items if (found := _bound(target, *one))]
    for turn in turns or [{}]:
        yield from _turns(inner, {**given, **turn} if turn else given, call, scope, inference)


def _items(expr: Expr, scope: Scope, given: Given, inference: Inference) -> list[Written]:
    """The items of a literal that an expression iterates: of a list, tuple or set, of a dict and its views."""
    found = stand_in(expr, given)
    if found is not None:
        expr, scope = found
    view = ""
    match expr:
        case Call(func=Attribute(value=Dict() as inner, attr="items" | "values" | "keys" as view), args=()):
            expr = inner
        case Call(func=Name(id="enumerate"), args=(inner, *_)):
            return [
                (Sequence("tuple", (Constant(str(place), one.start, one.end), one), one.start, one.end), where)
                for place, (one, where) in enumerate(_items(inner, scope, given, inference))
            ]
        case Call(func=Name(id="zip"), args=(first, second)):
            pairs = zip(_items(first, scope, given, inference), _items(second, scope, given, inference), strict=False)
            return [
                (Sequence("tuple", (one, other), one.start, one.end), where)
                for (one, where), (other, elsewhere) in pairs
                if where is elsewhere
            ]
        case Call(func=Name(id=name), args=()) if "." in name:
            owner, _, view = name.rpartition(".")
            expr = Name(owner, expr.start, expr.start + len(owner))
        case Call(func=Name(id="list" | "tuple" | "sorted" | "reversed"), args=(inner,)):
            return _items(inner, scope, given, inference)
    for value, where in inference.origins(expr, scope):
        match value:
            case Sequence(items=items) if not view:
                return [(one, where) for one in (*items, *_appended(value, where))]
            case Dict(keys=keys, values=values):
                held_by = [(key, held) for key, held in zip(keys, values, strict=True) if key is not None]
                if view == "items":
                    return [(Sequence("tuple", (key, held), key.start, held.end), where) for key, held in held_by]
                return [(held if view == "values" else key, where) for key, held in held_by]
    return []


def _appended(value: Sequence, scope: Scope) -> Iterator[Expr]:
    """What is appended, where a list is made, to the name that it is bound to."""
    names = [name for name, bound in scope.scan.bindings.items() if any(one.value is value for one in bound)]
    for site in scope.scan.calls if names else ():
        match site.call:
            case Call(func=Name(id=func), args=(one,)) if func in [f"{name}.append" for name in names]:
                yield one


def _bound(target: Expr, value: Expr, scope: Scope) -> dict[str, Written]:
    match target, value:
        case Name(id=name), _:
            return {name: (value, scope)}
        case Sequence(items=targets), Sequence(items=items) if len(targets) == len(items):
            found: dict[str, Written] = {}
            for one, item in zip(targets, items, strict=True):
                found.update(_bound(one, item, scope))
            return found
        case _:
            return {}


def _names(target: Expr) -> Iterator[str]:
    if isinstance(target, Name):
        yield target.id
    elif isinstance(target, Sequence):
        for one in target.items:
            yield from _names(one)


def _parts(call: Call) -> Iterator[Expr]:
    yield call.func
    yield from call.args
    yield from (one.value for one in call.keywords)


def _speaks_of(expr: Expr, names: set[str]) -> bool:
    match expr:
        case Name(id=dotted):
            return dotted.partition(".")[0] in names
        case Attribute(value=value) | Subscript(value=value):
            return _speaks_of(value, names)
        case FString(parts=parts) | Operation(operands=parts) | Sequence(items=parts):
            return any(_speaks_of(one, names) for one in parts)
        case Call():
            return any(_speaks_of(one, names) for one in _parts(expr))
        case _:
            return False


def is_bound(node: FunctionNode) -> bool:
    """Whether the first parameter is the object or class that the function is a method of."""
    decorators = node.record.decorators
    return node.owner is not None and not any(isinstance(one, Name) and one.id == "staticmethod" for one in decorators)


def defaults(node: FunctionNode) -> dict[str, tuple[Expr, Scope]]:
    """The defaults of a function's parameters."""
    return {one.name: (one.default, node.parent) for one in node.record.params if one.default is not None}


def passed_on(given: Given, outer: Given) -> dict[str, tuple[Expr, Scope]]:
    """`given`, with names that are parameters of the caller replaced by what the caller was given."""
    return {name: stand_in(value, outer) or (value, scope) for name, (value, scope) in given.items()}


def arguments(node: FunctionNode, call: Call, scope: Scope) -> dict[str, Written]:
    """What each parameter of a function is given: by the call, or by its default."""
    names = [one.name for one in node.record.params if one.kind in ("normal", "positional")]
    if is_bound(node):
        names = names[1:]
    given = defaults(node)
    given.update({name: (value, scope) for name, value in zip(names, call.args, strict=False)})
    given.update({one.name: (one.value, scope) for one in call.keywords if one.name})
    return given
