"""What a run found: plain data, in a total order, the same whatever the machine's mood."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Literal

import msgspec

from fastlint.findings import Finding, Severity, Step
from fastlint.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastlint.facts.discover import Scope

# What a terminal obeys, and how commands to CI systems begin that stand anywhere in a line (`##vso[`, `##[`).
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]|#(?=#\\w*\\[)")


class Suppressed(msgspec.Struct, frozen=True):
    """A finding that a comment silences; `by` is the comment."""

    finding: Finding
    by: Span
    reason: str


class Note(msgspec.Struct, frozen=True):
    """Something about the run itself: an `error` means that not all of the work was done."""

    level: Literal["error", "warning", "note"]
    message: str
    rule: str = ""


class Timing(msgspec.Struct, frozen=True):
    """How long one piece of the work took; `name` is a rule's code or a phase."""

    name: str
    seconds: float


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a run.

    Attributes:
        findings: sorted by path, start and code, each with its code and severity filled in.
        suppressed: what comments silence, in the same order.
        notes: what went wrong with the run itself.
        timings: seconds by phase and rule.
        names: the rules' names by code, of all rules that ran.
        titles: the rules' titles by code.
        files: how many Python files were reported on.
        known: how many findings are left out because they are known.
    """

    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    notes: tuple[Note, ...] = ()
    timings: tuple[Timing, ...] = ()
    names: dict[str, str] = {}
    titles: dict[str, str] = {}
    files: int = 0
    known: int = 0

    @property
    def failed(self) -> bool:
        """Whether part of the work could not be done."""
        return any(note.level == "error" for note in self.notes)

    def counts(self) -> dict[Severity, int]:
        """How many findings there are of each severity."""
        found = Counter(severity_of(finding) for finding in self.findings)
        return {"error": found["error"], "warning": found["warning"], "info": found["info"]}

    def within(self, scope: Scope, files: int) -> Report:
        """The part of the report that is about files in a scope, of which there are so many."""
        return msgspec.structs.replace(
            self,
            findings=tuple(finding for finding in self.findings if scope.covers(finding.at.path)),
            suppressed=tuple(entry for entry in self.suppressed if scope.covers(entry.finding.at.path)),
            files=files,
        )


def severity_of(finding: Finding) -> Severity:
    """A finding's severity; in a report each has one."""
    return finding.severity or "warning"


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in the order of reports, each once."""
    once = {(finding.code, finding.at, finding.message): finding for finding in findings}
    return tuple(sorted(once.values(), key=_order))


def _order(finding: Finding) -> tuple[str, int, str, int, str]:
    return finding.at.path, finding.at.start, finding.code, finding.at.end, finding.message


def clean(finding: Finding) -> Finding:
    """A finding whose texts hold one line each and nothing that a terminal would obey.

    Messages quote the linted source: names and strings in it are a stranger's.
    """
    if not _UNFIT.search(finding.message) and not any(_UNFIT.search(step.message) for step in finding.trace):
        return finding
    return msgspec.structs.replace(
        finding,
        message=visible(finding.message),
        trace=tuple(Step(step.at, visible(step.message)) for step in finding.trace),
    )


def visible(text: str) -> str:
    """A text with control characters, lone surrogates, marks of direction and beginnings of commands written out."""
    return _UNFIT.sub(_written_out, text)


def _written_out(match: re.Match[str]) -> str:
    return "\\x23" if match[0] == "#" else match[0].encode("unicode_escape").decode("ascii")
