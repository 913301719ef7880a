"""The rules' pages, executed: every example shows what it says."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from fastlint.catalog import Example, Page, Rule, fixes_of, load_page, load_rules, unmarked
from fastlint.engine import Report, check_sources
from fastlint.engine.sources import Sources
from fastlint.fixing.apply import Bench
from fastlint.fixing.document import apply_edits
from fastlint.fixing.passes import Outcome, fix_all
from fastlint.fixing.plain import PlainEdits
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


def _fixes() -> list[object]:
    return [
        pytest.param(rule, bad, fixed, id=f"{rule.code}-{index}")
        for rule in RULES
        for index, (bad, fixed) in enumerate(fixes_of(_page(rule)))
    ]


def _outcome(rule: Rule, files: Mapping[str, str], folder: Path) -> Outcome:
    sources = {path: text.encode() for path, text in files.items()}
    settings = _settings(files, folder)
    rules = RULES if rule.code in _NEED_OTHERS else (rule,)
    return fix_all(
        lambda contents: check_sources({**sources, **contents}, settings, rules),
        lambda path: sources.get(path, b""),
        lambda finding: finding.code == rule.code,
    )


@pytest.mark.parametrize(("rule", "bad", "fixed"), _fixes())
def test_fixed_example_is_what_the_fix_makes(rule: Rule, bad: Example, fixed: Example, tmp_path: Path) -> None:
    files, _ = unmarked(rule.code, bad)
    wanted, _ = unmarked(rule.code, fixed)
    outcome = _outcome(rule, files, tmp_path)
    assert {path: data.decode() for path, data in outcome.contents.items()} == wanted
    again = _outcome(rule, {**files, **wanted}, tmp_path)
    assert again.contents == {}


@pytest.mark.parametrize(("rule", "example"), list(_examples("bad")))
def test_a_finding_is_not_fixed_more_safely_than_its_page_says(rule: Rule, example: Example, tmp_path: Path) -> None:
    files, _ = unmarked(rule.code, example)
    fixes = [finding.fix for finding in _report(rule, files, tmp_path).findings if finding.code == rule.code]
    kinds = {fix.applicability for fix in fixes if fix is not None}
    assert kinds <= {"none": set(), "unsafe": {"unsafe"}, "safe": {"safe", "unsafe"}}[rule.fix]


@pytest.mark.parametrize(("rule", "example"), list(_examples("bad")))
def test_the_text_edits_of_a_finding_give_what_its_fix_writes(rule: Rule, example: Example, tmp_path: Path) -> None:
    files, _ = unmarked(rule.code, example)
    sources = {path: text.encode() for path, text in files.items()}
    plain = PlainEdits(lambda path: sources.get(path, b""))
    for finding in _report(rule, files, tmp_path).findings:
        if finding.code == rule.code and finding.fix is not None:
            edits = plain.of(finding.fix)
            written = Bench(lambda path: sources.get(path, b"")).apply([finding.fix])
            assert edits is not None
            assert written.made == (0,)
            assert {path: apply_edits(sources[path], one) for path, one in edits.items()} == written.contents


@pytest.mark.parametrize(("rule", "example"), list(_examples("bad")))
def test_fixing_an_example_is_safe_and_final(rule: Rule, example: Example, tmp_path: Path) -> None:
    files, _ = unmarked(rule.code, example)
    outcome = _outcome(rule, files, tmp_path)
    assert [entry.reason for entry in outcome.withheld] == []
    again = _outcome(rule, {**files, **{path: data.decode() for path, data in outcome.contents.items()}}, tmp_path)
    assert again.contents == {}
