"""Regions and fingerprints: one line each, and stable while code moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from fastlint.engine import Sources
from fastlint.findings import Finding
from fastlint.reporting import Context
from fastlint.reporting.places import Region, keys, region
from fastlint.text import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

_LINE = st.sampled_from(["bad()", "  bad()", "good()", "", "x = 1", "bad() + bad()"])


def _findings(lines: Sequence[str]) -> tuple[list[Finding], Context]:
    data = "".join(f"{line}\n" for line in lines).encode()
    found, at = [], data.find(b"bad")
    while at >= 0:
        found.append(Finding(Span("a.py", at, at + 3), "m", "error", code="FLT101"))
        at = data.find(b"bad", at + 1)
    return found, Context(Sources(None, {"a.py": data}))


@given(st.lists(_LINE, max_size=8), st.lists(st.sampled_from(["", "y = 2", "# why"]), max_size=4), st.integers(0, 8))
def test_fingerprints_are_unique_and_survive_lines_moving(lines: list[str], more: list[str], where: int) -> None:
    before = keys(*_findings(lines))
    assert len(set(before)) == len(before)
    moved = [*lines[:where], *more, *(f"    {line}" for line in lines[where:])]
    assert keys(*_findings(moved)) == before


@given(st.lists(_LINE, min_size=1, max_size=8), st.integers(0, 7))
def test_other_fingerprints_stay_when_a_line_goes(lines: list[str], gone: int) -> None:
    before = set(keys(*_findings(lines)))
    after = set(keys(*_findings([*lines[:gone], *lines[gone + 1 :]])))
    assert after <= before


def test_fingerprints_tell_rules_files_and_definitions_apart() -> None:
    sources = Context(Sources(None, {"a.py": b"bad\n", "b.py": b"bad\n"}))
    findings = [
        Finding(Span(path, 0, 3), "m", symbol=symbol, code=code)
        for path in ("a.py", "b.py")
        for symbol in ("", "f")
        for code in ("FLT101", "FLT102")
    ]
    assert len(set(keys(findings, sources))) == len(findings)


def test_regions_are_one_line_and_never_empty() -> None:
    data = "é = f(\n    1)\n".encode()
    context = Context(Sources(None, {"a.py": data}))
    assert region(Span("a.py", 5, len(data) - 1), context) == Region(1, 5, 7, 6, 8)
    assert region(Span("a.py", 2, 2), context) == Region(1, 2, 3, 3, 4)
    assert region(Span("a.py", 0, 2), context) == Region(1, 1, 2, 1, 3)
    assert region(Span("gone.py", 40, 50), context).row == 1
