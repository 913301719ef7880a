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
    from fastlint.text import Span

_SEVERITIES = {"error": "ERROR", "warning": "WARNING", "info": "INFO"}


def render(report: Report, context: Context) -> str:
    """One JSON object with all diagnostics."""
    source = {"name": "fastlint", "url": ""}
    diagnostics = [_diagnostic(finding, report, context) for finding in report.findings]
    return encoded({"source": {"name": source["name"]}, "severity": "WARNING", "diagnostics": diagnostics}) + "\n"


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
    return told


def _location(span: Span, context: Context) -> dict[str, object]:
    place = region(span, context)
    return {
        "path": context.shown(span.path),
        "range": {
            "start": {"line": place.row, "column": place.byte_column},
            "end": {"line": place.row, "column": place.byte_end},
        },
    }
