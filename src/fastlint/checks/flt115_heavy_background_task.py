"""FLT115: long work belongs in a task queue, not in `BackgroundTasks`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Every background task that computes for long or waits for another program."""
    for one in project.tasks.heavy:
        via = f" via {' → '.join(f'`{name}`' for name in one.via)}" if one.via else ""
        message = f"Background task `{one.given}` does long work (`{one.verdict.name}`{via}) in the process of the app"
        yield Finding(one.at, f"{message}, in `{one.function.qualname}`")
