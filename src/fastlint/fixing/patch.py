"""Changes of files as a patch that `git apply` and `patch -p1` take."""

from __future__ import annotations

import re
from difflib import unified_diff
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNFIT: Final = re.compile(r"[\x00-\x1f\"\\\x7f]")
_NO_NEWLINE: Final = "\\ No newline at end of file\n"


def patch(name: str, old: bytes, new: bytes) -> bytes:
    """The changes of one file, byte for byte, whatever its encoding and line endings."""
    before, after = (_lines(data) for data in (old, new))
    lines = list(unified_diff(before, after, _label("a", name), _label("b", name)))
    return "".join(_ended(lines)).encode("latin-1") if lines else b""


def _lines(data: bytes) -> list[str]:
    """Lines as git counts them: only a line feed ends one."""
    *lines, last = data.decode("latin-1").split("\n")
    return [*(f"{line}\n" for line in lines), *([last] if last else [])]


def _ended(lines: list[str]) -> Iterator[str]:
    for line in lines:
        yield line
        if not line.endswith("\n"):
            yield f"\n{_NO_NEWLINE}"


def _label(side: str, name: str) -> str:
    """A file's name in the head of a patch, quoted as git does where it must be."""
    label = f"{side}/{name}".encode("utf-8", "surrogateescape").decode("latin-1")
    if _UNFIT.search(label):
        return f'"{_UNFIT.sub(_escaped, label)}"'
    return f"{label}\t" if " " in label else label


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    return f"\\{character}" if character in '"\\' else f"\\{ord(character):03o}"
