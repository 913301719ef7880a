"""FLT301: what an endpoint returns must go through a response model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding
from fastlint.model.contract_fixes import annotate_return

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Endpoints that return data with neither `response_model` nor a return annotation."""
    contracts = project.contracts
    explicit = project.settings.require_explicit_response_model
    for endpoint, made in contracts.all:
        function = endpoint.function
        bare = [one for one in made if one.origin == "missing" and contracts.sends_data(one)]
        if bare and contracts.entity(function) is None:  # an entity is FLT308's
            yield Finding(
                at=function.name_span,
                message=f"`{function.name}` ({contracts.label(bare[0].route)}) has no response contract",
                severity="info" if all(map(contracts.light, bare)) else None,
                fix=annotate_return(project, function) if function.record.returns is None else None,
            )
        elif explicit and any(one.origin == "annotation" and contracts.sends_data(one) for one in made):
            yield Finding(
                at=function.name_span, message=f"`{function.name}` ({endpoint.label}) has no `response_model`"
            )
