"""`fastlint check`: one run, one report, one exit code."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from fastlint.cli.configure import request_of
from fastlint.cli.exits import CLEAN, FAILED, FINDINGS
from fastlint.cli.reports import context_of, fails, report_text, shown, tell_notes, write_others
from fastlint.cli.screen import Meter, write
from fastlint.engine import Sources, check_project
from fastlint.errors import FastlintError
from fastlint.reporting import Context

if TYPE_CHECKING:
    from fastlint.cli.options import CheckOptions
    from fastlint.engine import Report, Request

_MUTE = 2  # `-qq` prints nothing at all


def check(options: CheckOptions) -> int:
    """Check what the options name and print the report.

    Raises:
        FastlintError: something about the options, the configuration or the paths is wrong.
    """
    gc.disable()  # the process ends with the run, and almost everything made lives that long
    if len(options.paths) > 1:
        from fastlint.cli.several import check_several, parts_of

        parts = parts_of(options)
        if len(parts) > 1:
            return check_several(parts, _check)
    return _check(options)


def _check(options: CheckOptions) -> int:
    """Check one project."""
    request = request_of(options)
    if options.show_settings:
        from fastlint.cli.explain import settings_text

        return write(settings_text(request), options.output_file)
    if options.show_files:
        return _show_files(request, options)
    if options.fix or options.fix_only or options.diff or options.ask:
        if options.add_ignore:
            raise FastlintError("--add-ignore: fix first (--fix, --ask), then silence what is left")
        from fastlint.cli.fix import fix

        return fix(options, request)
    with Meter(wanted=not options.quiet) as meter:
        result = check_project(request, meter.update)
    report = shown(result.whole, result.discovery, request, options)
    if any("/" in path for path in result.discovery.manifests):
        from fastlint.cli.several import inner_projects

        inner = inner_projects(result.discovery, request, options)
        report = msgspec.structs.replace(report, notes=(*report.notes, *inner))
    tell_notes(report, options)
    if options.add_ignore:
        from fastlint.cli.silencing import add_ignores

        return add_ignores(report, request, options, context_of(options, request))
    write_others(report, request, options)
    if options.quiet < _MUTE:
        write(report_text(report, request, options, context_of(options, request)), options.output_file)
    if options.timings:
        _tell_timings(report, remembered=result.remembered)
    if report.failed:
        return FAILED
    return CLEAN if options.exit_zero or not fails(report, request.settings.fail_on, options) else FINDINGS


def _show_files(request: Request, options: CheckOptions) -> int:
    from fastlint.facts.discover import discover

    found = discover(request.root, request.given, request.settings, request.unsaved)
    context = Context(Sources(None), root=request.root.path, here=Path.cwd())
    return write("".join(f"{context.shown(path)}\n" for path in found.reported), options.output_file)


def _tell_timings(report: Report, *, remembered: bool) -> None:
    if remembered:
        sys.stderr.write("nothing has changed: the report was remembered, these are the times it took to make\n")
    for timing in sorted(report.timings, key=lambda timing: -timing.seconds):
        sys.stderr.write(
            f"{timing.seconds * 1000:9.1f} ms  {timing.name} {report.names.get(timing.name, '')}".rstrip() + "\n"
        )
