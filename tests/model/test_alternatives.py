"""Patterns of many words."""

from __future__ import annotations

import re

import pytest

from fastlint.model.alternatives import any_of


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ({b"client", b"close", b"sync"}, [b"client", b"close"]),
        ({b"c", b"client"}, [b"client", b"c"]),
        ({b"a.c", b"+"}, []),
        ((), []),
    ],
)
def test_words_are_found_as_they_are_written(words: set[bytes], found: list[bytes]) -> None:
    text = b"x.client.close y.clientele.asynchronous z.c abc"
    assert re.findall(rb"\.(" + any_of(words) + rb")\b", text) == found
