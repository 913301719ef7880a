"""Logging commands: issues in Azure Pipelines.

Source: azure-pipelines-task-lib `taskcommand.ts` for what is escaped.
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


def render(report: Report, context: Context) -> str:
    """One command for each finding, and the summary."""
    return "".join(f"{_command(finding, context)}\n" for finding in report.findings) + summary(report, context)


def _command(finding: Finding, context: Context) -> str:
    place = region(finding.at, context)
    properties = {
        "type": "error" if severity_of(finding) == "error" else "warning",
        "sourcepath": context.shown(finding.at.path),
        "linenumber": str(place.row),
        "columnnumber": str(place.column),
        "code": finding.code,
    }
    told = ";".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"##vso[task.logissue {told};]{_data(finding.message)}"


def _data(text: str) -> str:
    return visible(text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace("]", "%5D").replace(";", "%3B")
