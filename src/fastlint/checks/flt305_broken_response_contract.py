"""FLT305: a response contract must be one that FastAPI can make a model of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding
from fastlint.model.contract_fixes import keep_the_model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Contracts that raise when the module is imported."""
    for _, made in project.contracts.all:
        seen = set()
        for one in made:
            why = project.unservable.why(one)
            if why is None or one.at in seen:
                continue
            seen.add(one.at)
            text = one.scope.module.facts.source.text(one.at.start, one.at.end)
            yield Finding(
                at=one.at,
                message=f"`{one.function.name}` ({project.contracts.label(one.route)}) can't be served "
                f"with the contract `{text}`: {why}",
                fix=keep_the_model(project, one, made),
            )
