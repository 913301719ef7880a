"""Suppression comments: what they silence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from fastlint.facts.coverage import alone, rows_of_next, rows_of_own
from fastlint.facts.records import Suppression
from fastlint.facts.syntax import COMMENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Literal

    from tree_sitter import Node

    from fastlint.text import Source

_WORDS: Final = (b"fastlint", b"noqa")
_OWN: Final = re.compile(
    r"#[ \t]*fastlint[ \t]*:[ \t]*(?P<word>ignore-file|ignore)"
    r"(?:[ \t]*\[(?P<codes>[^\]#]*)\]|(?=\s|$))(?P<reason>[^#]*)",
)
_ANY_OWN: Final = re.compile(r"#[ \t]*fastlint[ \t]*:(?P<text>[^#]*)", re.IGNORECASE)
_NOQA: Final = re.compile(r"#[ \t]*noqa(?:[ \t]*:(?P<codes>[^#]*)|\b(?P<reason>[^#]*))", re.IGNORECASE)
_CODE: Final = re.compile(r"[A-Z]+[0-9]+")
_OURS: Final = "FLT"
_SEPARATOR: Final = re.compile(r"[,\s]+")
_AROUND_REASON: Final = " \t:,-\N{EN DASH}\N{EM DASH}"


def suppressions(root: Node, source: Source) -> tuple[Suppression, ...]:
    """The suppression comments of a file."""
    places = sorted(_places(source.data.lower()))
    if not places:
        return ()
    return tuple(
        suppression
        for node in _comments(root, places)
        for suppression in (_own(root, node, source), _noqa(root, node, source))
        if suppression
    )


def _places(lowered: bytes) -> Iterator[int]:
    """Where words stand that suppressions hold, behind a `#`: found far faster than by a pattern."""
    for word in _WORDS:
        at = lowered.find(word)
        while at >= 0:
            if lowered.rfind(b"#", lowered.rfind(b"\n", 0, at) + 1, at) >= 0:
                yield at
            at = lowered.find(word, at + 1)


def _comments(root: Node, places: Sequence[int]) -> Iterator[Node]:
    """The comments at these places."""
    past = 0
    for at in places:
        if at < past:
            continue
        node = root.descendant_for_byte_range(at, at + 1)
        if node is not None and node.kind_id in COMMENT:
            past = node.end_byte
            yield node


def _own(root: Node, node: Node, source: Source) -> Suppression | None:
    """`# fastlint: ignore[CODES] reason`, and what looks like it but says nothing that is understood."""
    text = source.text(node.start_byte, node.end_byte)
    match = _OWN.search(text)
    if match is None:
        other = _ANY_OWN.match(text)
        if other is None:
            return None
        return _found(root, node, source, "ignore", (), (other["text"].strip(),), "")
    written = match["codes"]
    words = [] if written is None else [word for word in _SEPARATOR.split(written) if word]
    codes = tuple(word for word in words if _CODE.fullmatch(word))
    malformed = tuple(word for word in words if not _CODE.fullmatch(word))
    if written is not None and not words:
        malformed = ("[]",)
    kind: Literal["file", "ignore"] = "file" if match["word"] == "ignore-file" else "ignore"
    return _found(root, node, source, kind, codes, malformed, match["reason"])


def _noqa(root: Node, node: Node, source: Source) -> Suppression | None:
    """`# noqa` and `# noqa: CODES reason`, if it concerns us."""
    match = _NOQA.search(source.text(node.start_byte, node.end_byte))
    if match is None:
        return None
    if match["codes"] is None:
        return _found(root, node, source, "noqa", (), (), match["reason"] or "")
    codes: list[str] = []
    malformed: list[str] = []
    rest = match["codes"].lstrip()
    while rest:
        word, *after = _SEPARATOR.split(rest, maxsplit=1)
        if not _CODE.fullmatch(word.upper()):
            break
        if word.startswith(_OURS) and _CODE.fullmatch(word):
            codes.append(word)
        elif word.upper().startswith(_OURS):
            malformed.append(word)
        rest = after[0] if after else ""
    if not codes and not malformed:
        return None
    return _found(root, node, source, "noqa", tuple(codes), tuple(malformed), rest)


def _found(
    root: Node,
    node: Node,
    source: Source,
    kind: Literal["ignore", "file", "noqa"],
    codes: tuple[str, ...],
    malformed: tuple[str, ...],
    reason: str,
) -> Suppression:
    by_itself = alone(node, source)
    if kind == "file":
        rows = (1, len(source.line_starts))
    elif not by_itself:
        rows = rows_of_own(root, node, source)
    elif kind == "noqa":  # as everywhere: it is about its own line, on which there is nothing
        rows = (source.row(node.start_byte),) * 2
    else:
        rows = rows_of_next(root, node, source)
    reason = reason.strip(_AROUND_REASON)
    return Suppression(kind, codes, malformed, reason, node.start_byte, node.end_byte, *rows, by_itself)
