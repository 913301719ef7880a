"""FLT314: errors that an endpoint raises must be documented."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding
from fastlint.model.answer_fixes import document_errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project

_CLIENT_ERRORS = range(400, 500)
_VALIDATION = 422  # FastAPI documents it by itself


def check(project: Project) -> Iterator[Finding]:
    """Client errors raised by endpoints, and by what they call and depend on, that no `responses=` names."""
    for endpoint, made in project.contracts.all:
        shown = [one for one in made if not project.contracts.hidden(one.route)]
        raised = project.raised.by(endpoint) if shown else {}
        for one in shown[:1]:
            documented = project.documented.of(one.route)
            if documented is None:
                continue
            missing = sorted(set(raised).intersection(_CLIENT_ERRORS) - documented - {_VALIDATION})
            if missing:
                codes = ", ".join(map(str, missing))
                yield Finding(
                    at=one.function.name_span,
                    message=f"`{one.function.name}` ({project.contracts.label(one.route)}) raises {codes}, "
                    "which no `responses=` documents",
                    trace=raised[missing[0]],
                    fix=document_errors(made, missing),
                )
