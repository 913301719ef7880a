"""A Markdown table, for the summary of a job or a comment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.engine.report import severity_of, visible
from fastlint.reporting.places import region

if TYPE_CHECKING:
    from fastlint.engine import Report
    from fastlint.findings import Finding
    from fastlint.reporting.context import Context

_MOST = 500  # rows: a summary on GitHub may have 1 MiB
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~@:/&])")
_CODE = re.compile(r"`([^`]+)`")
_SIGNS = {"error": "🛑", "warning": "⚠️", "info": "\N{INFORMATION SOURCE}\N{VARIATION SELECTOR-16}"}


def render(report: Report, context: Context) -> str:
    """A heading with the counts, and a row for each finding."""
    counts = report.counts()
    told = ", ".join(
        f"{count} {severity}{'s' if count != 1 and severity != 'info' else ''}"
        for severity, count in counts.items()
        if count
    )
    head = f"## fastlint: {told or 'no findings'}\n"
    if not report.findings:
        return head
    rows = "".join(_row(finding, context) for finding in report.findings[:_MOST])
    left_out = len(report.findings) - _MOST
    more = f"\n… and {left_out} more.\n" if left_out > 0 else ""
    return f"{head}\n| | rule | place | finding |\n| --- | --- | --- | --- |\n{rows}{more}"


def _row(finding: Finding, context: Context) -> str:
    place = region(finding.at, context)
    where = f"{context.shown(finding.at.path)}:{place.row}"
    return f"| {_SIGNS[severity_of(finding)]} | {finding.code} | {_code(where)} | {_prose(finding.message)} |\n"


def _prose(text: str) -> str:
    """A message: its code spans kept, all else that Markdown reads as more than text escaped."""
    parts = _CODE.split(visible(text))
    return "".join(_code(part) if place % 2 else _SPECIAL.sub(r"\\\1", part) for place, part in enumerate(parts))


def _code(text: str) -> str:
    """A code span in a table cell: fenced by more backticks than it holds, bars escaped as tables want it."""
    text = visible(text).replace("|", "\\|")
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"
