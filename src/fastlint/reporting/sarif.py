"""SARIF 2.1.0 as GitHub code scanning reads it.

Sources: the OASIS specification (errata 01), GitHub's "SARIF support for code scanning". The primary region is one
line (a pull request is annotated only where all lines of it are in the diff); paths are relative to `%SRCROOT%`; every
rule that ran is listed even when nothing was found, so that alerts close; nothing in it depends on time or machine.
What comments silence is left out unless asked for: code scanning shows it as open alerts, whatever the log says of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from fastlint import HOME, __version__
from fastlint.engine.report import severity_of, visible
from fastlint.reporting.linehash import line_hashes
from fastlint.reporting.objects import encoded
from fastlint.reporting.places import keys, region
from fastlint.reporting.sarif_fixes import artifact, fix_objects
from fastlint.reporting.sarif_rules import rule_objects

if TYPE_CHECKING:
    from fastlint.engine import Report, Suppressed
    from fastlint.findings import Finding, Step
    from fastlint.reporting.context import Context
    from fastlint.text import Span

    Json: TypeAlias = "dict[str, object]"

LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_SCHEMA = "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/main/sarif-2.1/schema/sarif-schema-2.1.0.json"
_NOTE_ID = "fastlint/run"
_RANK = {"error": 0, "warning": 1, "info": 2}
# GitHub takes 25,000 results, and 10,000 thread flow locations and 1,000 locations a result; it shows a tenth of these.
_MOST_RESULTS = 25_000
_MOST_STEPS = 100


def render(report: Report, context: Context) -> str:
    """The log, on as many lines as there are results, so that it can be compared by eye."""
    codes = sorted(report.names)
    results = _Results(codes, context)
    entries: list[tuple[Finding, Suppressed | None]] = [(finding, None) for finding in report.findings]
    if context.suppressed:
        entries += [(entry.finding, entry) for entry in report.suppressed]
    entries.sort(key=lambda entry: (entry[0].at, entry[0].code, entry[1] is not None))
    told = keys([finding for finding, _ in entries], context)
    pairs = list(zip(entries, told, strict=True))
    left_out = len(pairs) - _MOST_RESULTS
    if left_out > 0:  # the least grave go
        gravest = sorted(range(len(pairs)), key=lambda place: _RANK[severity_of(pairs[place][0][0])])[:_MOST_RESULTS]
        pairs = [pairs[place] for place in sorted(gravest)]
    lines = [encoded(results.one(finding, key, silenced)) for (finding, silenced), key in pairs]
    head = encoded({"$schema": _SCHEMA, "version": "2.1.0"})[:-1]
    run = encoded(_run(report, codes, max(left_out, 0)))[:-1]
    inner = ",\n".join(lines)
    return f'{head},"runs":[\n{run},"results":[\n{inner}\n]}}\n]}}\n'


def _run(report: Report, codes: list[str], left_out: int) -> Json:
    driver: Json = {
        "name": "fastlint",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": rule_objects(codes, LEVELS),
        "notifications": [
            {
                "id": _NOTE_ID,
                "name": "Run",
                "shortDescription": {"text": "Something about the run itself."},
                "fullDescription": {"text": "Work that could not be done, or not all of it."},
                "help": {"text": "See the message."},
            }
        ],
    }
    if HOME:
        driver["informationUri"] = HOME
    notes = [_note(note.level, note.message) for note in report.notes]
    if left_out:
        notes.append(_note("warning", f"{left_out} results are left out: code scanning takes {_MOST_RESULTS}"))
    return {
        "tool": {"driver": driver},
        "automationDetails": {"id": "fastlint/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the checked project"}}},
        "invocations": [{"executionSuccessful": not report.failed, "toolExecutionNotifications": notes}],
    }


def _note(level: str, message: str) -> Json:
    return {"level": level, "message": {"text": visible(message) or "?"}, "descriptor": {"id": _NOTE_ID}}


class _Results:
    """Makes results; a file is hashed once."""

    def __init__(self, codes: list[str], context: Context) -> None:
        self._order = {code: place for place, code in enumerate(codes)}
        self._hashes: dict[str, dict[int, str]] = {}
        self._context = context

    def one(self, finding: Finding, key: str, silenced: Suppressed | None) -> Json:
        context = self._context
        steps = finding.trace[:_MOST_STEPS]
        result: Json = {"ruleId": finding.code}
        if finding.code in self._order:
            result["ruleIndex"] = self._order[finding.code]
        result |= {
            "level": LEVELS[severity_of(finding)],
            "message": {"text": _message(finding, steps)},
            "locations": [location(finding.at, context)],
            "partialFingerprints": self._fingerprints(finding, key),
        }
        if steps:
            result["codeFlows"] = [{"threadFlows": [{"locations": [_step(step, context) for step in steps]}]}]
            result["relatedLocations"] = [
                {"id": place, **location(step.at, context), "message": {"text": _told(step)}}
                for place, step in enumerate(steps, 1)
            ]
        if fixes := fix_objects(finding, context):
            result["fixes"] = fixes
        if context.suppressed:  # if one result has them, all must (3.27.23)
            result["suppressions"] = [_suppression(silenced, context)] if silenced else []
        return result

    def _fingerprints(self, finding: Finding, key: str) -> Json:
        path = finding.at.path
        if path not in self._hashes:
            raw = self._context.sources.raw(path)  # code scanning reads UTF-8 whatever a file says of itself
            self._hashes[path] = line_hashes(raw.decode("utf-8", "replace"))
        prints: Json = {"fastlint/v1": key}
        row = region(finding.at, self._context).row
        if row in self._hashes[path]:
            prints["primaryLocationLineHash"] = self._hashes[path][row]
        return prints


def _suppression(silenced: Suppressed, context: Context) -> Json:
    told: Json = {"kind": "inSource", "location": location(silenced.by, context)}
    return told | {"justification": visible(silenced.reason)} if silenced.reason else told


def _message(finding: Finding, steps: tuple[Step, ...]) -> str:
    """The message; each step of a chain as a link to its related location."""
    text = _plain(visible(finding.message) or finding.code)
    if not steps:
        return text
    links = " → ".join(f"[{_plain(_told(step))}]({place})" for place, step in enumerate(steps, 1))
    return f"{text}. Steps: {links}"


def _told(step: Step) -> str:
    return visible(step.message) or "?"


def _plain(text: str) -> str:
    """Text with nothing in it that SARIF reads as a link: brackets are escaped by a backslash (3.11.6)."""
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def location(span: Span, context: Context) -> Json:
    """A physical location, cut to the first line of a span."""
    place = region(span, context)
    return {
        "physicalLocation": {
            "artifactLocation": artifact(span.path, context),
            "region": {
                "startLine": place.row,
                "startColumn": place.column,
                "endLine": place.row,
                "endColumn": place.end_column,
            },
        }
    }


def _step(step: Step, context: Context) -> Json:
    return {"location": {**location(step.at, context), "message": {"text": _told(step)}}}
