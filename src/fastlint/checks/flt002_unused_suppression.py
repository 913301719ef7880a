"""FLT002: a suppression must silence something. Runs after the other checks, which tell what it silenced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding, Fix, ReplaceText
from fastlint.model.suppressions import unused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Every comment, or code in one, that silences nothing."""
    settings = project.settings
    # timid: with a selection of rules nobody knows what a comment without codes would silence in the others
    everything = not (settings.select or settings.ignore)
    found = unused(project.files, project.spent_suppressions, project.rules_run, all_ran=everything)
    for comment, codes in found:
        listed = " and ".join(f"`{code}`" for code in codes)
        message = (
            f"{listed} silence{'' if len(codes) > 1 else 's'} nothing here"
            if codes
            else "this comment silences nothing"
        )
        edit = ReplaceText(*comment.without(frozenset(codes)))
        yield Finding(comment.at, message, fix=Fix("Remove what silences nothing", "safe", (edit,)))
