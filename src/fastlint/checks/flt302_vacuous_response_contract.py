"""FLT302: a response contract must say what goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Contracts such as `dict` and `Any`, which let everything through."""
    contracts = project.contracts
    for _, made in contracts.all:
        seen = set()
        for one in made:
            # timid: a union of `dict` with a model also lets everything through
            if not one.effective or not one.shape.vacuous or one.at in seen or not contracts.serializes(one):
                continue
            seen.add(one.at)
            # timid: data of no fixed fields (plugins' settings, JSON from elsewhere) may be a `dict` on purpose
            if contracts.sends_only_responses(one) or not contracts.returned.has_fixed_fields(one.function):
                continue
            text = one.scope.module.facts.source.text(one.at.start, one.at.end)
            where = f"`{one.function.name}` ({contracts.label(one.route)})"
            yield Finding(
                at=one.at,
                message=f"{where} promises `{text}`, which filters nothing",
                severity="info" if contracts.light(one) else None,
            )
