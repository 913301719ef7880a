"""Mistakes in a configuration, collected and told together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from fastlint.errors import FastlintError

if TYPE_CHECKING:
    from collections.abc import Iterable


_NEAR = 0.7  # less alike, and a suggestion is a guess


class Mistake(msgspec.Struct, frozen=True):
    """One thing that is wrong with a configuration.

    Attributes:
        file: the file, or `--config` for an override on the command line.
        line: the 1-based line; 0 where there is none to name.
        message: what is wrong and what would be right.
    """

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        """`file:line: message`, ready to print."""
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


class SettingsError(FastlintError):
    """A configuration that cannot be used; `mistakes` holds everything that is wrong with it."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


def suggestion(word: str, known: Iterable[str]) -> str:
    """` (did you mean `x`?)` for a word close to a known one, else an empty string."""
    from difflib import get_close_matches  # for mistakes only

    near = get_close_matches(word, list(known), n=1, cutoff=_NEAR)
    return f" (did you mean `{near[0]}`?)" if near else ""


def listing(words: Iterable[str]) -> str:
    """Words in backticks, comma separated."""
    return ", ".join(f"`{word}`" for word in words)


def shown_file(file: Path) -> str:
    """The file as the user would write it: relative to where they stand, if it is below."""
    try:
        return file.relative_to(Path.cwd()).as_posix()
    except (OSError, ValueError):
        return str(file)
