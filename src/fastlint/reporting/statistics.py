"""How many findings there are of each rule."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from fastlint.reporting.objects import encoded
from fastlint.reporting.summary import summary

if TYPE_CHECKING:
    from fastlint.engine import Report
    from fastlint.reporting.context import Context


class Row(msgspec.Struct, frozen=True):
    """One rule's findings: how many, and how many of them have a safe fix."""

    code: str
    name: str
    count: int
    fixable: bool
    fixable_count: int


def rows(report: Report) -> list[Row]:
    """The rules that found something, the most frequent first."""
    counts = Counter(finding.code for finding in report.findings)
    fixable = Counter(
        finding.code for finding in report.findings if finding.fix and finding.fix.applicability == "safe"
    )
    return [
        Row(code, report.names.get(code, ""), count, fixable[code] > 0, fixable[code])
        for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


def render(report: Report, context: Context) -> str:
    """A line for each rule, `count TAB code TAB [*] TAB name`, and the summary."""
    table = rows(report)
    width = max((len(str(row.count)) for row in table), default=0)
    lines = [f"{row.count:>{width}}\t{row.code}\t[{'*' if row.fixable else ' '}]\t{row.name}\n" for row in table]
    return "".join(lines) + summary(report, context)


def render_json(report: Report) -> str:
    """The same as a JSON array."""
    return f"{encoded(rows(report))}\n"
