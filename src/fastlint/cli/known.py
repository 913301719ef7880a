"""Findings that are known: those of a baseline, those that a commit already had, those on lines that nobody touched."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from fastlint.engine import Sources
from fastlint.errors import FastlintError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastlint.cli.options import CheckOptions
    from fastlint.engine import Report, Request
    from fastlint.engine.identity import Identity
    from fastlint.engine.past import Past
    from fastlint.facts.discover import Discovery


def asks_for_less(options: CheckOptions, request: Request) -> bool:
    """Whether known findings are to be left out."""
    return bool(options.baseline or request.settings.baseline or options.since or options.changed_lines)


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
    if file := baseline_file(options.baseline, request):
        places = _not_in_baseline(whole, discovery, request, sources, file)
        if not options.quiet:
            _tell_stale(whole, discovery, request, sources, file)
    if options.since or options.changed_lines:
        past = _past(request, discovery, options, sources)
        findings = [whole.findings[place] for place in places]
        kept = past.on_changed_lines(findings) if options.changed_lines else _new_since(findings, past, sources)
        places = [places[place] for place in kept]
    scope = discovery.scope
    asked = sum(scope.covers(finding.at.path) for finding in whole.findings)
    left = msgspec.structs.replace(whole, findings=tuple(whole.findings[place] for place in places))
    report = left.within(scope, len(discovery.reported))
    return msgspec.structs.replace(report, known=asked - len(report.findings))


def baseline_file(named: str | None, request: Request) -> Path | None:
    """The file of known findings: named here, or in the configuration, relative to the project."""
    if named:
        return Path(named)
    return request.root.path / request.settings.baseline if request.settings.baseline else None


def is_gone(request: Request) -> Callable[[str], bool]:
    """Whether there is no file of a path in a project any more."""
    root, unsaved = request.root.path, request.unsaved
    return lambda path: path not in unsaved and not (root / path).exists()
