"""FLT405: each task needs a session of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report sessions that tasks use at the same time."""
    for call, name, way in project.shared_by_tasks.all():
        at = way.node.module.span(call.start, call.end)
        yield Finding(
            at=at,
            message=f"Tasks that run at the same time share the session of `{name}` {way.place}",
            trace=way.trace(at, "runs the tasks"),
        )
