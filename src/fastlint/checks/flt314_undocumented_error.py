"""FLT314: errors that an endpoint raises must be documented."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from fastlint.findings import Finding, Fix, SetArgument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.contracts import Contract
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
                    fix=_fix(made, missing),
                )


def _fix(made: tuple[Contract, ...], missing: list[int]) -> Fix | None:
    # timid: entries are not added to a dict that is there already
    if any(one.route.option("responses") is not None for one in made):
        return None
    entries = ", ".join(f'{code}: {{"description": "{_phrase(code)}"}}' for code in missing)
    edits = tuple(SetArgument(one.route.span, "responses", f"{{{entries}}}") for one in made)
    return Fix("Document the errors in `responses=`", "unsafe", edits)


def _phrase(code: int) -> str:
    return HTTPStatus(code).phrase if code in HTTPStatus._value2member_map_ else "Error"
