"""FLT219: requests must not keep state in a module's containers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report containers of modules that code of requests fills."""
    for state in project.shared_states.all():
        yield Finding(
            at=state.made,
            message=f"`{state.name}` is filled per request, in `{state.function.name_in(state.module)}`, "
            "and each worker has its own",
            trace=(Step(state.span, f"reached from {state.root.title}"),),
        )
