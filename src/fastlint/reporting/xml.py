"""Pieces of XML that any text may be put into."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

# What XML 1.0 has no way to write at all.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What it can write and what a terminal obeys, or a CI system: marks of direction, and `##`, with which commands begin
# (`##vso[`) wherever they stand in a line.
_REFERENCES = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]|#(?=#)")
_ENTITIES = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


def text(value: str) -> str:
    """A text as the content of an element."""
    return _told(value)


def element(name: str, attributes: dict[str, str], content: str | None = None) -> str:
    """An element with its attributes; `content` is XML already."""
    told = "".join(f' {key}="{_told(value)}"' for key, value in attributes.items())
    return f"<{name}{told}/>" if content is None else f"<{name}{told}>{content}</{name}>"


def _told(value: str) -> str:
    escaped = escape(_ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", value), _ENTITIES)
    return _REFERENCES.sub(lambda match: f"&#{ord(match[0])};", escaped)
