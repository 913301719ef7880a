"""A quick reading of `check`'s arguments.

Loading typer, which loads pydantic, takes longer than checking a project that has not changed. So plain command lines
are read here, from the same table that typer's command is made of; what is unusual (help, a mistake) is left to typer.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from fastlint.cli.options import OPTIONS, CheckOptions, Option

if TYPE_CHECKING:
    from collections.abc import Mapping

Value: TypeAlias = str | int | bool | list[str]

_TRUE = frozenset(["1", "true", "t", "yes", "y", "on"])


def parsed(arguments: list[str], environment: Mapping[str, str] | None = None) -> CheckOptions | None:
    """The options in a command line; None where it is not plain, and typer must judge it."""
    values = _from_environment(os.environ if environment is None else environment)
    reader = _Reader(arguments)
    try:
        values.update(reader.run())
        return options_of(values)
    except _NotPlainError:
        return None


def spelled_out(arguments: list[str]) -> list[str]:
    """A command line in which every option has a value or has none: `--add-ignore=WHY` is two options."""
    result: list[str] = []
    rest = list(arguments)
    while rest:
        argument = rest.pop(0)
        if argument == "--":
            return [*result, argument, *rest]
        name, equals, reason = argument.partition("=")
        result.extend([name, f"--ignore-reason={reason}"] if equals and name == "--add-ignore" else [argument])
    return result


def options_of(values: Mapping[str, object]) -> CheckOptions:
    """`CheckOptions` from values by field, comma lists split and absent values left out."""
    given: dict[str, object] = {}
    for option in OPTIONS:
        value = values.get(option.field)
        if value is None:
            continue
        if option.kind == "words" and isinstance(value, (list, tuple)):
            value = tuple(word for item in value for word in _split(str(item)))
        given[option.field] = tuple(value) if isinstance(value, list) else value
    paths = values.get("paths")
    if isinstance(paths, (list, tuple)):
        given["paths"] = tuple(str(path) for path in paths)
    return msgspec.convert(given, CheckOptions)


class _NotPlainError(Exception):
    """Typer must judge this command line."""


class _Reader:
    def __init__(self, arguments: list[str]) -> None:
        self.rest = list(arguments)
        self.values: dict[str, Value] = {}
        self.paths: list[str] = []
        self.long = {name: option for option in OPTIONS for name in option.names if name.startswith("--")}
        self.short = {name[1]: option for option in OPTIONS for name in option.names if not name.startswith("--")}

    def run(self) -> dict[str, Value]:
        while self.rest:
            argument = self.rest.pop(0)
            if argument == "--":
                self.paths.extend(self.rest)
                break
            if argument.startswith("--"):
                self.take_long(argument)
            elif argument.startswith("-") and argument != "-":
                self.take_short(argument[1:])
            else:
                self.paths.append(argument)
        return {**self.values, "paths": self.paths}

    def take_long(self, argument: str) -> None:
        name, equals, value = argument.partition("=")
        option = self.long.get(name)
        if option is not None and option.kind in ("flag", "switch", "count"):
            if equals:
                raise _NotPlainError
            self.turn_on(option)
        elif option is not None:
            self.set(option, value if equals else self.next_value())
        else:
            twin = self.long.get(f"--{name.removeprefix('--no-')}")
            if twin is None or twin.kind != "switch" or equals or not name.startswith("--no-"):
                raise _NotPlainError
            self.values[twin.field] = False

    def take_short(self, letters: str) -> None:
        while letters:
            option = self.short.get(letters[0])
            letters = letters[1:]
            if option is None:
                raise _NotPlainError
            if option.kind in ("flag", "count"):
                self.turn_on(option)
            else:
                self.set(option, letters or self.next_value())
                return

    def turn_on(self, option: Option) -> None:
        if option.kind == "count":
            count = self.values.get(option.field, 0)
            self.values[option.field] = count + 1 if isinstance(count, int) else 1
        else:
            self.values[option.field] = True

    def next_value(self) -> str:
        if not self.rest or (self.rest[0].startswith("-") and self.rest[0] != "-"):
            raise _NotPlainError
        return self.rest.pop(0)

    def set(self, option: Option, value: str) -> None:
        if option.kind in ("words", "pairs"):
            so_far = self.values.setdefault(option.field, [])
            if isinstance(so_far, list):
                so_far.append(value)
            return
        if option.choices and value not in option.choices:
            raise _NotPlainError
        if option.kind == "number":
            if not value.isascii() or not value.isdigit() or int(value) < option.least:
                raise _NotPlainError
            self.values[option.field] = int(value)
        else:
            self.values[option.field] = value


def _from_environment(environment: Mapping[str, str]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for option in OPTIONS:
        value = environment.get(option.env) if option.env else None
        if value and option.kind in ("words", "pairs"):
            found[option.field] = value.split()
        elif value:
            found[option.field] = value.lower() in _TRUE if option.kind == "flag" else value
    return found


def _split(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
