"""Files of several projects in one command line, as pre-commit gives them in a monorepo: each by its own settings."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from fastlint.cli.configure import request_of
from fastlint.cli.exits import CLEAN, FAILED, FINDINGS
from fastlint.cli.reports import context_of, fails, report_text, shown, tell_notes, write_others
from fastlint.cli.screen import Meter, write
from fastlint.engine import Note, Report, Suppressed, check_project
from fastlint.facts.root import Root, find_root
from fastlint.findings import Finding, Fix, MoveStatement, Step
from fastlint.settings import configured_in
from fastlint.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fastlint.cli.options import CheckOptions
    from fastlint.engine import Request
    from fastlint.facts.discover import Discovery

_ONE_BY_ONE = ("fix", "fix_only", "diff", "ask", "add_ignore", "show_files", "show_settings", "timings")
_MUTE = 2  # `-qq` prints nothing at all


def parts_of(options: CheckOptions) -> list[CheckOptions]:
    """The options for each project that the paths belong to; one part where that is one project, or is not asked."""
    if len(options.paths) < 2 or "-" in options.paths or options.isolated or _names_a_file(options.config):  # noqa: PLR2004
        return [options]
    roots: dict[Path, Path] = {}
    groups: dict[Path, list[str]] = defaultdict(list)
    for path in options.paths:
        place = Path(os.path.abspath(path))  # noqa: PTH100 - links stay as the user wrote them
        folder = place if place.is_dir() else place.parent
        if folder not in roots:
            roots[folder] = find_root([place]).path
        groups[roots[folder]].append(path)
    if len(groups) == 1 or not any(find_root([root]).config for root in groups):
        return [options]
    return [msgspec.structs.replace(options, paths=tuple(groups[root])) for root in sorted(groups)]


def inner_projects(discovery: Discovery, request: Request, options: CheckOptions) -> tuple[Note, ...]:
    """What to say of folders that a run covers and that have a configuration of their own: it does not count."""
    if options.isolated or _names_a_file(options.config):
        return ()
    root = request.root.path
    folders = dict.fromkeys(Path(path).parent for path in discovery.manifests if discovery.scope.covers(path))
    inner = [folder for folder in folders if folder != Path() and configured_in(root / folder)]
    if not inner:
        return ()
    first = Path(os.path.relpath(root / inner[0])).as_posix()
    message = (
        f"`{first}` has a configuration of its own, which does not count here: name the folder to check it by that"
        if len(inner) == 1
        else f"{len(inner)} folders, such as `{first}`, have configurations of their own, which do not count here: "
        "name them to check them by these"
    )
    return (Note("warning", message),)


def _names_a_file(words: Sequence[str]) -> bool:
    return any(Path(word).is_file() for word in words)


def check_several(parts: Sequence[CheckOptions], check_one: Callable[[CheckOptions], int]) -> int:
    """Check several projects, and report on them as if they were one.

    Args:
        parts: the options for each.
        check_one: does what cannot be done for all at once, such as fixing.

    Raises:
        FastlintError: something about the options, a configuration or the paths is wrong.
    """
    if any(getattr(parts[0], switch) for switch in _ONE_BY_ONE):
        return max(check_one(part) for part in parts)
    requests = [request_of(part) for part in parts]
    with Meter(wanted=not parts[0].quiet) as meter:
        results = [check_project(request, meter.update) for request in requests]
    reports = [
        shown(result.whole, result.discovery, request, part)
        for part, request, result in zip(parts, requests, results, strict=True)
    ]
    options = parts[0]
    joined = _Joined(requests)
    report = joined.report(reports)
    request = joined.request(requests[0])
    tell_notes(report, options)
    write_others(report, request, options)
    if options.quiet < _MUTE:
        write(report_text(report, request, options, context_of(options, request)), options.output_file)
    if report.failed:
        return FAILED
    grave = any(fails(one, asked.settings.fail_on, options) for one, asked in zip(reports, requests, strict=True))
    return FINDINGS if grave and not options.exit_zero else CLEAN


class _Joined:
    """Projects below one folder; paths are told from there."""

    def __init__(self, requests: Sequence[Request]) -> None:
        roots = [request.root.path for request in requests]
        self._top = Path(os.path.commonpath(roots))
        self._ways = [root.relative_to(self._top).as_posix() for root in roots]

    def request(self, first: Request) -> Request:
        """What was checked, as one request."""
        return msgspec.structs.replace(first, root=Root(self._top, None, marked=True), given=())

    def report(self, reports: Sequence[Report]) -> Report:
        """All reports as one."""
        findings: list[Finding] = []
        suppressed: list[Suppressed] = []
        notes: list[Note] = []
        names: dict[str, str] = {}
        titles: dict[str, str] = {}
        for place, report in enumerate(reports):
            findings += [self._finding(finding, place) for finding in report.findings]
            suppressed += [
                Suppressed(self._finding(one.finding, place), self._span(one.by, place), one.reason)
                for one in report.suppressed
            ]
            notes += [one for one in report.notes if one not in notes]
            names |= report.names
            titles |= report.titles
        return Report(
            findings=tuple(sorted(findings, key=lambda one: (one.at, one.code))),
            suppressed=tuple(suppressed),
            notes=tuple(notes),
            names=names,
            titles=titles,
            files=sum(report.files for report in reports),
            known=sum(report.known for report in reports),
        )

    def _span(self, at: Span, place: int) -> Span:
        way = self._ways[place]
        return at if way == "." else Span(f"{way}/{at.path}", at.start, at.end)

    def _finding(self, finding: Finding, place: int) -> Finding:
        return msgspec.structs.replace(
            finding,
            at=self._span(finding.at, place),
            trace=tuple(Step(self._span(step.at, place), step.message) for step in finding.trace),
            fix=self._fix(finding.fix, place) if finding.fix else None,
        )

    def _fix(self, fix: Fix, place: int) -> Fix:
        edits = []
        for edit in fix.edits:
            moved = msgspec.structs.replace(edit, at=self._span(edit.at, place))
            if isinstance(moved, MoveStatement):
                moved = msgspec.structs.replace(moved, before=self._span(moved.before, place))
            edits.append(moved)
        return msgspec.structs.replace(fix, edits=tuple(edits))
