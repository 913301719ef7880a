"""The rules' pages, executed: every example shows what it says."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from fastlint.catalog import Example, Page, Rule, load_page, load_rules, unmarked
from fastlint.engine import Report, check_sources
from fastlint.engine.sources import Sources
from fastlint.settings import Settings, configured_in, load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

RULES = load_rules()
_NEED_OTHERS = frozenset(["FLT002"])  # rules about what other rules found


@cache
def _page(rule: Rule) -> Page:
    return load_page(rule)


def _examples(kind: str) -> Iterator[object]:
    for rule in RULES:
        for index, example in enumerate(_page(rule).examples):
            if example.kind == kind:
                yield pytest.param(rule, example, id=f"{rule.code}-{index}")


def _settings(files: Mapping[str, str], folder: Path) -> Settings:
    for name in ("pyproject.toml", "fastlint.toml"):
        if name in files:
            (folder / name).write_text(files[name], "utf-8")
    return load_settings(configured_in(folder)).settings


def _report(rule: Rule, files: Mapping[str, str], folder: Path) -> Report:
    rules = RULES if rule.code in _NEED_OTHERS else (rule,)
    report = check_sources(files, _settings(files, folder), rules)
    assert [note.message for note in report.notes if note.rule == rule.code] == []
    return report


def _found(rule: Rule, report: Report, files: Mapping[str, str]) -> list[tuple[str, int, str]]:
    sources = Sources(None, {path: text.encode() for path, text in files.items()})
    return [
        (finding.at.path, sources.get(finding.at.path).row(finding.at.start), finding.message)
        for finding in report.findings
        if finding.code == rule.code
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_page_keeps_to_the_grammar(rule: Rule) -> None:
    assert _page(rule).rule == rule


@pytest.mark.parametrize(("rule", "example"), list(_examples("bad")))
def test_bad_example_is_found(rule: Rule, example: Example, tmp_path: Path) -> None:
    files, marks = unmarked(rule.code, example)
    found = _found(rule, _report(rule, files, tmp_path), files)
    assert sorted((path, row) for path, row, _ in found) == sorted((mark.path, mark.row) for mark in marks)
    messages = sorted((mark.path, mark.row, mark.message) for mark in marks if mark.message is not None)
    promised = {(path, row) for path, row, _ in messages}
    assert sorted(entry for entry in found if entry[:2] in promised) == messages


@pytest.mark.parametrize(("rule", "example"), list(_examples("good")))
def test_good_example_is_silent(rule: Rule, example: Example, tmp_path: Path) -> None:
    files, _ = unmarked(rule.code, example)
    assert _found(rule, _report(rule, files, tmp_path), files) == []
