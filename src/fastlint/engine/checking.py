"""Has the checks asked, and settles what becomes of their answers."""

from __future__ import annotations

import re
from copy import copy
from typing import TYPE_CHECKING

from fastlint.engine.asking import ask_all
from fastlint.engine.report import Report, Suppressed, in_order
from fastlint.engine.silence import FileIgnores, silence
from fastlint.engine.symbols import with_symbols

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastlint.catalog import Rule
    from fastlint.model.project import Project

_UNUSED = "FLT002"  # asks what the other rules' suppressions silenced, and so runs after them
_RANGE = re.compile(r"([a-z0-9-]+)\s*(.*)")


def run_checks(project: Project, rules: Sequence[Rule]) -> Report:
    """Run the checks of rules over a project.

    A check that raises becomes a note of the report; what it had found by then counts, and the others go on.
    """
    able = [rule for rule in rules if all(_may_be(project, versions) for versions in rule.requires)]
    by_code = {rule.code: rule for rule in able}
    ignores = FileIgnores(project.settings.per_file_ignores, by_code)
    answers = ask_all(project, [rule for rule in able if rule.code != _UNUSED])
    heard = silence(in_order(answers.found), project.files)
    findings, suppressed = list(heard.heard), list(heard.suppressed)
    if _UNUSED in by_code:
        last = ask_all(_reviewed(project, heard.spent, frozenset(by_code)), [by_code[_UNUSED]])
        answers.add(last)
        late = silence(in_order(last.found), project.files)
        findings.extend(late.heard)
        suppressed.extend(late.suppressed)
    silenced = with_symbols([entry.finding for entry in suppressed], project.files)
    entries = [Suppressed(finding, entry.by, entry.reason) for finding, entry in zip(silenced, suppressed, strict=True)]
    return Report(
        findings=with_symbols(in_order(one for one in findings if not ignores.drop(one)), project.files),
        suppressed=tuple(sorted(entries, key=lambda entry: (entry.finding.at, entry.finding.code))),
        notes=tuple(answers.notes),
        timings=answers.timings,
        names={rule.code: rule.name for rule in able},
        titles={rule.code: rule.title for rule in able},
    )


def _reviewed(project: Project, spent: frozenset[tuple[str, int, str]], ran: frozenset[str]) -> Project:
    """The project, with what is known after the other checks: which comments silenced what, and which rules ran.

    `spent_suppressions` holds (path, start of the comment, code); everything worked out so far is shared.
    """
    reviewed = copy(project)
    vars(reviewed).update(spent_suppressions=spent, rules_run=ran)
    return reviewed


def _may_be(project: Project, versions: str) -> bool:
    match = _RANGE.fullmatch(versions)
    return match is None or project.manifests.may_be(match[1], match[2])
