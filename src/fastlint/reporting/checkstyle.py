"""Checkstyle's XML, with the severities of ESLint's formatter of that name."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from fastlint.engine.report import severity_of
from fastlint.reporting.places import region
from fastlint.reporting.xml import element

if TYPE_CHECKING:
    from fastlint.engine import Report
    from fastlint.findings import Finding
    from fastlint.reporting.context import Context

_SEVERITIES = {"error": "error", "warning": "warning", "info": "info"}


def render(report: Report, context: Context) -> str:
    """The document: a `file` for each file with findings."""
    files = "".join(
        "  "
        + element(
            "file",
            {"name": context.shown(path)},
            "\n" + "".join(f"    {_error(finding, context)}\n" for finding in findings) + "  ",
        )
        + "\n"
        for path, findings in groupby(report.findings, lambda finding: finding.at.path)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{element("checkstyle", {"version": "4.3"}, chr(10) + files)}\n'


def _error(finding: Finding, context: Context) -> str:
    place = region(finding.at, context)
    return element(
        "error",
        {
            "line": str(place.row),
            "column": str(place.column),
            "severity": _SEVERITIES[severity_of(finding)],
            "message": finding.message,
            "source": f"fastlint.{finding.code}",
        },
    )
