"""How deep files nest."""

from __future__ import annotations

import pytest

from fastlint.facts.depth import depth_of
from fastlint.fixing.parse import parses
from fastlint.fixing.tree import parse
from fastlint.fixing.withheld import WithheldError

DEEP = {
    "parentheses": "x = " + "(" * 2000 + "1" + ")" * 2000,
    "lists": "x = " + "[" * 2000 + "]" * 2000,
    "sum": "x = " + " + ".join(["a"] * 20_000),
    "calls": "x = a" + ".b()" * 5000,
    "elif": "if x: ...\n" + "elif x: ...\n" * 10_000,
    "texts": "x = " + '"a" ' * 1000,
}


@pytest.mark.parametrize("name", DEEP)
def test_what_would_exhaust_the_stack_is_not_parsed(name: str) -> None:
    assert depth_of(DEEP[name].encode()) > 900
    assert not parses(DEEP[name].encode())
    with pytest.raises(WithheldError, match="the file nests too deeply"):
        parse(DEEP[name] + "\n")


def test_what_is_only_long_is_not_deep() -> None:
    long = "x = [" + '"a", ' * 5000 + "]\n" + "f(1)\n" * 1000 + "if x: ...\n" * 1000
    assert depth_of(long.encode()) < 10
    assert parse(long).code == long
