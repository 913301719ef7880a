"""Findings under the name of their file."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from fastlint.engine.report import severity_of, visible
from fastlint.reporting.places import region
from fastlint.reporting.summary import fix_mark, style_of, summary
from fastlint.reporting.table import aligned

if TYPE_CHECKING:
    from fastlint.engine import Report
    from fastlint.findings import Finding
    from fastlint.reporting.context import Context


def render(report: Report, context: Context) -> str:
    """A block for each file with findings, and the summary."""
    blocks = []
    for path, findings in groupby(report.findings, lambda finding: finding.at.path):
        rows = [_row(finding, context) for finding in findings]
        blocks.append(f"{context.paint(visible(context.shown(path)), 'bold')}:\n{aligned(rows, indent=2)}")
    return "\n".join([*blocks, summary(report, context)])


def _row(finding: Finding, context: Context) -> tuple[str, str, str]:
    place = region(finding.at, context)
    code = context.paint(finding.code, style_of(severity_of(finding)))
    return f"{place.row}:{place.column}", code, f"{fix_mark(finding, context)}{finding.message}"
