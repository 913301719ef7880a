"""FLT407: a client must not choose how many rows are loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding, Step
from fastlint.model.page_size_fixes import bound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report page sizes that clients choose without a bound, or with a very large one."""
    for size in project.page_sizes.unbounded(project.settings.max_page_size):
        value = size.value
        most = f"an upper bound of {size.largest}" if size.largest is not None else "no upper bound"
        yield Finding(
            at=size.at,
            message=f"`{value.name}` of {value.way.user} reaches `.limit()` with {most}",
            severity="info" if size.largest is not None else None,
            trace=(
                Step(value.way.node.name_span, f"{value.way.root.title} runs for requests"),
                Step(size.at, "takes the size of a page"),
                Step(size.limit, "limits the statement by it"),
            ),
            fix=bound(size),
        )
