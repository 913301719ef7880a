"""FLT216: what is registered on a router must still be served once the router is included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding, Step
from fastlint.model.routers import Route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report late registrations, and mounts in included routers, by the project's version of FastAPI."""
    copies = project.manifests.surely("fastapi", "<0.137")
    for entry, include in project.late.registrations() if copies else ():
        what = f"`{entry.label}`" if isinstance(entry, Route) else "What is included here"
        yield Finding(
            at=entry.span,
            message=f"{what} is lost: before FastAPI 0.137 an inclusion copies the routes that the router has by then",
            trace=(Step(include.span, "the router is included here"),),
        )
    for mount in project.late.mounts():
        if copies:
            yield Finding(
                mount.span,
                f"Mount `{mount.path}` is lost: before FastAPI 0.137 an inclusion leaves mounts of a router out",
            )
        elif mount.parent.prefix and project.manifests.surely("fastapi", ">=0.137"):
            yield Finding(
                mount.span, f"Mount `{mount.path}` is served without the router's prefix `{mount.parent.prefix}`"
            )
