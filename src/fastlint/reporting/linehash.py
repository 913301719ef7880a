"""The fingerprint that GitHub code scanning matches alerts by: CodeQL's rolling hash over the text from a line on.

Source: github/codeql-action, src/fingerprints.ts: a window of 100 UTF-16 units without blanks and tabs, line ends as
one line feed, 65535 for the end of the file, modulus 37 in 64 bits; written in hex with the count of equal hashes.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_WINDOW = 100
_FACTOR = 37
_MASK = (1 << 64) - 1
_FIRST = pow(_FACTOR, _WINDOW, 1 << 64)
_END = 65535
_TAB, _LF, _CR, _SPACE = 9, 10, 13, 32


def _units(text: str) -> Iterator[int]:
    """UTF-16 units that count, ended by the mark for the end."""
    raw = text.encode("utf-16-le", "surrogatepass")
    after_cr = False
    for at in range(0, len(raw), 2):
        unit = raw[at] | raw[at + 1] << 8
        if unit in (_SPACE, _TAB) or (after_cr and unit == _LF):
            after_cr = False
            continue
        after_cr = unit == _CR
        yield _LF if after_cr else unit
    yield _END


def line_hashes(text: str) -> dict[int, str]:
    """For each line (1-based) the hash of what stands from there on, as CodeQL writes it."""
    window = [0] * _WINDOW
    lines = [-1] * _WINDOW
    counts: Counter[str] = Counter()
    found: dict[int, str] = {}
    value = index = line = 0
    start = True

    def settle() -> None:
        digest = f"{value:x}"
        counts[digest] += 1
        found[lines[index]] = f"{digest}:{counts[digest]}"
        lines[index] = -1

    for unit in _units(text):
        if lines[index] != -1:
            settle()
        if start:
            start = False
            line += 1
            lines[index] = line
        if unit == _LF:
            start = True
        value = (_FACTOR * value + unit - _FIRST * window[index]) & _MASK
        window[index] = unit
        index = (index + 1) % _WINDOW
    for _ in range(_WINDOW):
        if lines[index] != -1:
            settle()
        value = (_FACTOR * value - _FIRST * window[index]) & _MASK
        window[index] = 0
        index = (index + 1) % _WINDOW
    return found
