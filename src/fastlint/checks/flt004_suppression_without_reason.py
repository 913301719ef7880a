"""FLT004: a suppression should say why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding
from fastlint.model.suppressions import comments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Every suppression of ours with nothing behind its codes."""
    for comment in comments(project.files):
        if comment.is_own and not comment.suppression.reason and not comment.suppression.malformed:
            yield Finding(comment.at, "This comment doesn't say why it silences")
