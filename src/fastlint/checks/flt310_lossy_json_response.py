"""FLT310: a response made by hand must hold only what its class can write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Datetimes, UUIDs, models and the like in hand-made JSON."""
    for function in project.colour.per_request:
        for one in project.unwritable.of(function):
            yield Finding(at=one.at, message=f"`{one.writer}` in `{function.name}` can't write {one.what}")
