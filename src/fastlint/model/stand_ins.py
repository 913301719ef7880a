"""What names stand for that a call or a round of a loop has given a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from fastlint.facts.records import (
    Call,
    Constant,
    Dict,
    Name,
    Sequence,
    Str,
    Subscript,
)
from fastlint.model.arguments import argument

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastlint.facts.records import Expr
    from fastlint.model.nodes import FunctionNode, Scope

Written: TypeAlias = "tuple[Expr, Scope]"
Given: TypeAlias = "Mapping[str, Written]"


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
                return Name(f"{value.id}.{rest}", value.start, value.size), scope
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
    rest = next((one.name for one in node.record.params if one.kind == "*" and one.name), None)
    if rest is not None:
        given[rest] = Sequence("tuple", call.args[len(names) :], call.start, call.size), scope
    given.update({one.name: (one.value, scope) for one in call.keywords if one.name})
    return given
