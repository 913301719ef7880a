"""The definitions that findings stand in."""

from __future__ import annotations

import pytest

from fastlint.engine.symbols import symbol_at, with_symbols
from fastlint.facts.load import facts_of
from fastlint.findings import Finding
from fastlint.text import Span

TEXT = b"""\
top = 1

@deco(one)
class A(base):
    field = two

    @deco(three)
    async def method(self, x=four):
        if x:
            def inner():
                return five
        else:
            with x:
                class Local:
                    y = six
        return seven

try:
    def guarded(): return eight
except E:
    nine = 1
    for z in y:
        def looped():
            match z:
                case 1:
                    def cased(): ten
eleven
"""


@pytest.mark.parametrize(
    ("word", "symbol"),
    [
        ("top", ""),
        ("one", "A"),
        ("base", "A"),
        ("two", "A"),
        ("three", "A.method"),
        ("four", "A.method"),
        ("five", "A.method.inner"),
        ("six", "A.method.Local"),
        ("seven", "A.method"),
        ("eight", "guarded"),
        ("nine", ""),
        ("ten", "looped.cased"),
        ("eleven", ""),
    ],
)
def test_the_innermost_definition(word: str, symbol: str) -> None:
    file = facts_of("a.py", TEXT)
    assert symbol_at(file, TEXT.index(word.encode())) == symbol


def test_what_a_check_says_stays() -> None:
    at = TEXT.index(b"two")
    own = Finding(Span("a.py", at, at + 3), "m", symbol="mine")
    plain = Finding(Span("a.py", at, at + 3), "m")
    other = Finding(Span("Dockerfile", 0, 3), "m")
    named = with_symbols([own, plain, other], {"a.py": facts_of("a.py", TEXT)})
    assert [finding.symbol for finding in named] == ["mine", "A", ""]
