"""FLT201: endpoints must orchestrate, not compute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding
from fastlint.model.layers import is_test

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report endpoints in whose bodies enough is worked out."""
    for endpoint in project.routes.endpoints:
        # timid: an open socket is served by a loop, and a page is put together by branches
        if endpoint.is_websocket or is_test(endpoint.function.module.path) or project.logic.renders(endpoint):
            continue
        logic = project.logic.of(endpoint.function)
        if logic.score >= project.settings.logic_threshold:
            yield Finding(
                at=endpoint.function.name_span,
                message=f"Endpoint `{endpoint.function.name}` computes rather than orchestrates: {logic.text}",
            )
