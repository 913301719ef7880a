"""FLT303: the success answer of a route with a contract must go through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding, Step
from fastlint.model.contract_fixes import return_the_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project
    from fastlint.text import Span


def check(project: Project) -> Iterator[Finding]:
    """Endpoints that return responses where a model is promised."""
    for _, made in project.contracts.all:
        seen: set[Span] = set()
        for contract in made:
            past = [one for one in project.bypasses.of(contract) if one.at not in seen]
            if not past:
                continue
            seen.update(one.at for one in past)
            function = contract.function
            source = function.module.facts.source
            promised = source.text(contract.at.start, contract.at.end)
            named = source.text(past[0].call.func.start, past[0].call.func.end)
            returned = f"the response of `{named}`" if past[0].helped else f"a `{named}`"
            yield Finding(
                at=function.name_span,
                message=f"`{function.name}` ({project.contracts.label(contract.route)}) promises `{promised}` and "
                f"returns {returned}, which goes past it",
                trace=tuple(Step(one.at, "this response goes out as it is") for one in past),
                fix=return_the_value(project, past) if all(one.bare and one.returned for one in past) else None,
            )
