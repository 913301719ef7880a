"""FLT411: a commit must come before the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding, Fix, SetArgument, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.late_commits import LateCommit
    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report dependencies that commit when the answer has been sent."""
    settable = project.manifests.surely("fastapi", ">=0.121.1")
    for commit in project.late_commits.all:
        use = commit.uses[0]
        yield Finding(
            at=commit.at,
            message=f"`{commit.node.local_name}` commits when the answer of `{use.endpoint.label}` has been sent",
            trace=(
                Step(use.endpoint.function.name_span, f"{use.endpoint.title} is answered"),
                Step(use.dependency.span, f"depends on {commit.node.local_name} until after the answer"),
                Step(commit.at, "commits then"),
            ),
            fix=_fix(commit) if settable else None,
        )


def _fix(commit: LateCommit) -> Fix | None:
    # timid: a dependency that yields too and lives as long as the request may not depend on one that ends before
    if any(use.asker is not None and use.asker.is_generator for use in commit.uses):
        return None
    calls = dict.fromkeys(use.dependency.span for use in commit.uses)
    edits = tuple(SetArgument(call, "scope", '"function"') for call in calls)
    return Fix(f"End `{commit.node.local_name}` before the answer is sent", "unsafe", edits)
