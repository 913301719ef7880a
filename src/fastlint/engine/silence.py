"""What is not reported although it was found: comments in the source, and patterns in the settings."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from fastlint.catalog import matches
from fastlint.engine.report import Suppressed
from fastlint.facts.ignore import IgnoreSpec
from fastlint.findings import Finding
from fastlint.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fastlint.catalog import Rule
    from fastlint.facts.files import FileFacts
    from fastlint.facts.records import Suppression


class Silenced(msgspec.Struct, frozen=True):
    """Findings told apart by the comments around them.

    `spent` holds, for each comment that silenced something, its path, its start and the code it silenced.
    """

    heard: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    spent: frozenset[tuple[str, int, str]]


def silence(findings: Iterable[Finding], files: Mapping[str, FileFacts]) -> Silenced:
    """Apply the suppression comments of the files that findings stand in."""
    heard: list[Finding] = []
    suppressed: list[Suppressed] = []
    spent: set[tuple[str, int, str]] = set()
    for finding in findings:
        file = files.get(finding.at.path)
        comments = _comments_on(finding, file) if file is not None else []
        spent.update((finding.at.path, comment.start, finding.code) for comment in comments)
        if comments:
            first = comments[0]
            suppressed.append(Suppressed(finding, Span(finding.at.path, first.start, first.end), first.reason))
        else:
            heard.append(finding)
    return Silenced(tuple(heard), tuple(suppressed), frozenset(spent))


def _comments_on(finding: Finding, file: FileFacts) -> Sequence[Suppression]:
    """The comments that silence a finding: every one of them is spent, so that none is called unused."""
    comments = file.header.suppressions
    if not comments:
        return ()
    row = file.source.row(finding.at.start)
    return [
        comment
        for comment in comments
        if comment.applies_from <= row <= comment.applies_to
        and (finding.code in comment.codes or _silences_all(comment, finding))
    ]


def _silences_all(comment: Suppression, finding: Finding) -> bool:
    """Whether a comment names no codes and so silences whatever is found there, except about itself."""
    about_itself = comment.start <= finding.at.start < comment.end
    return not (comment.codes or comment.malformed or about_itself)


class FileIgnores:
    """`per-file-ignores`: which rules are not reported where."""

    def __init__(self, table: Mapping[str, Sequence[str]], rules: Mapping[str, Rule]) -> None:
        self._rules = rules
        self._entries = [
            (IgnoreSpec([pattern.removeprefix("!")]), pattern.startswith("!"), tuple(words))
            for pattern, words in table.items()
        ]
        self._words = lru_cache(maxsize=None)(self._words_for)

    def drop(self, finding: Finding) -> bool:
        """Whether a finding stands in a file where its rule is not reported."""
        rule = self._rules.get(finding.code)
        if rule is None or not self._entries:
            return False
        return any(matches(word, rule) for word in self._words(finding.at.path))

    def _words_for(self, path: str) -> tuple[str, ...]:
        return tuple(
            word for spec, negated, words in self._entries if spec.covers(path) is not negated for word in words
        )
