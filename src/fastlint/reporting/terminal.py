"""Text for terminals: colours, widths, and nothing that a linted file could make a terminal do."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from fastlint.engine.report import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

_CODES: Mapping[str, str] = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "cyan": "36",
}
_TAB = 4
# Commands to CI systems that read what is printed: `::error …` at the start of a line (GitHub), `##[error]` and
# `##vso[…]` anywhere in it (GitHub, Azure), `##teamcity[…]`.
_COMMAND = re.compile(r"(?m)^([ \t]*):(?=:)|#(?=#\w*\[)")


def painted(text: str, style: str) -> str:
    """A text wrapped in the codes of a style: words such as `bold red`."""
    codes = ";".join(_CODES[word] for word in style.split())
    return f"\x1b[{codes}m{text}\x1b[0m" if codes and text else text


def source_text(text: str) -> str:
    """A piece of source fit to be printed: tabs as blanks, control characters written out."""
    return visible(text.replace("\t", " " * _TAB))


def defused(text: str) -> str:
    """A text in which no CI system that shows it finds a command."""
    return _COMMAND.sub(lambda match: f"{match[1]}\\x3a" if match[0].endswith(":") else "\\x23", text)


def cells(text: str) -> int:
    """How many columns a text takes in a terminal."""
    if text.isascii():
        return len(text)
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
