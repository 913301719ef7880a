"""FLT409: an `AsyncSession` must not expire what is still used after the commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding, Fix, SetArgument, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report makers of sessions whose entities are used after a commit has expired them."""
    used = next(iter(project.expired.uses()), None)
    if used is None:
        return
    node = used.way.node
    for maker in project.expired.makers:
        at = maker.scope.module.span(maker.call.start, maker.call.end)
        yield Finding(
            at=at,
            message=f"Sessions expire entities at a commit, and `{node.local_name}` uses `{used.name}` after one",
            trace=(
                Step(at, "sessions expire what they hold at each commit"),
                Step(used.commit, f"{node.local_name} commits"),
                Step(used.at, f"`{used.name}` is read after that"),
            ),
            fix=Fix("Keep entities usable after a commit", "unsafe", (SetArgument(at, "expire_on_commit", "False"),)),
        )
