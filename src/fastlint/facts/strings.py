"""String literals: from how they are written to what they mean, without ever running them."""

from __future__ import annotations

import re
import sys
from typing import Final

_ESCAPE: Final = re.compile(
    r"\\(?:\n|[\\'\"abfnrtv]|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^{}]+\})",
)
_PREFIX: Final = re.compile(r"[A-Za-z]*")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_SIMPLE: Final = {
    "\n": "",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}


def recode(text: str) -> str:
    """Text that was read as latin-1, so that its offsets are those of the bytes, as the utf-8 that it is."""
    return text if text.isascii() else text.encode("latin-1").decode("utf-8", "replace")


def prefix(literal: str) -> str:
    """The letters before the quote, in lower case."""
    match = _PREFIX.match(literal)
    return match.group().lower() if match else ""


def contents(literal: str, skipped: int) -> str:
    """What stands between the quotes of a literal whose prefix is `skipped` letters long; the end may be missing."""
    quote = literal[skipped : skipped + 1]
    if literal[skipped : skipped + 3] == quote * 3:
        begin, closing = skipped + 3, quote * 3
    else:
        begin, closing = skipped + 1, quote
    if len(literal) >= begin + len(closing) and literal.endswith(closing):
        return literal[begin : -len(closing)]
    return literal[begin:]


def decoded(text: str, *, raw: bool) -> str:
    """The value of a stretch of a literal (read as latin-1): line ends, characters and escapes."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = recode(text)
    if raw or "\\" not in text:
        return text
    value = _ESCAPE.sub(_character, text)
    # Lone surrogates are legal in Python but not in utf-8, which the records are written in.
    return value if value.isascii() else _SURROGATE.sub("\ufffd", value)


def _character(escape: re.Match[str]) -> str:
    written = escape.group()[1:]
    if written in _SIMPLE:
        return _SIMPLE[written]
    if written[0] in "xuU":
        code = int(written[1:], 16)
        return chr(code) if code <= sys.maxunicode else escape.group()
    if written[0] == "N":
        return _named(written[2:-1], escape.group())
    return chr(int(written, 8))


def _named(name: str, written: str) -> str:
    import unicodedata

    try:
        return unicodedata.lookup(name)
    except KeyError:
        return written
