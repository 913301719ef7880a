"""Projects that nobody would write: the examples of the rules' pages, damaged at random."""

from __future__ import annotations

import io
import tokenize
from typing import TYPE_CHECKING, Final

from fastlint.catalog import load_page, load_rules, unmarked

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

Files = dict[str, str]

_ODD: Final = (
    "*",
    "**",
    "@",
    ":=",
    "lambda: 0",
    "()",
    "[*()]",
    "{**{}}",
    "await x",
    "yield",
    "yield from ()",
    "f'{x!r:>{y}}'",
    "...",
    "None",
    "async",
    "global x",
    "match x:",
    "\\\n",
    "\x0c",
    "\t",
    "'unended",
    '"""',
    "é",
    "0x",
    "del x",
    "(yield)",
    "self.self.self",
    "super()",
    "type X[T] = T",
    "import x.y as z",
    "from . import *",
    "from ..... import x",
)


def examples() -> list[Files]:
    """The small projects of all pages."""
    return [unmarked(rule.code, example)[0] for rule in load_rules() for example in load_page(rule).examples]


def damaged(random: Random, projects: list[Files]) -> Files:
    """One project, with files of another now and then, a few of them damaged in a few places."""
    files = dict(random.choice(projects))
    if random.random() < 0.4:
        files.update(random.choice(projects))
    chosen = sorted(path for path in files if path.endswith(".py"))
    for path in random.sample(chosen, min(len(chosen), random.randint(1, 3))):
        text = files[path]
        for _ in range(random.choice((1, 1, 2, 5))):
            other = random.choice(projects)
            donor = other[random.choice(sorted(other))]
            text = random.choice(_DAMAGES)(random, text, donor)
        files[path] = text
    return files


def _pieces(text: str) -> list[tuple[int, int]]:
    """Where the tokens of a text stand; of one that can't be read, its words."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found: list[tuple[int, int]] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.string.strip():
                (row, column), (last, end) = token.start, token.end
                found.append((starts[row - 1] + column, starts[last - 1] + end))
    except (tokenize.TokenError, SyntaxError, IndexError):
        pass
    return found or [(0, len(text))]


def _drop(random: Random, text: str, _: str) -> str:
    start, end = random.choice(_pieces(text))
    return text[:start] + text[end:]


def _twice(random: Random, text: str, _: str) -> str:
    start, end = random.choice(_pieces(text))
    return f"{text[:end]} {text[start:end]}{text[end:]}"


def _swap(random: Random, text: str, _: str) -> str:
    pieces = _pieces(text)
    (a, b), (c, d) = sorted((random.choice(pieces), random.choice(pieces)))
    return text if c < b else text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:]


def _rename(random: Random, text: str, _: str) -> str:
    """One token in place of another: names come to mean other things, bases form circles."""
    pieces = _pieces(text)
    (start, end), (a, b) = random.choice(pieces), random.choice(pieces)
    return text[:start] + text[a:b] + text[end:]


def _odd(random: Random, text: str, _: str) -> str:
    start, end = random.choice(_pieces(text))
    return text[:start] + random.choice(_ODD) + text[random.choice((start, end)) :]


def _cut(random: Random, text: str, _: str) -> str:
    return text[: random.randint(0, len(text))]


def _lines(random: Random, text: str, donor: str) -> str:
    """Lines of another file among those of this one."""
    here, there = text.splitlines(keepends=True), donor.splitlines(keepends=True)
    start = random.randint(0, len(there))
    at = random.randint(0, len(here))
    return "".join([*here[:at], *there[start : start + random.randint(1, 12)], *here[at:]])


def _indent(random: Random, text: str, _: str) -> str:
    lines = text.splitlines(keepends=True)
    if lines:
        at = random.randrange(len(lines))
        lines[at] = random.choice(("    ", "\t", " ")) + lines[at].lstrip(random.choice(("", " ")))
    return "".join(lines)


_DAMAGES: Final[tuple[Callable[[Random, str, str], str], ...]] = (
    _drop,
    _twice,
    _swap,
    _rename,
    _rename,
    _rename,
    _odd,
    _odd,
    _cut,
    _lines,
    _lines,
    _indent,
)
