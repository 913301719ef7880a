"""FLT306: a contract must be stated once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding
from fastlint.model.contract_fixes import drop_the_keyword

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Routes whose `response_model=` repeats the return annotation."""
    if not project.manifests.surely("fastapi", ">=0.89"):
        return
    for _, made in project.contracts.all:
        for one in made:
            returns = one.function.record.returns
            if one.origin != "keyword" or returns is None or one.function.is_generator or not one.shape.known:
                continue
            if project.types.hides_signature(one.function):
                continue  # FastAPI does not see the annotation
            if project.shapes.of(returns, one.function.parent) == one.shape:
                text = one.scope.module.facts.source.text(one.at.start, one.at.end)
                where = f"`{one.function.name}` ({project.contracts.label(one.route)})"
                yield Finding(
                    at=one.at,
                    message=f"{where} repeats its return annotation in `response_model={text}`",
                    fix=drop_the_keyword(one) if project.naming.exists(returns, one.function.parent) else None,
                )
