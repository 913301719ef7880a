"""Findings that are known: those of a baseline, those that a commit already had, those on lines that nobody touched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from fastlint.engine import Note, Sources
from fastlint.engine.baseline import matched, read_baseline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fastlint.cli.options import CheckOptions
    from fastlint.engine import Report, Request
    from fastlint.engine.baseline import Match
    from fastlint.engine.identity import Identity
    from fastlint.engine.past import Past
    from fastlint.facts.discover import Discovery, Scope
    from fastlint.findings import Finding


def without_known(
    whole: Report,
    discovery: Discovery,
    request: Request,
    options: CheckOptions,
    contents: Mapping[str, bytes] | None = None,
) -> Report:
    """The part of a report that is asked for, without the findings that are known.

    Args:
        whole: the report on all of the project.
        discovery: the files.
        request: what was checked.
        options: what known findings are.
        contents: what stands for the files on disk.

    Raises:
        FastlintError: the baseline cannot be read, or git cannot tell what was before.
    """
    sources = Sources(request.root.path, {**request.unsaved, **(contents or {})})
    places = list(range(len(whole.findings)))
    notes: list[Note] = []
    if file := baseline_file(options.baseline, request):
        match = held_against(whole, request, sources, read_baseline(file))
        places = list(match.new)
        notes += _stale_notes(match, whole, discovery.scope, request)
    if options.since or options.changed_lines:
        past = _past(request, discovery, options, sources)
        asked = [whole.findings[place] for place in places]
        kept = past.on_changed_lines(asked) if options.changed_lines else _new_since(asked, past, sources, request)
        places = [places[place] for place in kept]
    scope = discovery.scope
    total = sum(scope.covers(finding.at.path) for finding in whole.findings)
    findings = tuple(whole.findings[place] for place in places)
    left = msgspec.structs.replace(whole, findings=findings, notes=(*whole.notes, *notes))
    report = left.within(scope, len(discovery.reported))
    return msgspec.structs.replace(report, known=total - len(report.findings))


def baseline_file(named: str | None, request: Request) -> Path | None:
    """The file of known findings: named here, or in the configuration, relative to the project."""
    if named:
        return Path(named)
    return request.root.path / request.settings.baseline if request.settings.baseline else None


def held_against(whole: Report, request: Request, sources: Sources, known: Sequence[Identity]) -> Match:
    """The findings of a whole project against the entries of its baseline."""
    return matched(whole.findings, sources, known, is_gone(request))


def outlived(match: Match, whole: Report, scope: Scope, request: Request) -> tuple[Identity, ...]:
    """Entries that a run would have found if they were still true: its rules ran, and on their files."""
    if whole.failed:
        return ()
    gone = is_gone(request)
    return tuple(one for one in match.stale if one.rule in whole.names and (scope.covers(one.path) or gone(one.path)))


def _stale_notes(match: Match, whole: Report, scope: Scope, request: Request) -> list[Note]:
    number = len(outlived(match, whole, scope, request))
    entries = "1 entry of the baseline is" if number == 1 else f"{number} entries of the baseline are"
    return [Note("note", f"{entries} no longer found; `fastlint baseline prune` takes them out")] if number else []


def _past(request: Request, discovery: Discovery, options: CheckOptions, sources: Sources) -> Past:
    from fastlint.engine.history import commit_at
    from fastlint.engine.past import Past

    option = "--since" if options.since else "--changed-lines"
    commit = commit_at(request.root.path, options.since or "HEAD", option)
    return Past(request, discovery, commit, sources)


def _new_since(findings: Sequence[Finding], past: Past, sources: Sources, request: Request) -> list[int]:
    return list(matched(findings, sources, past.findings(), is_gone(request), past.renamed).new)


def is_gone(request: Request) -> Callable[[str], bool]:
    """Whether there is no file of a path in a project any more."""
    root, unsaved = request.root.path, request.unsaved
    return lambda path: path not in unsaved and not (root / path).exists()
