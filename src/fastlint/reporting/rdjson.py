"""reviewdog's diagnostics: columns count UTF-8 bytes, ends are exclusive (reviewdog `proto/rdf/reviewdog.proto`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.engine.report import severity_of
from fastlint.reporting.objects import encoded
from fastlint.reporting.places import region

if TYPE_CHECKING:
    from fastlint.engine import Report
    from fastlint.findings import Finding
    from fastlint.reporting.context import Context
    from fastlint.text import Source, Span

_SEVERITIES = {"error": "ERROR", "warning": "WARNING", "info": "INFO"}


def render(report: Report, context: Context) -> str:
    """One JSON object with all diagnostics."""
    diagnostics = [_diagnostic(finding, report, context) for finding in report.findings]
    return encoded({"source": {"name": "fastlint"}, "severity": "WARNING", "diagnostics": diagnostics}) + "\n"


def _diagnostic(finding: Finding, report: Report, context: Context) -> dict[str, object]:
    told: dict[str, object] = {
        "message": finding.message,
        "location": _location(finding.at, context),
        "severity": _SEVERITIES[severity_of(finding)],
        "code": {"value": f"{finding.code} {report.names.get(finding.code, '')}".rstrip()},
    }
    if finding.trace:
        told["relatedLocations"] = [
            {"message": step.message, "location": _location(step.at, context)} for step in finding.trace
        ]
    if suggestions := _suggestions(finding, context):
        told["suggestions"] = suggestions
    return told


def _suggestions(finding: Finding, context: Context) -> list[dict[str, object]]:
    """The fix, if it changes no other file: reviewdog has no word for that."""
    changes = context.edits(finding.fix)
    if set(changes) != {finding.at.path}:
        return []
    source = context.sources.get(finding.at.path)
    return [
        {"range": {"start": _place(source, at.start), "end": _place(source, at.end)}, "text": text}
        for at, text in changes[finding.at.path]
    ]


def _location(span: Span, context: Context) -> dict[str, object]:
    place = region(span, context)
    return {
        "path": context.shown(span.path),
        "range": {
            "start": {"line": place.row, "column": place.byte_column},
            "end": {"line": place.row, "column": place.byte_end},
        },
    }


def _place(source: Source, offset: int) -> dict[str, int]:
    row = source.row(offset)
    return {"line": row, "column": offset - source.line_starts[row - 1] + 1}
