"""Patterns of many words."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def any_of(words: Iterable[bytes]) -> bytes:
    """The text of a pattern that matches any of these words, to be used in a group; nothing, if there are none.

    Words that begin alike stand together: most places of a text are passed over three times as fast as by all of the
    words in a row. Which of two words matches of which one begins with the other is open: say what follows.
    """
    rests: dict[bytes, list[bytes]] = defaultdict(list)
    for word in sorted(words):
        rests[word[:1]].append(re.escape(word[1:]))
    return b"|".join(re.escape(first) + b"(?:" + b"|".join(some) + b")" for first, some in rests.items()) or b"(?!)"
