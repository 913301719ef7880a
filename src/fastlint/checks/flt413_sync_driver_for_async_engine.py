"""FLT413: an engine needs a driver of its own kind, and the async one greenlet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding, Fix, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project
    from fastlint.text import Span


def check(project: Project) -> Iterator[Finding]:
    """Report drivers of the wrong kind, and what the async API lacks."""
    for one in project.urls.mismatches():
        url = one.address
        if not url.driver and url.dialect == "postgresql" and not project.manifests.surely("sqlalchemy", "<2.1"):
            continue  # it means psycopg there, which is both
        needed, given = ("an async", "a sync") if one.is_async else ("a sync", "an async")
        call, module = one.site.call, one.scope.module
        at = module.span(call.start, call.end)
        yield Finding(
            at=at,
            message=f"`{one.name}` needs {needed} driver, but `{url.text}` means `{url.driver_name}`, {given} one",
            trace=() if _holds(at, url.at) else (Step(url.at, "the address"),),
        )
    requirement = project.async_extra.missing()
    if requirement is not None:
        edit = project.async_extra.edit(requirement)
        sure = project.async_extra.is_sure
        what = "SQLAlchemy 2.1" if sure else "SQLAlchemy 2.1, which may be installed here,"
        yield Finding(
            at=requirement.at,
            message=f"{what} no longer brings `greenlet`, which `sqlalchemy.ext.asyncio` can't work without",
            severity=None if sure else "warning",
            fix=Fix("Ask for the extra `asyncio`", "safe", (edit,)) if edit is not None else None,
        )


def _holds(outer: Span, inner: Span) -> bool:
    return outer.path == inner.path and outer.start <= inner.start < outer.end
