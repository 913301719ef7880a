"""The smallest text edits that lead from one text to another."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

from fastlint.fixing.document import TextEdit

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD: Final = re.compile(rb"[\w\x80-\xff]")  # a byte of a character that is not ASCII counts as of a word


def difference(old: bytes, new: bytes, base: int = 0) -> tuple[TextEdit, ...]:
    """Edits, in order, each within the lines that change; `base` is added to their offsets."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    starts = [base]
    for line in before:
        starts.append(starts[-1] + len(line))
    found: list[TextEdit] = []
    most = min(len(before), len(after))  # most of two long texts is the same, and need not be matched
    head = next((at for at in range(most) if before[at] != after[at]), most)
    tail = next((at for at in range(most - head) if before[-1 - at] != after[-1 - at]), most - head)
    before, after, starts = before[head : len(before) - tail], after[head : len(after) - tail], starts[head:]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if i2 - i1 == j2 - j1:
            blocks = [(at, before[at], after[at + j1 - i1]) for at in range(i1, i2)]
        else:
            blocks = [(i1, b"".join(before[i1:i2]), b"".join(after[j1:j2]))]
        for at, one, other in blocks:
            found.extend(_trimmed(one, other, starts[at]))
    return tuple(found)


def _trimmed(old: bytes, new: bytes, at: int) -> Iterator[TextEdit]:
    """One edit without what is the same at its start and its end, cut between words."""
    if old == new:
        return
    most = min(len(old), len(new))
    head = next((index for index in range(most) if old[index] != new[index]), most)
    while not (_is_cut(old, head) and _is_cut(new, head)):
        head -= 1
    most -= head
    tail = next((index for index in range(most) if old[-1 - index] != new[-1 - index]), most)
    while not (_is_cut(old, len(old) - tail) and _is_cut(new, len(new) - tail)):
        tail -= 1
    yield TextEdit(at + head, at + len(old) - tail, new[head : len(new) - tail])


def _is_cut(text: bytes, at: int) -> bool:
    """Whether a text may be cut there: not within a word, a character, or a line ending."""
    if not 0 < at < len(text):
        return True
    left, right = text[at - 1 : at], text[at : at + 1]
    if left == b"\r" and right == b"\n":
        return False
    return not (_WORD.match(left) and _WORD.match(right))
