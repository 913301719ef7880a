"""`fastlint check --fix` and its kin: what is mended, shown, asked and written."""

from __future__ import annotations

import gc
import sys
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from fastlint.cli.exits import CLEAN, FAILED, FINDINGS
from fastlint.cli.questions import Questions
from fastlint.cli.reports import context_of, fails, report_text, shown, tell_notes, write_others
from fastlint.cli.screen import Meter, write, write_bytes
from fastlint.engine import Sources, check_project
from fastlint.engine.report import visible
from fastlint.errors import FastlintError
from fastlint.fixing.passes import Outcome, fix_all
from fastlint.fixing.patch import patch
from fastlint.fixing.write import replace_files
from fastlint.reporting.summary import counted, hidden_fixes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastlint.cli.options import CheckOptions
    from fastlint.engine import Report, Request
    from fastlint.facts.discover import Discovery
    from fastlint.findings import Finding
    from fastlint.reporting import Context


def fix(options: CheckOptions, request: Request) -> int:
    """Mend what the options name, and report what is left.

    Raises:
        FastlintError: something about the options, the configuration or the paths is wrong, or a file cannot be
            written.
    """
    gc.enable()  # a project is linked several times over, and what was linked before can go
    if options.ask and request.unsaved:
        raise FastlintError("--ask: standard input cannot be both a file and answers")
    run = _Run(options, request)
    outcome = run.outcome()
    context = run.context(outcome)
    report = shown(outcome.after, run.discovery, request, options, outcome.contents)
    tell_notes(report, options)
    _tell_withheld(outcome, context, options)
    if options.diff:
        return _print_patch(outcome, report, context, options)
    if request.unsaved:
        [path] = request.unsaved
        write_bytes(outcome.contents.get(path, request.unsaved[path]))
    else:
        replace_files(request.root.path, outcome.originals, outcome.contents)
    _print_report(outcome, report, request, options, context)
    return _exit_code(outcome, report, request, options)


class _Run:
    """The project as fixes need it: to be checked with some files as they would be."""

    def __init__(self, options: CheckOptions, request: Request) -> None:
        self._options = options
        self._request = request
        with Meter(wanted=not options.quiet) as meter:
            result = check_project(request, meter.update)
        self.discovery: Discovery = result.discovery
        self._known = _left_out(result.whole, shown(result.whole, result.discovery, request, options))
        self._first: Report | None = result.whole

    def outcome(self) -> Outcome:
        questions = Questions(self.context(None)) if self._options.ask else None
        sources = Sources(self._request.root.path, self._request.unsaved)
        return fix_all(self._check, sources.raw, self._is_wanted, questions.ask if questions else None)

    def context(self, outcome: Outcome | None) -> Context:
        contents = outcome.contents if outcome is not None and not self._options.diff else {}
        fixed = [finding for finding in outcome.fixed if self._covers(finding)] if outcome is not None else []
        return context_of(self._options, self._request, contents, fixed)

    def _check(self, contents: Mapping[str, bytes]) -> Report:
        if not contents and self._first is not None:
            report, self._first = self._first, None
            return report
        changed = msgspec.structs.replace(self._request, unsaved={**self._request.unsaved, **contents})
        return check_project(changed).whole

    def _is_wanted(self, finding: Finding) -> bool:
        """Whether a fix is allowed, and changes nothing but files that were asked for."""
        if finding.fix is None or not (self._options.unsafe_fixes or finding.fix.applicability == "safe"):
            return False
        if _name(finding) in self._known:
            return False
        paths = {finding.at.path, *(edit.at.path for edit in finding.fix.edits)}
        if self._request.unsaved:
            return paths <= self._request.unsaved.keys()
        return all(map(self.discovery.scope.covers, paths))

    def _covers(self, finding: Finding) -> bool:
        return self.discovery.scope.covers(finding.at.path)


def _left_out(whole: Report, report: Report) -> frozenset[tuple[str, ...]]:
    """The findings that are known and not reported: nobody asked to have them mended."""
    if not report.known:
        return frozenset()
    return frozenset(map(_name, whole.findings)) - frozenset(map(_name, report.findings))


def _name(finding: Finding) -> tuple[str, ...]:
    """What stays of a finding while fixes move it about."""
    return finding.code, finding.at.path, finding.symbol, finding.message


def _print_patch(outcome: Outcome, report: Report, context: Context, options: CheckOptions) -> int:
    patches = [
        patch(context.shown(path), outcome.originals[path], outcome.contents[path]) for path in sorted(outcome.contents)
    ]
    write_bytes(b"".join(patches), options.output_file)
    if not options.quiet:
        hidden = 0 if options.unsafe_fixes else _unsafe(report)
        more = f" ({hidden_fixes(hidden)})" if hidden else ""
        if outcome.fixed:
            sys.stderr.write(f"Would fix {counted(len(outcome.fixed), 'error')}{more}.\n")
        elif hidden:
            sys.stderr.write(f"No errors would be fixed{more}.\n")
    if report.failed:
        return FAILED
    return FINDINGS if outcome.contents else CLEAN


def _print_report(outcome: Outcome, report: Report, request: Request, options: CheckOptions, context: Context) -> None:
    write_others(report, request, options, outcome.contents, context.fixed)
    lines = []
    if options.show_fixes and outcome.fixed:
        lines.append(_list_of_fixes(outcome, context))
    if options.fix_only:
        if outcome.fixed and not options.quiet:
            hidden = 0 if options.unsafe_fixes else _unsafe(report)
            more = f" ({hidden_fixes(hidden)})" if hidden else ""
            lines.append(f"Fixed {counted(len(outcome.fixed), 'error')}{more}.\n")
    elif options.quiet < 2:  # noqa: PLR2004 - `-qq` prints nothing at all
        lines.append(report_text(report, request, options, context))
    text = "".join(lines)
    if request.unsaved and options.output_file is None:  # the fixed file has standard output to itself
        sys.stderr.write(text)
    elif text:
        write(text, options.output_file)


def _list_of_fixes(outcome: Outcome, context: Context) -> str:
    """What was fixed, by file and rule."""
    lines = [f"Fixed {counted(len(outcome.fixed), 'error')}:"]
    for path in sorted({finding.at.path for finding in outcome.fixed}):
        lines.append(f"- {context.shown(path)}:")
        counts = Counter(finding.code for finding in outcome.fixed if finding.at.path == path)
        names = outcome.before.names | outcome.after.names
        lines.extend(f"    {count} x {code} ({names.get(code, '')})" for code, count in sorted(counts.items()))
    return "\n".join([*lines, "", ""])


def _tell_withheld(outcome: Outcome, context: Context, options: CheckOptions) -> None:
    if options.quiet:
        return
    for entry in outcome.withheld:
        finding = entry.finding
        text = f"{context.shown(finding.at.path)}: {finding.code}: not fixed, {entry.reason}: {finding.message}"
        sys.stderr.write(f"warning: {visible(text)}\n")


def _unsafe(report: Report) -> int:
    return sum(finding.fix is not None and finding.fix.applicability == "unsafe" for finding in report.findings)


def _exit_code(outcome: Outcome, report: Report, request: Request, options: CheckOptions) -> int:
    if report.failed:
        return FAILED
    if options.exit_non_zero_on_fix and outcome.fixed:
        return FINDINGS
    if options.fix_only or options.exit_zero:
        return CLEAN
    return FINDINGS if fails(report, request.settings.fail_on, options) else CLEAN
