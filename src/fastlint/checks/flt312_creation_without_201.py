"""FLT312: a request that creates something must be answered with 201."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding, Fix, SetArgument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """POST routes that store a new row, give it back, and answer 200."""
    for _, made in project.contracts.all:
        for one in made:
            entity = project.creations.of(one)
            if entity is not None:
                yield Finding(
                    at=one.route.span,
                    message=f"`{one.function.name}` ({project.contracts.label(one.route)}) creates "
                    f"and returns `{entity.name}`, and answers 200",
                    fix=Fix("Answer 201", "unsafe", (SetArgument(one.route.span, "status_code", "201"),)),
                )
