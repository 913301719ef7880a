"""FLT307: passwords, hashes and secrets must not be part of a response."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Response models, nested ones included, that hold such a field."""
    for one in project.sensitive.all():
        first = one.contracts[0]
        routes = {project.contracts.label(contract.route) for contract in one.contracts}
        more = f" and {len(routes) - 1} more" if len(routes) > 1 else ""
        name = f"{one.model.name}.{one.field.name}"
        yield Finding(
            at=first.at,
            message=f"`{first.function.name}` ({project.contracts.label(first.route)}){more} sends out `{name}`",
            trace=(Step(one.field.span, f"`{name}` is declared here"),),
        )
