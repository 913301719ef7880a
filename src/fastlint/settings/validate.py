"""A table of a configuration against the keys that exist: values of the right types, or every mistake in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args, get_origin

import msgspec

from fastlint.settings.mistakes import listing, suggestion
from fastlint.settings.schema import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KeyPath: TypeAlias = tuple[str, ...]
Problem: TypeAlias = tuple[KeyPath, str]

KEYS: dict[str, msgspec.structs.FieldInfo] = {
    field.encode_name: field for field in msgspec.structs.fields(Settings)
}  # filled here and nowhere else


def checked(table: Mapping[str, object]) -> tuple[dict[str, object], list[Problem]]:
    """The values of a table, converted and by field name, and what is wrong with the rest of it."""
    values: dict[str, object] = {}
    problems: list[Problem] = []
    for key, value in table.items():
        field = KEYS.get(key)
        if field is None:
            problems.append(
                ((key,), f"unknown key `{key}`{suggestion(key, KEYS)}; known keys: {listing(sorted(KEYS))}")
            )
            continue
        wrong = list(_problems(value, field.type, (key,)))
        if wrong:
            problems.extend(wrong)
        else:
            values[field.name] = msgspec.convert(value, field.type)
    return values, problems


def _problems(value: object, wanted: object, path: KeyPath) -> Iterator[Problem]:
    """Every mistake in a value: in each item of an array and each entry of a table, not only in the first."""
    plain = _bare(wanted)
    if get_origin(plain) is tuple and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _problems(item, get_args(plain)[0], (*path, str(index)))
        return
    if get_origin(plain) is dict and isinstance(value, dict):
        key_type, value_type = get_args(plain)
        for key, item in value.items():
            yield from _problems(key, key_type, (*path, str(key)))
            yield from _problems(item, value_type, (*path, str(key)))
        return
    try:
        msgspec.convert(value, wanted)
    except msgspec.ValidationError as error:
        yield path, _sentence(value, wanted, path, error)


def _bare(wanted: object) -> object:
    """A type without what `Annotated` says of it."""
    while hasattr(wanted, "__metadata__"):
        wanted = getattr(wanted, "__origin__", None)
    return wanted


def _sentence(value: object, wanted: object, path: KeyPath, error: msgspec.ValidationError) -> str:
    plain = _bare(wanted)
    name = f"`{path[0]}`" if len(path) == 1 else f"`{path[0]}` ({path[-1]})"
    if get_origin(plain) is Literal and isinstance(value, str):
        known = [str(word) for word in get_args(plain)]
        return f"{name}: unknown value `{value}`{suggestion(value, known)}; known values: {listing(known)}"
    if get_origin(plain) in (tuple, dict) or (isinstance(plain, type) and not isinstance(value, plain)):
        return f"{name}: expected {type_name(plain)}, got {described(value)}"
    least = getattr(_limits(wanted), "ge", None)
    if least is not None:
        return f"{name}: expected {type_name(plain)} of at least {least}, got {value}"
    text = str(error)
    return f"{name}: {text[:1].lower()}{text[1:]}"


def _limits(wanted: object) -> msgspec.Meta | None:
    return next((one for one in getattr(wanted, "__metadata__", ()) if isinstance(one, msgspec.Meta)), None)


def type_name(wanted: object) -> str:
    """A type in words that a user of TOML knows: `array of strings`, `"error" | "warning"`."""
    wanted = _bare(wanted)
    origin = get_origin(wanted)
    if origin is Literal:
        return " | ".join(f'"{word}"' for word in get_args(wanted))
    if origin is tuple:
        return f"array of {type_name(get_args(wanted)[0])}s"
    if origin is dict:
        key, value = get_args(wanted)
        kind = "string" if type_name(key) == "string" else f"({type_name(key)})"
        return f"table of {kind} = {type_name(value)}"
    return (
        {str: "string", int: "integer", bool: "boolean"}.get(wanted, "value") if isinstance(wanted, type) else "value"
    )


def described(value: object) -> str:
    """A value in words: `string `x``, `table`."""
    if isinstance(value, bool):
        return f"boolean `{str(value).lower()}`"
    names = {str: "string", int: "integer", float: "float", list: "array", dict: "table"}
    kind = names.get(type(value), type(value).__name__)
    return kind if isinstance(value, (list, dict)) else f"{kind} `{value}`"
