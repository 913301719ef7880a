"""FLT220: a request gets one session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project
    from fastlint.model.second_sessions import SecondSession


def check(project: Project) -> Iterator[Finding]:
    """Report what makes a second session for a request that has one."""
    for second in project.second_sessions.all():
        yield Finding(
            at=second.span,
            message=_message(second),
            trace=(Step(second.first, f"the session of {second.endpoint.label}"),),
        )


def _message(second: SecondSession) -> str:
    name, where = second.provider.name, f"`{second.endpoint.label}`"
    match second.kind:
        case "uncached":
            return f"`use_cache=False` runs `{name}` again: {where} gets a second session"
        case "lifetime":
            return f"`{name}` is asked for with another `scope` as well: {where} gets a second session"
        case "partial":
            return f"A `partial` of `{name}` isn't cached with it: {where} gets a second session"
        case "lambda":
            return f"This lambda calls `{name}` by hand: {where} gets a second session, which nobody closes"
        case "by hand":
            function = second.function.name if second.function else "this function"
            return f"`{function}` calls `{name}` by hand: {where} gets a second session, which nobody closes"
