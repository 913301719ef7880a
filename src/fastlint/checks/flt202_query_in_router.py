"""FLT202: endpoints must leave queries to the layers below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding, Step
from fastlint.model.layers import is_test

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fastlint.model.project import Project
    from fastlint.model.routers import Endpoint
    from fastlint.model.statements import Statement


_SHOWN = 3


def check(project: Project) -> Iterator[Finding]:
    """Report endpoints whose own body talks to the database."""
    for endpoint in project.routes.endpoints:
        if is_test(endpoint.function.module.path) or project.health.named_by(endpoint.label):
            continue
        found = project.statements.of(endpoint.function)
        asking = [one for one in found if one.kind != "transaction"]
        told = asking or found
        if not told:
            continue
        module = endpoint.function.module
        first, *others = told
        yield Finding(
            at=module.span(first.call.start, first.call.end),
            message=_message(endpoint, told, asking=bool(asking)),
            severity=None if asking and project.layers.has_inner_layers else "info",
            trace=tuple(Step(module.span(one.call.start, one.call.end), f"`{one.name}`, too") for one in others),
        )


def _message(endpoint: Endpoint, told: Sequence[Statement], *, asking: bool) -> str:
    names = list(dict.fromkeys(one.name for one in told))
    listed = ", ".join(f"`{name}`" for name in names[:_SHOWN]) + (
        f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    )
    what = "talks to the database itself" if asking else "runs the transaction itself"
    return f"Endpoint `{endpoint.function.name}` {what}: {listed}"
