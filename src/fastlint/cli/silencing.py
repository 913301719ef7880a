"""`fastlint check --add-ignore`: what is found is silenced by comments in the source."""

from __future__ import annotations

import sys
from itertools import groupby
from typing import TYPE_CHECKING

from fastlint.cli.exits import CLEAN, FAILED
from fastlint.cli.screen import write
from fastlint.engine import Sources
from fastlint.engine.report import visible
from fastlint.errors import FastlintError
from fastlint.reporting.summary import counted

if TYPE_CHECKING:
    from fastlint.cli.options import CheckOptions
    from fastlint.engine import Report, Request
    from fastlint.findings import Finding
    from fastlint.reporting import Context


def add_ignores(report: Report, request: Request, options: CheckOptions, context: Context) -> int:
    """Write a comment for each finding of a report.

    Raises:
        FastlintError: a file cannot be written, or there is none to write.
    """
    from fastlint.fixing.silencing import silenced
    from fastlint.fixing.write import replace_files

    if request.unsaved:
        raise FastlintError("--add-ignore: standard input has no file to write to")
    sources = Sources(request.root.path)
    originals: dict[str, bytes] = {}
    contents: dict[str, bytes] = {}
    left: list[Finding] = []
    done = 0
    for path, findings in groupby(report.findings, lambda finding: finding.at.path):
        raw = sources.raw(path)
        result = silenced(path, raw, list(findings), options.ignore_reason or "")
        left.extend(result.left)
        done += result.done
        if result.content != raw:
            originals[path], contents[path] = raw, result.content
    replace_files(request.root.path, originals, contents)
    for finding in left:
        place = visible(context.place(finding.at))
        sys.stderr.write(f"warning: {place}: {finding.code} takes no comment: {finding.message}\n")
    if not options.quiet:
        write(f"Added {counted(done, 'ignore comment')} in {counted(len(contents), 'file')}.\n")
    return FAILED if report.failed else CLEAN
