"""From a report and the options to what is shown: which part of it, how, and where."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fastlint.cli.outputs import AUTO, Output, automatic, base_of, outputs_of, resolves
from fastlint.cli.screen import colored, columns, write
from fastlint.engine import Sources
from fastlint.engine.report import visible
from fastlint.reporting import Context, render
from fastlint.text import Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastlint.cli.options import CheckOptions
    from fastlint.engine import Report, Request
    from fastlint.facts.discover import Discovery
    from fastlint.findings import Finding, Fix
    from fastlint.fixing import plain
    from fastlint.reporting.context import PlainEdits
    from fastlint.settings import FailOn

_RANK = {"info": 0, "warning": 1, "error": 2, "never": 3}


def shown(
    whole: Report,
    discovery: Discovery,
    request: Request,
    options: CheckOptions,
    contents: Mapping[str, bytes] | None = None,
) -> Report:
    """The part of a report that the user asks for: their files, and of these only what is not known."""
    if options.baseline or request.settings.baseline or options.since or options.changed_lines:
        from fastlint.cli import known

        return known.without_known(whole, discovery, request, options, contents)
    return whole.within(discovery.scope, len(discovery.reported))


def fails(report: Report, fail_on: FailOn, options: CheckOptions) -> bool:
    """Whether more findings than may be weigh as much as `fail_on`."""
    grave = sum(count for severity, count in report.counts().items() if _RANK[severity] >= _RANK[fail_on])
    return grave > (options.max_findings or 0)


def context_of(
    options: CheckOptions,
    request: Request,
    contents: Mapping[str, bytes] | None = None,
    fixed: Sequence[Finding] | None = None,
    output: Output | None = None,
) -> Context:
    """Where a report is shown: what a run has changed stands for what it was.

    Without an output, it is the one on standard output or in the file of `--output-file`.
    """
    output = output or Output(request.settings.output_format, options.output_file)
    sources = Sources(request.root.path, {**request.unsaved, **(contents or {})})
    return Context(
        sources,
        root=request.root.path,
        here=base_of(output.format, request.root.path) or Path.cwd(),
        resolve=resolves(output.format),
        suppressed=options.sarif_suppressed,
        color=colored(options.color, to_file=output.file is not None),
        width=columns(),
        quiet=options.quiet > 0,
        verbose=options.verbose > 0,
        unsafe=bool(options.unsafe_fixes),
        fixed=fixed,
        plain_edits=_plain_edits(sources),
    )


def _plain_edits(sources: Sources) -> PlainEdits:
    """How reports get at the texts of fixes; what makes them is slow to load, and most reports show none."""
    makers: list[plain.PlainEdits] = []

    def edits(fix: Fix) -> list[tuple[Span, str]] | None:
        if not makers:
            from fastlint.fixing.plain import PlainEdits

            makers.append(PlainEdits(sources.raw))
        found = makers[0].of(fix)
        if found is None:
            return None
        return [(Span(path, one.start, one.end), one.text.decode()) for path in sorted(found) for one in found[path]]

    return edits


def report_text(report: Report, request: Request, options: CheckOptions, context: Context) -> str:
    """A report as the options want it."""
    output_format = request.settings.output_format
    if not options.statistics:
        return render(output_format, report, context)
    from fastlint.reporting import statistics

    if output_format.startswith("json"):
        return statistics.render_json(report)
    return statistics.render(report, context)


def write_others(
    report: Report,
    request: Request,
    options: CheckOptions,
    contents: Mapping[str, bytes] | None = None,
    fixed: Sequence[Finding] | None = None,
) -> None:
    """Write the reports that go to files of their own (`--output-format FORMAT=FILE`).

    Raises:
        FastlintError: a file cannot be written.
    """
    for output in outputs_of(options.output_format):
        if output.file is not None:
            name = automatic(output.file, os.environ) if output.format == AUTO else output.format
            context = context_of(options, request, contents, fixed, Output(name, output.file))
            write(render(name, report, context), output.file)


def tell_notes(report: Report, options: CheckOptions) -> None:
    """Tell on stderr what went wrong with the run itself."""
    for note in report.notes:
        if note.level == "error" or not options.quiet:
            sys.stderr.write(f"{note.level}: {visible(note.message)}\n")
    if not report.files and not options.quiet:
        sys.stderr.write("warning: no Python files found\n")
