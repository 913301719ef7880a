"""Text for terminals: colours, widths, and nothing that a linted file could make a terminal do."""

from __future__ import annotations

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


def painted(text: str, style: str) -> str:
    """A text wrapped in the codes of a style: words such as `bold red`."""
    codes = ";".join(_CODES[word] for word in style.split())
    return f"\x1b[{codes}m{text}\x1b[0m" if codes and text else text


def source_text(text: str) -> str:
    """A piece of source fit to be printed: tabs as blanks, control characters written out."""
    return visible(text.replace("\t", " " * _TAB))


def cells(text: str) -> int:
    """How many columns a text takes in a terminal."""
    if text.isascii():
        return len(text)
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
