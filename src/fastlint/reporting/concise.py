"""One line for each finding: `path:row:column: CODE [*] message`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.engine.report import severity_of, visible
from fastlint.reporting.summary import fix_mark, style_of, summary

if TYPE_CHECKING:
    from fastlint.engine import Report
    from fastlint.findings import Finding
    from fastlint.reporting.context import Context


def render(report: Report, context: Context) -> str:
    """The findings, one a line, and the summary."""
    lines = "".join(f"{_line(finding, context)}\n" for finding in report.findings)
    return lines + summary(report, context)


def _line(finding: Finding, context: Context) -> str:
    place = context.paint(visible(context.place(finding.at)), "bold")
    code = context.paint(finding.code, style_of(severity_of(finding)))
    mark = fix_mark(finding, context)
    return f"{place}: {code} {mark}{finding.message}"
