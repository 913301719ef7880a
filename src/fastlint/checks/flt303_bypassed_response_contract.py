"""FLT303: the success answer of a route with a contract must go through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding, Fix, ReplaceExpression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.bypasses import Bypass
    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Responses that are returned where a model is promised."""
    for _, made in project.contracts.all:
        seen = set()
        for contract in made:
            for one in project.bypasses.of(contract):
                if one.at in seen:
                    continue
                seen.add(one.at)
                function = contract.function
                source = function.module.facts.source
                promised = source.text(contract.at.start, contract.at.end)
                yield Finding(
                    at=one.at,
                    message=f"`{function.name}` ({project.contracts.label(contract.route)}) promises `{promised}` and "
                    f"returns a `{source.text(one.call.func.start, one.call.func.end)}`, which goes past it",
                    fix=_fix(one, source.text(one.content.start, one.content.end)),
                )


def _fix(one: Bypass, content: str) -> Fix | None:
    if not one.bare or not one.returned:
        return None
    return Fix("Return the value itself", "unsafe", (ReplaceExpression(one.at, content),))
