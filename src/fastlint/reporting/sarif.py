"""SARIF 2.1.0 as GitHub code scanning reads it.

Sources: the OASIS specification (errata 01), GitHub's "SARIF support for code scanning". The primary region is one
line (a pull request is annotated only where all lines of it are in the diff); paths are relative to `%SRCROOT%`; every
rule that ran is listed even when nothing was found, so that alerts close; nothing in it depends on time or machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote

from fastlint import __version__
from fastlint.engine.report import severity_of
from fastlint.reporting.linehash import line_hashes
from fastlint.reporting.objects import encoded
from fastlint.reporting.places import keys, region
from fastlint.reporting.sarif_rules import rule_objects

if TYPE_CHECKING:
    from fastlint.engine import Report
    from fastlint.findings import Finding, Step
    from fastlint.reporting.context import Context
    from fastlint.text import Span

    Json: TypeAlias = "dict[str, object]"

LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_SCHEMA = "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/main/sarif-2.1/schema/sarif-schema-2.1.0.json"
_NOTE_ID = "fastlint/run"
# GitHub takes 10,000 thread flow locations and 1,000 locations a result and shows a tenth of them.
_MOST_STEPS = 100


def render(report: Report, context: Context) -> str:
    """The log, on as many lines as there are results, so that it can be compared by eye."""
    codes = sorted(report.names)
    order = {code: place for place, code in enumerate(codes)}
    hashes: dict[str, dict[int, str]] = {}
    results = [
        encoded(_result(finding, key, order, hashes, context))
        for finding, key in zip(report.findings, keys(report.findings, context), strict=True)
    ]
    head = encoded({"$schema": _SCHEMA, "version": "2.1.0"})[:-1]
    run = encoded(_run(report, codes))[:-1]
    inner = ",\n".join(results)
    return f'{head},"runs":[\n{run},"results":[\n{inner}\n]}}\n]}}\n'


def _run(report: Report, codes: list[str]) -> Json:
    driver: Json = {
        "name": "fastlint",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": rule_objects(codes, LEVELS),
        "notifications": [
            {
                "id": _NOTE_ID,
                "name": "Run",
                "shortDescription": {"text": "Something about the run itself"},
                "fullDescription": {"text": "Work that could not be done, or not all of it"},
                "help": {"text": "See the message"},
            }
        ],
    }
    notes = [
        {"level": "error" if note.level == "error" else "warning", "message": {"text": note.message or "?"}, "descriptor": {"id": _NOTE_ID}}
        for note in report.notes
    ]
    return {
        "tool": {"driver": driver},
        "automationDetails": {"id": "fastlint/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the checked project"}}},
        "invocations": [{"executionSuccessful": not report.failed, "toolExecutionNotifications": notes}],
    }


def _result(
    finding: Finding, key: str, order: dict[str, int], hashes: dict[str, dict[int, str]], context: Context
) -> Json:
    path = finding.at.path
    if path not in hashes:
        source = context.sources.get(path)
        hashes[path] = line_hashes(source.decode(source.data))
    row = region(finding.at, context).row
    prints = {"fastlint/v1": key}
    if row in hashes[path]:
        prints["primaryLocationLineHash"] = hashes[path][row]
    steps = finding.trace[:_MOST_STEPS]
    result: Json = {
        "ruleId": finding.code,
        "ruleIndex": order.get(finding.code, -1),
        "level": LEVELS[severity_of(finding)],
        "message": {"text": _message(finding, steps)},
        "locations": [_location(finding.at, context)],
        "partialFingerprints": prints,
    }
    if steps:
        result["codeFlows"] = [{"threadFlows": [{"locations": [_step(step, context) for step in steps]}]}]
        result["relatedLocations"] = [
            {"id": place, **_location(step.at, context), "message": {"text": step.message or "?"}}
            for place, step in enumerate(steps, 1)
        ]
    return result


def _message(finding: Finding, steps: tuple[Step, ...]) -> str:
    """The message; each step of a chain as a link to its related location."""
    text = finding.message or finding.code
    if not steps:
        return text
    links = " → ".join(f"[{_label(step.message or '?')}]({place})" for place, step in enumerate(steps, 1))
    return f"{_plain(text)}. Steps: {links}"


def _plain(text: str) -> str:
    """Text with nothing in it that SARIF reads as a link: `[` is escaped by a backslash (3.11.6)."""
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


_label = _plain


def _location(span: Span, context: Context) -> Json:
    place = region(span, context)
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(context.shown(span.path)), "uriBaseId": "%SRCROOT%"},
            "region": {
                "startLine": place.row,
                "startColumn": place.column,
                "endLine": place.row,
                "endColumn": place.end_column,
            },
        }
    }


def _step(step: Step, context: Context) -> Json:
    return {"location": {**_location(step.at, context), "message": {"text": step.message or "?"}}}


def _uri(path: str) -> str:
    """A posix path as a relative URI; a first segment with a colon would read as a scheme."""
    told = quote(path, safe="/-._~!$&'()*+,;=@", errors="replace")
    return told
