"""FLT201: endpoints must orchestrate, not compute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding
from fastlint.model.layers import is_test

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project
    from fastlint.model.routers import Endpoint


def check(project: Project) -> Iterator[Finding]:
    """Report endpoints in whose bodies enough is worked out."""
    for endpoint in project.routes.endpoints:
        # timid: an open socket is served by a loop, and a page is put together by branches
        if endpoint.is_websocket or is_test(endpoint.function.module.path):
            continue
        if project.health.named_by(endpoint.label):
            continue  # what it tells of the process is no business of the domain
        logic = project.logic.of(endpoint.function)
        if logic.score >= project.settings.logic_threshold and not _is_page(project, endpoint):
            yield Finding(
                at=endpoint.function.name_span,
                message=f"Endpoint `{endpoint.function.name}` computes rather than orchestrates: {logic.text}",
                severity="info"
                if logic.is_slight
                else None,  # read on code nobody tuned it on, one in five is no logic
            )


def _is_page(project: Project, endpoint: Endpoint) -> bool:
    classes = (project.contracts.classes.of(route) for route in endpoint.routes)
    return project.logic.renders(endpoint) or any(one is not None and one.kind in (None, "html") for one in classes)
