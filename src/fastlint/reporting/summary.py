"""The line below a report for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastlint.engine import Report
    from fastlint.reporting.context import Context

_STYLES = {"error": "bold red", "warning": "bold yellow", "info": "bold blue"}


def style_of(severity: str) -> str:
    """The colour of a severity."""
    return _STYLES[severity]


def summary(report: Report, context: Context) -> str:
    """How many findings there are, and of what; empty when only findings are wanted."""
    if context.quiet:
        return ""
    lines = []
    files = counted(report.files, "file")
    if report.findings:
        parts = [
            context.paint(counted(count, severity) if severity != "info" else f"{count} info", style_of(severity))
            for severity, count in report.counts().items()
            if count
        ]
        lines.append(f"Found {', '.join(parts)} in {files}.")
    elif report.failed:
        lines.append(f"No findings in {files}, but not every check could be made.")
    elif report.files:
        lines.append(context.paint("All checks passed!", "green") + (f" ({files})" if context.verbose else ""))
    if report.suppressed and context.verbose:
        lines.append(f"{counted(len(report.suppressed), 'finding')} suppressed by comments.")
    return "".join(f"{line}\n" for line in lines)


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def fix_mark(applicability: str | None) -> str:
    """`[*] ` before what has a safe fix, else nothing."""
    return "[*] " if applicability == "safe" else ""
