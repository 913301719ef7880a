"""FLT304: the contract of a stream must be one that FastAPI applies to its items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding
from fastlint.model.contract_fixes import promise_items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Generator endpoints whose contract is documented and never applied."""
    for _, made in project.contracts.all:
        for one in made:
            if not one.function.is_generator or not one.effective or not one.streams_items:
                continue
            if one.origin == "annotation" and one.shape.plain.kind in ("stream", "unknown"):
                continue
            text = one.scope.module.facts.source.text(one.at.start, one.at.end)
            yield Finding(
                at=one.at,
                message=f"`{one.function.name}` ({project.contracts.label(one.route)}) documents `{text}` "
                "and streams its items unfiltered",
                fix=promise_items(one, text, alone=len(made) == 1),
            )
