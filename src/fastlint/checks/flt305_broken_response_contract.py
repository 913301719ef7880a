"""FLT305: a response contract must be one that FastAPI can make a model of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding, Fix, SetArgument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.contracts import Contract
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
                fix=_fix(project, one, made),
            )


def _fix(project: Project, broken: Contract, made: tuple[Contract, ...]) -> Fix | None:
    model = project.unservable.without_responses(broken)
    if model is None:
        return None
    edits = tuple(SetArgument(one.route.span, "response_model", model) for one in made if one.at == broken.at)
    return Fix(f"Set `response_model={model}`", "safe", edits)
