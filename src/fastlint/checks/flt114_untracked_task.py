"""FLT114: the result of `create_task` must be kept until the task is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Every task in request or start-up code whose reference is dropped."""
    for one in project.tasks.dropped:
        yield Finding(
            one.at, f"Nothing keeps the task of `{one.name}` in `{one.function.qualname}`, so it may vanish midway"
        )
