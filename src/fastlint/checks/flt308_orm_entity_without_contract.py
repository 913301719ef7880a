"""FLT308: rows of the database must not go out as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Endpoints that return mapped entities with no response contract."""
    contracts = project.contracts
    for _, made in contracts.all:
        for one in made:
            if one.origin not in ("missing", "opted-out") or not contracts.sends_data(one):
                continue
            entity = contracts.entity(one.function)
            if entity is not None:
                label = contracts.label(one.route)
                yield Finding(
                    at=one.function.name_span,
                    message=f"`{one.function.name}` ({label}) returns `{entity.name}` rows with no response contract",
                )
                break
