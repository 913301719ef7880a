"""Workflow commands: annotations in GitHub Actions.

Source: actions/toolkit, `@actions/core` `command.ts` for what is escaped; ten annotations of a kind are shown a step,
so the gravest come first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.engine.report import severity_of, visible
from fastlint.reporting.places import region
from fastlint.reporting.summary import summary

if TYPE_CHECKING:
    from fastlint.engine import Report
    from fastlint.findings import Finding
    from fastlint.reporting.context import Context

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}
_RANK = {"error": 0, "warning": 1, "info": 2}


def render(report: Report, context: Context) -> str:
    """One command for each finding, errors first, and the summary."""
    ordered = sorted(report.findings, key=lambda finding: _RANK[severity_of(finding)])
    return "".join(f"{_command(finding, report, context)}\n" for finding in ordered) + summary(report, context)


def _command(finding: Finding, report: Report, context: Context) -> str:
    place = region(finding.at, context)
    name = report.names.get(finding.code, "")
    properties = {
        "title": f"fastlint {finding.code} {name}".rstrip(),
        "file": context.shown(finding.at.path),
        "line": str(place.row),
        "col": str(place.column),
        "endLine": str(place.row),
        "endColumn": str(place.end_column),
    }
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    # the log shows the message and none of the properties
    message = f"{context.shown(finding.at.path)}:{place.row}:{place.column}: {finding.code} {finding.message}"
    return f"::{_COMMANDS[severity_of(finding)]} {told}::{_data(message)}"


def _data(text: str) -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return visible(escaped)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
