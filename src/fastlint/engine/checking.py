"""Asks the checks and settles what becomes of their answers."""

from __future__ import annotations

import re
import time
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from fastlint.catalog import PageError, load_check, weight
from fastlint.engine.report import Note, Report, Suppressed, Timing, clean, in_order
from fastlint.engine.silence import FileIgnores, silence
from fastlint.engine.symbols import with_symbols

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from types import CodeType

    from fastlint.catalog import Check, Rule
    from fastlint.findings import Finding, Severity
    from fastlint.model.project import Project
    from fastlint.settings import Settings

_UNUSED = "FLT002"  # asks what the other rules' suppressions silenced, and so runs after them
_RANGE = re.compile(r"([a-z0-9-]+)\s*(.*)")
_RANK: Mapping[Severity, int] = {"info": 0, "warning": 1, "error": 2}


def run_checks(project: Project, rules: Sequence[Rule]) -> Report:
    """Run the checks of rules over a project.

    A check that raises becomes a note of the report; what it had found by then counts, and the others go on.
    """
    able = [rule for rule in rules if all(_may_be(project, versions) for versions in rule.requires)]
    by_code = {rule.code: rule for rule in able}
    ignores = FileIgnores(project.settings.per_file_ignores, by_code)
    first = _Pass(project)
    for rule in able:
        if rule.code != _UNUSED:
            first.ask(project, rule)
    heard = silence(in_order(first.found), project.files)
    findings, suppressed = list(heard.heard), list(heard.suppressed)
    if _UNUSED in by_code:
        first.found = []
        first.ask(_reviewed(project, heard.spent, frozenset(by_code)), by_code[_UNUSED])
        late = silence(in_order(first.found), project.files)
        findings.extend(late.heard)
        suppressed.extend(late.suppressed)
    silenced = with_symbols([entry.finding for entry in suppressed], project.files)
    entries = [Suppressed(finding, entry.by, entry.reason) for finding, entry in zip(silenced, suppressed, strict=True)]
    return Report(
        findings=with_symbols(in_order(one for one in findings if not ignores.drop(one)), project.files),
        suppressed=tuple(sorted(entries, key=lambda entry: (entry.finding.at, entry.finding.code))),
        notes=tuple(first.notes),
        timings=first.timings,
        names={rule.code: rule.name for rule in able},
        titles={rule.code: rule.title for rule in able},
    )


def _reviewed(project: Project, spent: frozenset[tuple[str, int, str]], ran: frozenset[str]) -> Project:
    """The project, with what is known after the other checks: which comments silenced what, and which rules ran.

    `spent_suppressions` holds (path, start of the comment, code); everything worked out so far is shared.
    """
    reviewed = copy(project)
    vars(reviewed).update(spent_suppressions=spent, rules_run=ran)
    return reviewed


class _Pass:
    """Collects what checks answer."""

    def __init__(self, project: Project) -> None:
        self.found: list[Finding] = []
        self.notes: list[Note] = []
        self._spent: dict[str, float] = {}
        self._settings = project.settings

    def ask(self, project: Project, rule: Rule) -> None:
        mended = _is_fixable(rule, self._settings)
        started = time.perf_counter()
        try:
            check = load_check(rule)
            self._spend("imports", started)
            started = time.perf_counter()
            project.settle(_names_in(check))
            self._spend("model", started)
            started = time.perf_counter()
            for finding in check(project):
                severity = _severity(finding, rule, self._settings.severity)
                fix = finding.fix if mended else None
                self.found.append(clean(msgspec.structs.replace(finding, code=rule.code, severity=severity, fix=fix)))
        except PageError as error:
            self.notes.append(Note("error", str(error), rule.code))
        except Exception as error:  # noqa: BLE001 - whatever a check does, the others must be heard
            self.notes.append(Note("error", _crash(rule, error), rule.code))
        self._spend(rule.code, started)

    @property
    def timings(self) -> tuple[Timing, ...]:
        """What the model took, which is everybody's, and what each rule took besides."""
        return tuple(Timing(name, seconds) for name, seconds in self._spent.items())

    def _spend(self, name: str, since: float) -> None:
        self._spent[name] = self._spent.get(name, 0.0) + time.perf_counter() - since


def _names_in(check: Check) -> tuple[str, ...]:
    """The attributes that a check speaks of, the questions that it asks of the project among them."""
    code: CodeType | None = getattr(check, "__code__", None)
    return code.co_names if code is not None else ()


def _is_fixable(rule: Rule, settings: Settings) -> bool:
    """Whether the user lets a rule's fixes be made: of two words the more specific one decides."""
    wanted, unwanted = (
        max((weight(word, rule) for word in words), default=-1) for words in (settings.fixable, settings.unfixable)
    )
    return wanted > unwanted


def _severity(finding: Finding, rule: Rule, overrides: Mapping[str, Severity]) -> Severity:
    """The user's word over the card's; a finding that weighs less by itself is not made heavier by it."""
    own = finding.severity or rule.severity
    wanted = _override(rule, overrides)
    if wanted is None:
        return own
    return wanted if finding.severity is None else min(own, wanted, key=_RANK.__getitem__)


def _override(rule: Rule, overrides: Mapping[str, Severity]) -> Severity | None:
    words: Iterable[str] = sorted(overrides, key=lambda word: weight(word, rule))
    best = list(words)[-1:]
    return overrides[best[0]] if best and weight(best[0], rule) >= 0 else None


def _may_be(project: Project, versions: str) -> bool:
    match = _RANGE.fullmatch(versions)
    return match is None or project.manifests.may_be(match[1], match[2])


def _crash(rule: Rule, error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    text = str(error).split("\n", 1)[0]
    return f"{rule.code} ({rule.name}) crashed{place}: {type(error).__name__}: {text}; please report it"
