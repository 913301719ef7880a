"""The runnable projects: what follows the spec is silent, what breaks it is found where its comments say."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parents[1] / "fixtures"
MESSY = ["messy_clinic", "messy_courier", "messy_shop"]
_EXPECTED = re.compile(r"# expect: (?P<codes>FLT\d{3}(?:, FLT\d{3})*)")
_EXPECTED_OFF = re.compile(r"# expect off: (?P<codes>FLT\d{3}(?:, FLT\d{3})*)")


def _check(name: str, *options: str) -> list[tuple[str, int, str]]:
    """The place and code of every finding in a fixture."""
    command = [sys.executable, "-m", "fastlint", "check", ".", "--no-cache", "--exit-zero", "--output-format", "json"]
    done = subprocess.run([*command, *options], cwd=FIXTURES / name, capture_output=True, text=True, check=True)
    return [(row["filename"], row["location"]["row"], row["code"]) for row in json.loads(done.stdout)]


def _expected(name: str, *kinds: re.Pattern[str]) -> list[tuple[str, int, str]]:
    """The place and code of every finding that a comment of these kinds promises."""
    return [
        (file.relative_to(FIXTURES / name).as_posix(), row, code)
        for file in (FIXTURES / name).rglob("*")
        if file.suffix in {".py", ".toml", ".ini"}
        for row, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        for kind in kinds
        if (match := kind.search(line))
        for code in match["codes"].split(", ")
    ]


@pytest.mark.parametrize("name", ["clean_domain", "clean_services", "clean_sqlmodel"])
def test_what_follows_the_spec_is_silent(name: str) -> None:
    assert _check(name) == []


@pytest.mark.parametrize("name", MESSY)
def test_what_breaks_the_spec_is_found_where_the_comments_say(name: str) -> None:
    assert sorted(_check(name)) == sorted(_expected(name, _EXPECTED))


@pytest.mark.parametrize("name", MESSY)
def test_rules_that_are_off_find_what_the_comments_say(name: str) -> None:
    assert sorted(_check(name, "--select", "ALL")) == sorted(_expected(name, _EXPECTED, _EXPECTED_OFF))
