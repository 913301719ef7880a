"""`fastlint baseline`: a file of known findings is written, pruned, shown."""

from __future__ import annotations

import os
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec

from fastlint.cli.configure import request_of
from fastlint.cli.exits import CLEAN, FAILED, FINDINGS
from fastlint.cli.known import baseline_file, held_against, outlived
from fastlint.cli.options import CheckOptions
from fastlint.cli.reports import tell_notes
from fastlint.cli.screen import Meter, write
from fastlint.engine import Sources, check_project
from fastlint.engine.baseline import read_baseline, write_baseline
from fastlint.engine.identity import identities
from fastlint.engine.report import visible
from fastlint.errors import FastlintError
from fastlint.reporting.summary import counted

if TYPE_CHECKING:
    from pathlib import Path

    from fastlint.engine import Request, Result
    from fastlint.engine.identity import Identity

DEFAULT = "fastlint-baseline.jsonl"


def write_known(options: CheckOptions) -> int:
    """Write what a check finds as known; entries about other files and rules stay.

    Raises:
        FastlintError: the project cannot be checked, or the file cannot be written.
    """
    request, result, file = _checked(options)
    if result.report.failed:
        return FAILED
    found = identities(result.report.findings, Sources(request.root.path))
    kept = [one for one in _read(file) if not _is_judged(one, result)] if file.exists() else []
    write_baseline(file, [*kept, *found])
    more = f", kept {len(kept)} about other files or rules" if kept else ""
    hint = (
        "" if request.settings.baseline else f"Use it: `fastlint check --baseline {_shown(file)}`, or set `baseline`.\n"
    )
    return write(f"Wrote {counted(len(found), 'known finding')} to {_shown(file)}{more}.\n{hint}")


def prune_known(options: CheckOptions) -> int:
    """Take out of a baseline what is no longer found; nothing new comes in.

    Raises:
        FastlintError: there is no baseline, or it cannot be read or written.
    """
    request, result, file = _checked(options)
    if result.report.failed:
        return FAILED
    known = _read(file)
    match = held_against(result.whole, request, Sources(request.root.path), known)
    stale = Counter(outlived(match, result.whole, result.discovery.scope, request))
    kept = []
    for one in reversed(known):  # of equal entries the last go
        if stale[one] > 0:
            stale[one] -= 1
        else:
            kept.append(msgspec.structs.replace(one, path=match.renamed.get(one.path, one.path)))
    if sorted(kept) != known:
        write_baseline(file, kept)
    gone, new = len(known) - len(kept), len(match.new)
    return write(
        f"Took {counted(gone, 'entry', 'entries')} out of {_shown(file)}, {len(kept)} left"
        + (f"; {counted(new, 'finding')} not in it.\n" if new else ".\n")
    )


def show_known(options: CheckOptions) -> int:
    """Print the entries of a baseline, and which of them are no longer found.

    Raises:
        FastlintError: there is no baseline, or it cannot be read.
    """
    request, result, file = _checked(options)
    known = _read(file)
    match = held_against(result.whole, request, Sources(request.root.path), known)
    stale = Counter(outlived(match, result.whole, result.discovery.scope, request))
    gone = sum(stale.values())
    lines = []
    for path, entries in groupby(known, lambda one: one.path):
        lines.append(f"{visible(path)}:")
        for one in entries:
            mark = "  no longer found" if stale[one] > 0 else ""
            stale[one] -= 1
            where = f" in {visible(one.symbol)}" if one.symbol else ""
            lines.append(f"  {one.rule}{where}: {visible(one.line)}{mark}")
    lines.append(f"{counted(len(known), 'entry', 'entries')}, {gone} no longer found.")
    write("".join(f"{line}\n" for line in lines))
    return FAILED if result.report.failed else FINDINGS if gone else CLEAN


def _checked(options: CheckOptions) -> tuple[Request, Result, Path]:
    request = request_of(options)
    with Meter(wanted=not options.quiet) as meter:
        result = check_project(request, meter.update)
    tell_notes(result.report, options)
    return request, result, baseline_file(options.baseline, request) or request.root.path / DEFAULT


def _read(file: Path) -> list[Identity]:
    if not file.exists():
        raise FastlintError(f"there is no baseline {_shown(file)}; `fastlint baseline write` makes one")
    return read_baseline(file)


def _shown(file: Path) -> str:
    """A file as the user would name it."""
    try:
        return visible(os.path.relpath(file))
    except ValueError:  # another drive
        return visible(str(file))


def _is_judged(one: Identity, result: Result) -> bool:
    """Whether a run says of an entry whether it is true."""
    return result.discovery.scope.covers(one.path) and one.rule in result.whole.names


def options_of_baseline(paths: list[str], baseline: str | None, config: list[str], select: list[str]) -> CheckOptions:
    """What a baseline command is asked for, in the words of `check`."""
    words = tuple(word.strip() for item in select for word in item.split(",") if word.strip())
    return msgspec.structs.replace(
        CheckOptions(), paths=tuple(paths), baseline=baseline, config=tuple(config), select=words
    )
