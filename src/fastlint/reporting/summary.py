"""The line below a report for people."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from fastlint.engine.report import severity_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.engine import Report
    from fastlint.findings import Finding
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
    if report.findings or context.fixed:
        lines.append(f"Found {_found(report, context)}.")
    elif report.failed:
        lines.append(f"No findings in {files}, but not every check could be made.")
    elif report.files:
        lines.append(context.paint("All checks passed!", "green") + (f" ({files})" if context.verbose else ""))
    lines.extend(_offer(report, context))
    if report.known:
        lines.append(f"{counted(report.known, 'known finding')} not shown.")
    if report.suppressed and context.verbose:
        lines.append(f"{counted(len(report.suppressed), 'finding')} suppressed by comments.")
    return "".join(f"{line}\n" for line in lines)


def _found(report: Report, context: Context) -> str:
    """How many findings of each severity, and how many of them are fixed."""
    counts: Counter[str] = Counter(map(severity_of, (*report.findings, *(context.fixed or ()))))
    parts = [
        context.paint(f"{count} info" if severity == "info" else counted(count, severity), style_of(severity))
        for severity in _STYLES
        if (count := counts[severity])
    ]
    if context.fixed:
        return f"{', '.join(parts)} ({len(context.fixed)} fixed, {len(report.findings)} remaining)"
    return f"{', '.join(parts)} in {counted(report.files, 'file')}"


def _offer(report: Report, context: Context) -> Iterator[str]:
    """What fixes there are for the asking."""
    kinds = Counter(finding.fix.applicability for finding in report.findings if finding.fix)
    ready = 0 if context.fixed is not None else kinds["safe"] + (kinds["unsafe"] if context.unsafe else 0)
    hidden = 0 if context.unsafe else kinds["unsafe"]
    more = f"({hidden_fixes(hidden)})" if hidden else ""
    if ready:
        yield f"[{context.paint('*', 'cyan')}] {ready} fixable with the `--fix` option{f' {more}' if more else ''}."
    elif hidden:
        yield f"No fixes available {more}."


def hidden_fixes(number: int) -> str:
    """That there are more fixes, which are unsafe."""
    return f"{counted(number, 'hidden fix', 'hidden fixes')} can be enabled with the `--unsafe-fixes` option"


def counted(number: int, noun: str, nouns: str = "") -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {nouns or f'{noun}s'}"


def fix_mark(finding: Finding, context: Context) -> str:
    """`[*] ` before a finding that `--fix` would mend, else nothing."""
    return "[*] " if finding.fix and (context.unsafe or finding.fix.applicability == "safe") else ""
