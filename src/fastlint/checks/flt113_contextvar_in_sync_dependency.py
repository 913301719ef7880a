"""FLT113: a plain dependency must not set context variables: the endpoint doesn't see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding, Fix, MakeAsync
from fastlint.model.stall_findings import title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.context_sets import ContextSet
    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Every plain dependency that sets a context variable, at the call that does."""
    for one in project.context_sets.all:
        via = f" via {' → '.join(f'`{name}`' for name in one.via)}" if one.via else ""
        message = f"`{one.name}` sets a context variable{via} that only the thread of {title(one.root)} sees"
        yield Finding(one.at, message, fix=_fix(project, one))


def _fix(project: Project, one: ContextSet) -> Fix | None:
    node = one.function
    if node.record.decorators or node.owner is not None or project.mentions.is_called(node):
        return None  # timid: a decorator may want a plain function, a class's method has callers of its own
    safe = project.context_sets.may_be_async(node) and not project.stalls.sinks(one.root.ref)
    return Fix("Make the dependency `async def`", "safe" if safe else "unsafe", (MakeAsync(node.span),))
