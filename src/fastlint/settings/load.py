"""From a folder to its settings: which file counts, and what the command line puts over it."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from fastlint.settings.layers import layered
from fastlint.settings.lines import key_lines
from fastlint.settings.mistakes import Mistake, SettingsError, shown_file
from fastlint.settings.schema import Settings
from fastlint.settings.validate import checked, described

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CONFIG_NAMES = ("fastlint.toml", "pyproject.toml")  # the first wins
_ERROR_LINE = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")


class Configuration(msgspec.Struct, frozen=True):
    """Settings and where they come from; `file` is None when all of them are defaults or overrides."""

    settings: Settings
    file: Path | None = None


def configured_in(folder: Path) -> Path | None:
    """The configuration file of a folder: `fastlint.toml`, or a `pyproject.toml` with our table, or none."""
    for name in CONFIG_NAMES:
        file = folder / name
        if file.is_file() and (name != "pyproject.toml" or _has_table(file)):
            return file
    return None


def load_settings(file: Path | None, overrides: Sequence[str] = ()) -> Configuration:
    """The settings of a configuration file with `key = value` overrides over them.

    Raises:
        SettingsError: with everything that is wrong in the file and in the overrides.
    """
    values: dict[str, object] = {}
    mistakes: list[Mistake] = []
    if file is not None:
        values, mistakes = layered(file, read_config)
    for override in overrides:
        found, wrong = _read_override(override)
        values.update(found)
        mistakes.extend(wrong)
    if mistakes:
        raise SettingsError(mistakes)
    return Configuration(msgspec.structs.replace(Settings(), **values), file)


def read_config(file: Path) -> tuple[dict[str, object], list[Mistake]]:
    """The values of one configuration file by field name, and the mistakes in it."""
    name = shown_file(file)
    try:
        text = file.read_bytes().decode("utf-8-sig")
        document = tomllib.loads(text)
    except OSError as error:
        return {}, [Mistake(name, 0, f"cannot be read: {error.strerror or error}")]
    except UnicodeDecodeError:
        return {}, [Mistake(name, 0, "is not UTF-8")]
    except tomllib.TOMLDecodeError as error:
        return {}, [_syntax_mistake(name, error, text)]
    table: Mapping[str, object] = document
    prefix: tuple[str, ...] = ()
    tool = document.get("tool")
    if file.name == "pyproject.toml" or (isinstance(tool, dict) and "fastlint" in tool):
        table, prefix = _nested(document), ("tool", "fastlint")
        ours = tool.get("fastlint", table) if isinstance(tool, dict) else table
        if not isinstance(ours, dict):
            line = _line(key_lines(text.replace("\r\n", "\n")), prefix)
            return {}, [Mistake(name, line, f"`tool.fastlint`: expected table, got {described(ours)}")]
    return _checked(table, text, name, prefix)


def _read_override(override: str) -> tuple[dict[str, object], list[Mistake]]:
    try:
        document = tomllib.loads(override)
    except tomllib.TOMLDecodeError as error:
        message = f"`{override}` is neither a file nor `key = value` in TOML: {_ERROR_LINE.sub('', str(error)).strip()}"
        return {}, [Mistake("--config", 0, message)]
    values, mistakes = _checked(_nested(document) or document, override, "--config", ())
    return values, [msgspec.structs.replace(mistake, line=0) for mistake in mistakes]


def _checked(
    table: Mapping[str, object], text: str, name: str, prefix: tuple[str, ...]
) -> tuple[dict[str, object], list[Mistake]]:
    values, problems = checked(table)
    if not problems:
        return values, []
    places = key_lines(text.replace("\r\n", "\n"))
    return values, [Mistake(name, _line(places, prefix + path), message) for path, message in problems]


def _line(places: Mapping[tuple[str, ...], int], path: tuple[str, ...]) -> int:
    """The line of a path, or of the nearest thing around it that has one."""
    while path and path not in places:
        path = path[:-1]
    return places.get(path, 0)


def _nested(document: Mapping[str, object]) -> Mapping[str, object]:
    tool = document.get("tool")
    table = tool.get("fastlint") if isinstance(tool, dict) else None
    return table if isinstance(table, dict) else {}


def _has_table(file: Path) -> bool:
    try:
        data = file.read_bytes()
    except OSError:
        return False
    if b"fastlint" not in data or b"tool" not in data:  # reading TOML takes 20 times as long as looking
        return False
    try:
        document = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return b"tool.fastlint" in data  # ours, and broken: say so instead of passing it over
    tool = document.get("tool")
    return isinstance(tool, dict) and "fastlint" in tool


def _syntax_mistake(name: str, error: tomllib.TOMLDecodeError, text: str) -> Mistake:
    match = _ERROR_LINE.search(str(error))
    line = int(match[1]) if match and match[1] else text.count("\n") + 1
    return Mistake(name, line, f"not valid TOML: {_ERROR_LINE.sub('', str(error)).strip()}")
