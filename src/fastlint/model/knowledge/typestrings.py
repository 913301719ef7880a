"""Types written as text: `sqlalchemy.engine.Result[tuple[app.User]] | None`, taken apart and filled in."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def split(text: str, separator: str = ",") -> tuple[str, ...]:
    """The parts of `text` between separators that stand outside brackets."""
    parts: list[str] = []
    depth = start = 0
    for index, character in enumerate(text):
        if character == "[":
            depth += 1
        elif character == "]":
            depth -= 1
        elif character == separator and not depth:
            parts.append(text[start:index].strip())
            start = index + 1
    last = text[start:].strip()
    return (*parts, last) if last else tuple(parts)


@cache
def parse(text: str) -> tuple[str, tuple[str, ...]]:
    """The class and its type arguments."""
    name, bracket, inner = text.partition("[")
    return (name, split(inner[:-1])) if bracket else (text, ())


def build(name: str, arguments: tuple[str, ...]) -> str:
    """`name[arguments]`, without arguments if one of them is unknown ("")."""
    return f"{name}[{', '.join(arguments)}]" if arguments and all(arguments) else name


def without_none(text: str) -> tuple[str, bool]:
    """The type but for `None` in a union, and whether `None` was in it; "" for a union of several other types."""
    members = split(text, "|")
    rest = [member for member in members if member != "None"]
    if not rest:
        return text, False
    return rest[0] if len(rest) == 1 else "", len(rest) < len(members)


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with its parameters replaced; a class whose argument is unknown loses its arguments."""
    members = split(text, "|")
    if len(members) > 1:
        filled = [fill(member, values) for member in members]
        return " | ".join(filled) if all(filled) else ""
    name, arguments = parse(text)
    if not arguments:
        return _value(text, values)
    return build(fill(name, values), tuple(fill(argument, values) for argument in arguments))


def _value(text: str, values: Mapping[str, str]) -> str:
    """What stands for a bare name: its value, a type argument of its value (`R.0`), or itself."""
    if text in values:
        return values[text]
    head, dot, path = text.partition(".")
    if head not in values or not dot:
        return "" if text.startswith("@") else text
    value = values[head]
    for place in path.split("."):
        arguments = parse(value)[1]
        value = arguments[int(place)] if place.isdigit() and int(place) < len(arguments) else ""
    return value
