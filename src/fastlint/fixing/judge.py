"""What fixes did to the findings of a project: are theirs gone, and did none come?"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from fastlint.facts.encodings import text_of
from fastlint.text import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fastlint.engine import Report
    from fastlint.findings import Finding

Key: TypeAlias = "tuple[str, str, str]"


class Objection(msgspec.Struct, frozen=True):
    """What speaks against fixes: the reason, and which of them it may be about."""

    reason: str
    suspects: frozenset[int]


class Lines:
    """Keys of findings that move with the code: rule, path, and the text of the line.

    Args:
        read: the bytes of a file by its path.
    """

    def __init__(self, read: Callable[[str], bytes]) -> None:
        self._read = read
        self._sources: dict[str, Source] = {}

    def key(self, finding: Finding) -> Key:
        """A finding's key."""
        source = self._sources.get(finding.at.path)
        if source is None:
            source = self._sources[finding.at.path] = _source(finding.at.path, self._read(finding.at.path))
        return finding.code, finding.at.path, " ".join(source.line(source.row(finding.at.start)).split())


def _source(path: str, raw: bytes) -> Source:
    return Source(path, text_of(raw).data if path.endswith(".py") else raw)


def objections(
    before: Report,
    after: Report,
    made: Sequence[Finding],
    old: Lines,
    new: Lines,
    touched: Mapping[int, frozenset[str]],
) -> list[Objection]:
    """What speaks against fixes.

    Args:
        before: the findings without the fixes.
        after: the findings with them.
        made: the findings whose fixes were made.
        old: the lines that `before` is about.
        new: the lines that `after` is about.
        touched: the files that each of the fixes changed, by its place in `made`.
    """
    if after.failed and not before.failed:
        return [Objection("a check fails on the result", frozenset(range(len(made))))]
    there = {(finding.code, finding.at) for finding in made}
    others = [finding for finding in before.findings if (finding.code, finding.at) not in there]
    gone, come = _unmatched(others, after.findings, old, new)
    fresh = _without_moved(gone, come)
    return [_objection(finding, made, new, old, touched) for finding in fresh]


def _unmatched(
    before: Sequence[Finding], after: Sequence[Finding], old: Lines, new: Lines
) -> tuple[list[Finding], list[Finding]]:
    """The findings of each side that have no twin on the other."""
    count = Counter(old.key(finding) for finding in before)
    come: list[Finding] = []
    for finding in after:
        key = new.key(finding)
        if count[key]:
            count[key] -= 1
        else:
            come.append(finding)
    gone: list[Finding] = []
    for finding in reversed(before):
        key = old.key(finding)
        if count[key]:
            count[key] -= 1
            gone.append(finding)
    return gone, come


def _without_moved(gone: Sequence[Finding], come: Sequence[Finding]) -> list[Finding]:
    """Findings that came and did not just change their line, which a fix of another finding on it may have changed."""
    left = list(come)
    for same in (_says_the_same, _is_in_the_same_place):
        pool: dict[tuple[str, ...], int] = defaultdict(int)
        for finding in gone:
            pool[same(finding)] += 1
        fresh: list[Finding] = []
        for finding in left:
            if pool[same(finding)]:
                pool[same(finding)] -= 1
            else:
                fresh.append(finding)
        left = fresh
    return left


def _says_the_same(finding: Finding) -> tuple[str, ...]:
    return finding.code, finding.at.path, finding.message


def _is_in_the_same_place(finding: Finding) -> tuple[str, ...]:
    return finding.code, finding.at.path, finding.symbol


def _objection(
    finding: Finding, made: Sequence[Finding], new: Lines, old: Lines, touched: Mapping[int, frozenset[str]]
) -> Objection:
    """A finding that came, and the fixes that may have brought it: those nearest to it."""
    still = [
        index
        for index, fixed in enumerate(made)
        if fixed.code == finding.code
        and fixed.at.path == finding.at.path
        and (old.key(fixed) == new.key(finding) or fixed.message == finding.message)
    ]
    if still:
        return Objection("the finding would still be there", frozenset(still))
    paths = {finding.at.path, *(step.at.path for step in finding.trace)}
    near = [index for index in touched if finding.at.path in touched[index]]
    choices = (
        [index for index in near if made[index].symbol == finding.symbol],
        near,
        [index for index in touched if paths & touched[index]],
        list(touched),
    )
    suspects = next(filter(None, choices))
    return Objection(f"it would bring {finding.code}: {finding.message}", frozenset(suspects))
