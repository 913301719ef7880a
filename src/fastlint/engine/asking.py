"""Asks the checks, in two processes where that pays, and gathers what they answer."""

from __future__ import annotations

import contextlib
import gc
import time
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from fastlint.catalog import PageError, load_check, weight
from fastlint.engine.report import Note, Timing, clean
from fastlint.facts import pipes
from fastlint.facts.helpers import Helper, forked, taken
from fastlint.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from types import CodeType

    from fastlint.catalog import Check, Rule
    from fastlint.model.project import Project
    from fastlint.settings import Settings

_RANK: Mapping[Severity, int] = {"info": 0, "warning": 1, "error": 2}
_FAMILY = len("FLT1")
# A copy counts as hung that takes longer than so many seconds, and than so many times what its share took here.
_PATIENCE, _SLOWEST = 60.0, 10


class Answers(msgspec.Struct):
    """What checks answered.

    Attributes:
        found: the findings, each with its code and severity filled in.
        notes: which checks failed, and how.
        spent: seconds by rule, and those of the model, which are everybody's.
        asked: the codes of the rules.
        read: bodies that were read on the way, for the store of another process to learn.
    """

    found: list[Finding] = []
    notes: list[Note] = []
    spent: dict[str, float] = {}
    asked: list[str] = []
    read: dict[str, dict[int, msgspec.Raw]] = {}

    @property
    def timings(self) -> tuple[Timing, ...]:
        """What the model took, which is everybody's, and what each rule took besides."""
        return tuple(Timing(name, seconds) for name, seconds in self.spent.items())

    def spend(self, name: str, since: float) -> None:
        """Note down time that has passed since a moment."""
        self.spent[name] = self.spent.get(name, 0.0) + time.perf_counter() - since

    def add(self, other: Answers) -> None:
        """Take over what other checks answered."""
        self.found += other.found
        self.notes += other.notes
        self.asked += other.asked
        for name, seconds in other.spent.items():
            self.spent[name] = self.spent.get(name, 0.0) + seconds


def ask_all(project: Project, rules: Sequence[Rule]) -> Answers:
    """Ask the checks of rules.

    A check that raises becomes a note; what it had found by then counts, and the others go on. In a large project a
    copy of this process asks some of the checks. What most of them share is worked out before, for both.
    """
    answers = Answers()
    families = [list(family) for _, family in groupby(rules, lambda rule: rule.code[:_FAMILY])]
    if len(families) > 1 and project.store.pays_for_a_copy:
        for rule in rules:
            with contextlib.suppress(Exception):  # it is told when the rule is asked
                _prepare(project, rule, answers)
        _ask_in_two(project, families[::-1], answers)
    _ask(project, (rule for rule in rules if rule.code not in answers.asked), answers)
    return answers


def _ask_in_two(project: Project, families: Sequence[Sequence[Rule]], answers: Answers) -> None:
    """Ask the checks here and in a copy of this process, each of which takes the next family when it is done with one.

    Where there is no such process to be had, or it fails, its share is left unasked.
    """
    shared = taken(families)  # by families, as what the rules of one ask of the model is much the same

    def serve(_questions: int, told: int) -> None:
        gc.disable()  # all that was made before would be copied
        project.store.part()
        theirs = Answers()
        _ask(project, shared, theirs)
        theirs.read = project.store.news()
        pipes.send(told, msgspec.msgpack.encode(theirs))

    copy: Helper | None = None
    try:
        with contextlib.suppress(OSError):
            copy = forked(serve)
            copy.start()
        started = time.monotonic()
        _ask(project, shared, answers)
        message = copy.answer(max(_PATIENCE, _SLOWEST * (time.monotonic() - started))) if copy is not None else None
    finally:
        if copy is not None:
            copy.kill()
    if message is not None:
        theirs = msgspec.msgpack.decode(message, type=Answers)
        answers.add(theirs)
        project.store.learn(theirs.read)


def _ask(project: Project, rules: Iterable[Rule], answers: Answers) -> None:
    for rule in rules:
        answers.asked.append(rule.code)
        started = time.perf_counter()
        try:
            check = _prepare(project, rule, answers)
            started = time.perf_counter()
            answers.found.extend(_settled(check(project), rule, project.settings))
        except PageError as error:
            answers.notes.append(Note("error", str(error), rule.code))
        except Exception as error:  # noqa: BLE001 - whatever a check does, the others must be heard
            answers.notes.append(Note("error", _crash(rule, error), rule.code))
        answers.spend(rule.code, started)


def _prepare(project: Project, rule: Rule, answers: Answers) -> Check:
    """The check of a rule, when what it asks of the model is worked out so far as others ask it, too.

    Raises:
        PageError: the rule has no check.
    """
    started = time.perf_counter()
    check = load_check(rule)
    answers.spend("imports", started)
    started = time.perf_counter()
    project.settle(_names_in(check))
    answers.spend("model", started)
    return check


def _settled(findings: Iterable[Finding], rule: Rule, settings: Settings) -> Iterator[Finding]:
    """Findings of a rule with what the user's settings make of them."""
    mended = _is_fixable(rule, settings)
    for finding in findings:
        severity = _severity(finding, rule, settings.severity)
        fix = finding.fix if mended else None
        yield clean(msgspec.structs.replace(finding, code=rule.code, severity=severity, fix=fix))


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


def _crash(rule: Rule, error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    text = str(error).split("\n", 1)[0]
    return f"{rule.code} ({rule.name}) crashed{place}: {type(error).__name__}: {text}; please report it"
