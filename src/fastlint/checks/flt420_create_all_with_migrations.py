"""FLT420: where migrations make the tables, start-up doesn't."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report tables that start-up makes past the migrations."""
    for one in project.migrations.creations():
        module = one.start.scope.module
        at = module.span(one.site.call.start, one.site.call.end)
        when = "whenever it is imported" if one.start.title == "import" else f"in {one.start.title}"
        when += f" unless `{one.switch}` is off" if one.switch else ""
        yield Finding(
            at=at,
            message=f"`{one.name}` makes tables {when}, past the migrations of `{one.environment.path}`",
            severity="info" if one.switch else None,
            trace=one.start.trace(at, "makes the tables"),
        )
