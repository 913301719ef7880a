"""A JSON array of findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.reporting.objects import encoded, finding_objects

if TYPE_CHECKING:
    from fastlint.engine import Report
    from fastlint.reporting.context import Context


def render(report: Report, context: Context) -> str:
    """All findings in one array, one object a line."""
    objects = [encoded(item) for item in finding_objects(report, context)]
    return "[\n" + ",\n".join(f"  {item}" for item in objects) + "\n]\n" if objects else "[]\n"
