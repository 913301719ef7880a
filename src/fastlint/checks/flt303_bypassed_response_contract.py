"""FLT303: the success answer of a route with a contract must go through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding, Fix, RemoveImport, ReplaceExpression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.findings import Edit
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
                    fix=_fix(project, one) if one.bare and one.returned else None,
                )


def _fix(project: Project, one: Bypass) -> Fix:
    module = one.contract.function.module
    text = module.facts.source.text(one.content.start, one.content.end)
    edits: list[Edit] = [ReplaceExpression(one.at, text)]
    imported = project.naming.imported(one.call.func, module)
    if imported is not None:
        edits.append(RemoveImport(one.at, *imported))
    return Fix("Return the value itself", "unsafe", tuple(edits))
