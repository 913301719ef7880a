"""From the bytes of a file on disk to bytes in utf-8, which is what the parser and all offsets are about."""

from __future__ import annotations

import codecs
import re
from typing import Final, NamedTuple

from fastlint.facts.records import Problem

_BOM: Final = codecs.BOM_UTF8
_COOKIE: Final = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_NOTHING: Final = re.compile(rb"[ \t\f]*(?:#.*)?$")
_LINE_END: Final = re.compile(rb"\r\n|\r|\n")


class Text(NamedTuple):
    """The text of a file.

    Attributes:
        data: its bytes in utf-8, those of the file itself unless it is in another encoding.
        encoding: the codec of the file itself.
        problems: what could not be decoded.
    """

    data: bytes
    encoding: str
    problems: tuple[Problem, ...]


def text_of(raw: bytes) -> Text:
    """The text of a file in the encoding that it declares (PEP 263), utf-8 by default."""
    bom = raw.startswith(_BOM)
    cookie = _cookie(raw)
    if cookie is None:
        return _in_utf8(raw, ())
    written, at = cookie
    try:
        codec = codecs.lookup(written).name
    except (LookupError, ValueError):  # ValueError: a name with a NUL or too long for the importer
        return _in_utf8(raw, (Problem(f"unknown encoding `{written}`", at),))
    if codec in {"utf-8", "utf-8-sig"}:
        return _in_utf8(raw, ())
    if bom:
        return _in_utf8(raw, (Problem(f"a UTF-8 file that says it is in `{written}`", at),))
    return _transcoded(raw, codec, at)


def _cookie(raw: bytes) -> tuple[str, int] | None:
    """The encoding that one of the first two lines declares, and where."""
    if b"coding" not in raw[:1000]:  # the cheap answer for nearly all files; no sane cookie stands further on
        return None
    start = len(_BOM) if raw.startswith(_BOM) else 0
    for _ in range(2):
        ending = _LINE_END.search(raw, start)
        line = raw[start : ending.start() if ending else len(raw)]
        found = _COOKIE.match(line)
        if found:
            return found[1].decode("ascii"), start + found.start(1)
        if ending is None or not _NOTHING.match(line):
            return None
        start = ending.end()
    return None


def _in_utf8(raw: bytes, problems: tuple[Problem, ...]) -> Text:
    if not raw.isascii():
        try:
            raw.decode()
        except UnicodeDecodeError as error:
            problems = (*problems, Problem(f"byte {raw[error.start]:#04x} is not valid UTF-8", error.start))
    return Text(raw, "utf-8", problems)


def _transcoded(raw: bytes, codec: str, at: int) -> Text:
    problems: tuple[Problem, ...] = ()
    try:
        text = raw.decode(codec)
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode(codec, "replace").encode("utf-8", "replace")
        problems = (Problem(f"byte {raw[error.start]:#04x} is not valid in `{codec}`", len(before)),)
        text = raw.decode(codec, "replace")
    except Exception:  # noqa: BLE001  (a codec may raise anything, and not all decode bytes to text)
        return _in_utf8(raw, (Problem(f"cannot be decoded as `{codec}`", at),))
    # What a codec yields may hold lone surrogates, which utf-8 cannot.
    return Text(text.encode("utf-8", "replace"), codec, problems)
