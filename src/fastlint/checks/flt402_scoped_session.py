"""FLT402: sessions are handed to request code, not looked up by thread or task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.findings import Severity
    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report registries of sessions."""
    if not project.routes.apps and not project.routes.routers:
        return
    for one in project.scoped_sessions.all(project.reached):
        if one.over_async and not one.is_async:
            message = "`scoped_session` over an async maker does not know tasks from one another"
        elif one.is_async or one.kept:
            message = f"`{one.function}` keeps a session per scope until someone removes it"
        else:
            message = "`scoped_session` ties sessions to threads, and a request hops between them"
        severity: Severity | None = "error" if one.over_async and not one.is_async else "info" if one.kept else None
        yield Finding(at=one.at, message=message, severity=severity)
