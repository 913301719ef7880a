"""Fixes of a whole project, in passes, each proved by checking the result before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec

from fastlint.engine import Report
from fastlint.findings import Finding
from fastlint.fixing.apply import Bench
from fastlint.fixing.judge import Lines, objections

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastlint.fixing.judge import Key

Check: TypeAlias = Callable[[Mapping[str, bytes]], Report]
Answer: TypeAlias = Literal["yes", "no", "all", "quit"]
Ask: TypeAlias = Callable[[Finding, Mapping[str, bytes], Mapping[str, bytes]], Answer]

_PASSES: Final = 10
_CHECKS: Final = 60  # of the whole project, in search of the fixes that do harm


class Withheld(msgspec.Struct, frozen=True):
    """A finding whose fix was not made, and why."""

    finding: Finding
    reason: str


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What fixing came to; nothing of it is written yet.

    Attributes:
        before: the report on the project as it is.
        after: the report on the project as it would be.
        fixed: the findings whose fixes are made, as they stood then.
        withheld: the findings whose fixes could not be made, as they stood then.
        originals: the bytes of the files that change, as they are.
        contents: the bytes of these files, as they would be.
    """

    before: Report
    after: Report
    fixed: tuple[Finding, ...]
    withheld: tuple[Withheld, ...]
    originals: dict[str, bytes]
    contents: dict[str, bytes]


def fix_all(
    check: Check, read: Callable[[str], bytes], wanted: Callable[[Finding], bool], ask: Ask | None = None
) -> Outcome:
    """Make all fixes that are wanted and stand the test: their findings are gone, and no new ones come.

    Args:
        check: the report on the project with these contents in place of those on disk.
        read: the bytes of a file on disk.
        wanted: whether a finding's fix is to be made.
        ask: asked before each fix, with the contents that it changes and their new state; None makes all.
    """
    run = _Run(check, read, wanted, ask)
    for _ in range(_PASSES):
        if not run.one_pass():
            break
    return run.outcome()


class _Trial(msgspec.Struct, frozen=True):
    """Fixes tried together: those that were made, the contents, and the report on them."""

    made: tuple[Finding, ...]
    contents: dict[str, bytes]
    report: Report


