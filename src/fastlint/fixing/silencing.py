"""Comments that silence findings, put where they are: at the end of the line, or above it where a line takes none."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import msgspec

from fastlint.facts.load import facts_of
from fastlint.findings import Finding
from fastlint.fixing.document import Document, TextEdit
from fastlint.fixing.withheld import WithheldError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fastlint.facts.records import Suppression
    from fastlint.facts.store import File

_OWN_FAMILY: Final = "FLT0"  # findings about comments and about files that cannot be read
_LIST: Final = re.compile(rb"(?P<head>fastlint[ \t]*:[ \t]*ignore[ \t]*\[)(?P<codes>[^\]#]*)\]")
_FURTHEST: Final = 200  # lines above a finding that a comment may stand


class Silenced(msgspec.Struct, frozen=True):
    """A file with comments added.

    Attributes:
        content: its new bytes.
        done: how many comments were added or widened.
        left: the findings that no comment could be found a place for.
    """

    content: bytes
    done: int
    left: tuple[Finding, ...]


def silenced(path: str, raw: bytes, findings: Sequence[Finding], reason: str = "") -> Silenced:
    """Add comments to a file for findings in it; comments for other tools stay as they are.

    Each place is tried and proved: the comment must be read as one, be about the finding, and break nothing.
    """
    left = [finding for finding in findings if finding.code.startswith(_OWN_FAMILY) or not path.endswith(".py")]
    by_row: dict[int, list[Finding]] = defaultdict(list)
    source = facts_of(path, raw).source
    for finding in findings:
        if finding not in left:
            by_row[source.row(finding.at.start)].append(finding)
    told = " ".join(reason.replace("#", " ").split())
    content = raw
    for row in sorted(by_row, reverse=True):  # from below, so that the rows above stay what they are
        changed = _with_comment(path, content, row, {finding.code for finding in by_row[row]}, told)
        if changed is None:
            left += by_row[row]
        content = changed or content
    done = len({row for row, those in by_row.items() if those[0] not in left})
    return Silenced(content, done, tuple(finding for finding in findings if finding in left))


def _with_comment(path: str, raw: bytes, row: int, codes: set[str], reason: str) -> bytes | None:
    """A file with a comment about a row; None if there is no place for one."""
    before = facts_of(path, raw)
    try:
        document = Document(path, raw)
        for edit, moved in _candidates(before, row, codes, reason, document.newline):
            changed = document.changed((edit,))
            after = facts_of(path, changed)
            heard = {code for comment in _about(after, row + moved) for code in comment.codes}
            if codes <= heard and len(after.header.problems) <= len(before.header.problems):
                return changed
    except WithheldError:  # the file cannot be written in its encoding
        return None
    return None


def _candidates(file: File, row: int, codes: set[str], reason: str, newline: bytes) -> Iterator[tuple[TextEdit, int]]:
    """Edits to try, each with by how many lines it moves the row."""
    source = file.source
    for comment in _about(file, row):
        match = _LIST.search(source.data, comment.start, comment.end) if comment.kind == "ignore" else None
        if match:
            listed = [word.strip() for word in match["codes"].decode().split(",") if word.strip()]
            words = ", ".join([*listed, *sorted(codes - set(listed))])
            yield TextEdit(match.start("codes"), match.end("codes"), words.encode()), 0
    comment_text = f"# fastlint: ignore[{', '.join(sorted(codes))}]{f' {reason}' if reason else ''}".encode()
    end = source.line_starts[row - 1] + len(source.line_bytes(row))
    stripped = len(source.data[:end].rstrip(b" \t\f"))
    yield TextEdit(stripped, end, b"  " + comment_text), 0
    for above in range(row, max(row - _FURTHEST, 0), -1):
        start = source.line_starts[above - 1]
        line = source.line_bytes(above)
        indent = line[: len(line) - len(line.lstrip(b" \t"))]
        yield TextEdit(start, start, indent + comment_text + newline), 1


def _about(file: File, row: int) -> list[Suppression]:
    """The suppression comments of our own that cover a row."""
    return [
        comment
        for comment in file.header.suppressions
        if comment.kind == "ignore" and comment.codes and comment.applies_from <= row <= comment.applies_to
    ]
