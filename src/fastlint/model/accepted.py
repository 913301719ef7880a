"""What a comment for another linter says is meant as it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastlint.facts.records import Expr, Keyword
    from fastlint.model.nodes import Scope

_COMMENT = rb"#[^\n]*\b(?:noqa|nosec)\b[^\n]*\b(?:%s)\b"


def is_accepted(parts: tuple[Expr | Keyword, ...], scope: Scope, *codes: str) -> bool:
    """Whether the line of a part ends in `# noqa: S501` or the like for a rule that says the same as ours.

    Who wrote that has decided, and gave that rule the reason.
    """
    data = scope.module.facts.source.data
    if not any(code.encode() in data for code in codes):
        return False
    comment = re.compile(_COMMENT % "|".join(codes).encode())
    return any(comment.search(data, one.start, _line_end(data, one)) is not None for one in parts)


def _line_end(data: bytes, part: Expr | Keyword) -> int:
    found = data.find(b"\n", part.end)
    return len(data) if found < 0 else found
