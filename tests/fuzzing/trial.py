"""What must hold for any project at all, however damaged."""

from __future__ import annotations

import ast
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from fastlint.catalog import load_rules
from fastlint.cli.routes import route_rows
from fastlint.engine import Sources, check_sources
from fastlint.facts.load import store_of
from fastlint.facts.manifests import manifests_of
from fastlint.fixing.passes import fix_all
from fastlint.model.project import Project
from fastlint.reporting import Context
from fastlint.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastlint.engine import Report

RULES = load_rules()
_NOWHERE = Path("/project")


def complaints(files: Mapping[str, str], *, fixing: bool = True) -> Iterator[str]:
    """Check a project by all rules, make all fixes, list its routes; what is wrong with what came of it."""
    sources = {path: text.encode("utf-8", "surrogatepass") for path, text in files.items()}
    report = _check(sources)
    yield from (note.message for note in report.notes if "crashed" in note.message)
    for finding in report.findings:
        size = len(sources[finding.at.path])
        if not 0 <= finding.at.start <= finding.at.end <= size:
            yield f"{finding.code} stands outside of {finding.at.path}: {finding.at}"
    yield from _routes(sources)
    if fixing and not report.failed:
        yield from _fixed(sources)


def _routes(sources: Mapping[str, bytes]) -> Iterator[str]:
    python = {path: data for path, data in sources.items() if path.endswith(".py")}
    project = Project(store_of(python), Settings(), manifests_of({}, {}))
    try:
        for _ in route_rows(project, Context(Sources(None, dict(sources)), root=_NOWHERE, here=_NOWHERE)):
            pass
    except Exception as error:  # noqa: BLE001 what a user would see as a traceback
        yield f"the table of routes: {error!r}"


def _check(sources: Mapping[str, bytes]) -> Report:
    return check_sources(sources, Settings(), RULES)


def _fixed(sources: Mapping[str, bytes]) -> Iterator[str]:
    outcome = fix_all(
        lambda contents: _check({**sources, **contents}), lambda path: sources.get(path, b""), lambda _: True
    )
    for path, data in outcome.contents.items():
        if path.endswith(".py") and parses(sources[path]) and not parses(data):
            yield f"{path} parses no more once it is fixed"
    again = fix_all(
        lambda contents: _check({**sources, **outcome.contents, **contents}),
        lambda path: outcome.contents.get(path, sources.get(path, b"")),
        lambda _: True,
    )
    if again.contents:
        codes = sorted({finding.code for finding in again.fixed})
        yield f"fixing twice is not fixing once: {', '.join(codes)} in {', '.join(again.contents)}"


def parses(data: bytes) -> bool:
    """Whether Python reads it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(data)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True
