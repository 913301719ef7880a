"""One line for each finding as pylint prints it: `path:row: [CODE] message`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.engine.report import visible
from fastlint.reporting.places import region

if TYPE_CHECKING:
    from fastlint.engine import Report
    from fastlint.reporting.context import Context


def render(report: Report, context: Context) -> str:
    """The findings, one a line."""
    return "".join(
        f"{visible(context.shown(finding.at.path))}:{region(finding.at, context).row}: "
        f"[{finding.code}] {finding.message}\n"
        for finding in report.findings
    )
