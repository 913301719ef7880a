"""FLT503: HTTP clients that live as long as the app must be closed with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report clients that live as long as the app and that nothing closes."""
    for one in project.open_clients.all():
        yield Finding(
            at=one.at,
            message=f"Nothing closes the `{one.client}` in `{one.holder}`",
            severity="info" if one.client.endswith(".Client") else None,
        )