class _Run:
    def __init__(
        self, check: Check, read: Callable[[str], bytes], wanted: Callable[[Finding], bool], ask: Ask | None
    ) -> None:
        self._check = check
        self._wanted = wanted
        self._ask = ask
        self._disk = _Once(read)
        self._contents: dict[str, bytes] = {}
        self._bench = Bench(self._current)
        self._before = self._report = check({})
        self._fixed: list[Finding] = []
        self._withheld: dict[tuple[Key, str], Withheld] = {}
        self._refused: set[tuple[Key, str]] = set()
        self._checks = 0
        self._together: tuple[tuple[Finding, ...], dict[str, bytes]] = ((), {})

    def _current(self, path: str) -> bytes:
        return self._contents[path] if path in self._contents else self._disk(path)

    def outcome(self) -> Outcome:
        contents = {path: data for path, data in self._contents.items() if data != self._disk(path)}
        return Outcome(
            before=self._before,
            after=self._report,
            fixed=tuple(self._fixed),
            withheld=tuple(self._withheld.values()),
            originals={path: self._disk(path) for path in contents},
            contents=contents,
        )

    def one_pass(self) -> bool:
        """Make what can be made at once; whether anything was."""
        lines = Lines(self._current)
        candidates = [finding for finding in self._report.findings if finding.fix and self._wanted(finding)]
        candidates = [finding for finding in candidates if self._name(finding, lines) not in self._refused]
        candidates.sort(key=lambda finding: finding.fix is not None and finding.fix.applicability != "safe")
        candidates = self._agreed(self._possible(candidates, lines), lines)
        accepted = _Trial((), dict(self._contents), self._report)
        accepted = self._grown(accepted, candidates, lines)
        self._contents = dict(accepted.contents)
        self._report = accepted.report
        self._fixed.extend(sorted(accepted.made, key=lambda finding: finding.at))
        return bool(accepted.made)

    def _possible(self, candidates: Sequence[Finding], lines: Lines) -> list[Finding]:
        """Those of the fixes that can be made together; the others wait, or never can."""
        applied = self._bench.apply([finding.fix for finding in candidates if finding.fix])
        for index, reason in applied.withheld.items():
            self._refuse(candidates[index], reason, lines)
        made = [candidates[index] for index in applied.made]
        self._together = tuple(made), applied.contents
        return made

    def _agreed(self, candidates: Sequence[Finding], lines: Lines) -> list[Finding]:
        """Those of the fixes that the user wants."""
        if self._ask is None:
            return list(candidates)
        agreed: list[Finding] = []
        for index, finding in enumerate(candidates):
            contents = self._bench.apply([finding.fix] if finding.fix else []).contents
            answer = self._ask(finding, {path: self._current(path) for path in contents}, contents)
            if answer == "all":
                self._ask = None
                return [*agreed, *candidates[index:]]
            if answer == "quit":
                self._wanted = _nothing
                return agreed
            if answer == "yes":
                agreed.append(finding)
            else:
                self._refused.add(self._name(finding, lines))
        return agreed

    def _grown(self, accepted: _Trial, more: Sequence[Finding], lines: Lines) -> _Trial:
        """What is accepted, and of more fixes those that do no harm on top of it."""
        if not more:
            return accepted
        if self._checks > _CHECKS:
            for finding in more:
                self._refuse(finding, "too many fixes did harm, and not all could be tried", lines)
            return accepted
        trial, found = self._tried([*accepted.made, *more], lines)
        if not found:
            return trial
        if len(more) == 1:
            self._refuse(more[0], found[0], lines)
            return accepted
        suspects = found[1]
        innocent = [finding for finding in more if id(finding) not in suspects]
        if innocent and len(innocent) < len(more):
            accepted = self._grown(accepted, innocent, lines)
            more = [finding for finding in more if id(finding) in suspects]
            if len(more) == 1:
                return self._grown(accepted, more, lines)
        half = len(more) // 2
        for part in (more[:half], more[half:]):
            accepted = self._grown(accepted, part, lines)
        return accepted

    def _tried(self, findings: Sequence[Finding], lines: Lines) -> tuple[_Trial, tuple[str, frozenset[int]] | None]:
        made, changed = self._together
        if made != tuple(findings):
            applied = self._bench.apply([finding.fix for finding in findings if finding.fix])
            made, changed = tuple(findings[index] for index in applied.made), applied.contents
        contents = {**self._contents, **changed}
        self._checks += 1
        report = self._check(contents)
        new = Lines(lambda path: contents[path] if path in contents else self._disk(path))
        touched = {
            index: frozenset(edit.at.path for edit in finding.fix.edits) if finding.fix else frozenset[str]()
            for index, finding in enumerate(made)
        }
        found = objections(self._report, report, made, lines, new, touched)
        trial = _Trial(made, contents, report)
        if not found:
            return trial, None
        suspects = {id(made[index]) for objection in found for index in objection.suspects}
        return trial, (found[0].reason, frozenset(suspects))

    def _refuse(self, finding: Finding, reason: str, lines: Lines) -> None:
        name = self._name(finding, lines)
        self._refused.add(name)
        self._withheld.setdefault(name, Withheld(finding, reason))

    @staticmethod
    def _name(finding: Finding, lines: Lines) -> tuple[Key, str]:
        return lines.key(finding), finding.symbol


class _Once:
    """Reads each file once, so that all of a run is about one state of it."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        self._read = read
        self._known: dict[str, bytes] = {}

    def __call__(self, path: str) -> bytes:
        if path not in self._known:
            self._known[path] = self._read(path)
        return self._known[path]


def _nothing(_: Finding) -> bool:
    return False
