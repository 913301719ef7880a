"""The suppression comments of a project: which silence nothing, and what they are without some of their codes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastlint.facts.files import FileFacts
    from fastlint.facts.records import Suppression
    from fastlint.text import Source

_OWN = re.compile(r"#[ \t]*fastlint[ \t]*:[^#]*", re.IGNORECASE)
_NOQA = re.compile(r"#[ \t]*noqa[ \t]*:[^#]*", re.IGNORECASE)
_LISTED = re.compile(r"[,\s]*(?P<code>[A-Za-z]+[0-9]+)(?![\w-])")
_UNBRACKETED = re.compile(r"\[?\s*(FLT[0-9]{3})\b")


class Comment:
    """A suppression comment in its file."""

    __slots__ = ("file", "suppression")

    def __init__(self, file: FileFacts, suppression: Suppression) -> None:
        self.file = file
        self.suppression = suppression

    @property
    def at(self) -> Span:
        """All of the comment."""
        return Span(self.file.path, self.suppression.start, self.suppression.end)

    @property
    def is_own(self) -> bool:
        """Whether it is written for fastlint: `# fastlint: …`, not `# noqa`."""
        return self.suppression.kind != "noqa"

    @property
    def unbracketed(self) -> str:
        """The code in `# fastlint: ignore FLT101`, which stands where the reason should; "" where there is none."""
        one = self.suppression
        match = _UNBRACKETED.match(one.reason) if self.is_own and not one.codes and not one.malformed else None
        return match[1] if match else ""

    def place(self, word: str) -> Span:
        """Where a word stands in the comment; all of the comment where it doesn't stand as it is."""
        at = self.file.source.data.find(word.encode(), self.suppression.start, self.suppression.end)
        return Span(self.file.path, at, at + len(word.encode())) if at >= 0 else self.at

    def without(self, codes: frozenset[str]) -> tuple[Span, str]:
        """The stretch to replace, and the text to put there, so that only these codes go."""
        source, own = self.file.source, self.suppression
        text = source.text(own.start, own.end)
        match = (_OWN if self.is_own else _NOQA).search(text)
        if match is None:
            return self.at, text
        left = _shortened(match[0], codes, own)
        if left:
            return self.at, text[: match.start()] + left + text[match.end() :]
        rest = (text[: match.start()].rstrip() + " " + text[match.end() :].lstrip()).strip()
        if rest:
            return self.at, rest if rest.startswith("#") else f"# {rest}"
        return self._whole(source), ""

    def _whole(self, source: Source) -> Span:
        """The comment with the blanks before it; with its line where nothing else stands on that."""
        data, start, end = source.data, self.suppression.start, self.suppression.end
        while start > 0 and data[start - 1 : start] in (b" ", b"\t"):
            start -= 1
        if self.suppression.alone and data[end : end + 1] in (b"\r", b"\n"):
            end += 2 if data[end : end + 2] == b"\r\n" else 1
        return Span(self.file.path, start, end)


def comments(files: Mapping[str, FileFacts]) -> Iterator[Comment]:
    """All suppression comments, file by file."""
    for path in sorted(files):
        for suppression in files[path].header.suppressions:
            yield Comment(files[path], suppression)


def unused(
    files: Mapping[str, FileFacts], spent: frozenset[tuple[str, int, str]], ran: frozenset[str], *, all_ran: bool
) -> Iterator[tuple[Comment, tuple[str, ...]]]:
    """The comments that silence nothing, with those of their codes that don't; none for one without codes.

    Args:
        files: the files of the project.
        spent: path and start of each comment that silenced something, and the code that it silenced.
        ran: the codes of the rules that ran: of others nobody knows.
        all_ran: whether these are all that run by default, so that a comment for all of them can be judged.
    """
    used: dict[tuple[str, int], set[str]] = {}
    for path, start, code in spent:
        used.setdefault((path, start), set()).add(code)
    for comment in comments(files):
        own = comment.suppression
        silenced = used.get((comment.file.path, own.start), set())
        if own.codes:
            idle = tuple(code for code in dict.fromkeys(own.codes) if code in ran and code not in silenced)
            if idle:
                yield comment, idle
        elif comment.is_own and not own.malformed and not silenced and all_ran:
            yield comment, ()


def _shortened(segment: str, codes: frozenset[str], own: Suppression) -> str:
    """A directive without some codes; "" if no code is left in it."""
    left = [code for code in own.codes if code not in codes]
    if own.kind != "noqa":
        if not left and not own.malformed:
            return ""
        opening, _, rest = segment.partition("[")
        _, _, reason = rest.partition("]")
        return f"{opening}[{', '.join([*left, *own.malformed])}]{reason}"
    head, _, rest = segment.partition(":")
    kept: list[str] = []
    at = 0
    while match := _LISTED.match(rest, at):
        if match["code"] not in codes:
            kept.append(match["code"])
        at = match.end()
    return f"{head}: {', '.join(kept)}{rest[at:]}" if kept else ""
