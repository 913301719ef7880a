"""FLT419: a migration's file tells when it was made and what for, and it can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding, Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report templates and migrations that don't tell when or what for, or can't be taken back."""
    revisions = project.revisions
    for template in revisions.templates():
        yield Finding(
            at=template.at,
            message=f"Alembic names new migrations without {template.lacks}",
            fix=Fix("Name them by date", "safe", (template.edit,)) if template.edit is not None else None,
        )
    for module in revisions.nameless():
        name = module.path.rpartition("/")[2]
        yield Finding(
            at=revisions.place(module), message=f"The name of `{name}` does not say what the migration is for"
        )
    for module, downgrade in revisions.one_way():
        name = module.path.rpartition("/")[2]
        yield Finding(
            at=downgrade.name_span if downgrade is not None else revisions.place(module),
            message=f"`{name}` can't be taken back: it has no `downgrade`"
            if downgrade is None
            else f"`{name}` can't be taken back: its `downgrade` does nothing",
        )
