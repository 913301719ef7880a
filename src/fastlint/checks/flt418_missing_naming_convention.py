"""FLT418: constraints that migrations change have names that are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report metadata that is migrated without a naming convention."""
    for at, name in project.migrations.unnamed():
        yield Finding(at=at, message=f"`{name}` is migrated without a naming convention for constraints")
