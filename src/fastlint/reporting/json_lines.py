"""One JSON object for each finding and line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.reporting.objects import encoded, finding_objects

if TYPE_CHECKING:
    from fastlint.engine import Report
    from fastlint.reporting.context import Context


def render(report: Report, context: Context) -> str:
    """The findings, one object a line."""
    return "".join(f"{encoded(item)}\n" for item in finding_objects(report, context))
