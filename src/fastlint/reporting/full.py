"""Each finding with the source it is about, the chain that leads to it, and how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.engine.report import severity_of, visible
from fastlint.reporting.summary import fix_mark, style_of, summary
from fastlint.reporting.terminal import cells, source_text

if TYPE_CHECKING:
    from fastlint.engine import Report
    from fastlint.findings import Finding
    from fastlint.reporting.context import Context

_LEAST = 20  # columns of source that are shown however narrow the terminal is
_LEAD = 12  # columns kept before an underlined span when a long line is cut


def render(report: Report, context: Context) -> str:
    """The findings, one block each, and the summary."""
    blocks = "".join(f"{_block(finding, report, context)}\n" for finding in report.findings)
    return blocks + summary(report, context)


def _block(finding: Finding, report: Report, context: Context) -> str:
    severity = severity_of(finding)
    style = style_of(severity)
    name = report.names.get(finding.code, "")
    mark = fix_mark(finding, context)
    row = context.start(finding.at).row
    margin = " " * len(str(row))
    bar = context.paint("|", "blue")
    head = f"{context.paint(f'{severity}[{finding.code}]', style)} {mark}{context.paint(finding.message, 'bold')}"
    lines = [head, f"{margin}{context.paint('-->', 'blue')} {visible(context.place(finding.at))}"]
    excerpt = _excerpt(finding, row, context.width - len(margin) - 4, context)
    if excerpt:
        source, underline = excerpt
        lines.append(f"{margin} {bar}")
        lines.append(f"{context.paint(str(row), 'blue')} {bar} {source}")
        lines.append(f"{margin} {bar} {context.paint(underline, style)}")
    lines.extend(f"{margin} {context.paint('=', 'blue')} {line}" for line in _trailer(finding, name, context))
    return "".join(f"{line}\n" for line in lines)


def _trailer(finding: Finding, name: str, context: Context) -> list[str]:
    lines = []
    steps = [f"{step.message} {context.paint(f'({visible(context.place(step.at))})', 'dim')}" for step in finding.trace]
    if len(steps) == 1:
        lines.append(f"{context.paint('see:', 'bold')} {steps[0]}")
    elif steps:
        lines.append(context.paint("chain:", "bold"))
        width = len(str(len(steps)))
        lines.extend(f"  {number:>{width}}. {step}" for number, step in enumerate(steps, 1))
    if finding.fix:
        kind = "" if finding.fix.applicability == "safe" else " (unsafe fix)"
        lines.append(f"{context.paint('fix:', 'bold')} {visible(finding.fix.message)}{kind}")
    lines.append(f"{context.paint('help:', 'bold')} fastlint rule {finding.code} ({name})")
    return lines


def _excerpt(finding: Finding, row: int, width: int, context: Context) -> tuple[str, str] | None:
    """The line that a finding starts on and the underline below it, cut to a width around the span."""
    source = context.sources.get(finding.at.path)
    if row > len(source.line_starts) or not source.data:
        return None
    start = source.line_starts[row - 1]
    before = source_text(source.text(start, finding.at.start).removeprefix("\ufeff"))
    line_end = start + len(source.line_bytes(row))
    inside = source_text(source.text(finding.at.start, min(finding.at.end, line_end)))
    after = source_text(source.text(min(finding.at.end, line_end), line_end))
    more = "…" if finding.at.end > line_end else ""
    return _cut(before, inside, after + more, max(width, _LEAST))


def _cut(before: str, inside: str, after: str, width: int) -> tuple[str, str]:
    if cells(before + inside + after) > width and cells(before) > _LEAD:
        indent = len(before) - len(before.lstrip())
        before = before[indent:]  # the indentation goes first
        if cells(before + inside) > width:
            before = f"…{before[-_LEAD:]}"
    text = before + inside + after
    if cells(text) > width:
        text = f"{text[: width - 1]}…"
    length = max(1, min(cells(inside), width - cells(before)))
    return text, " " * cells(before) + "^" * length
