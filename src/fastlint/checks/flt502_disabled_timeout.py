"""FLT502: outbound calls must not wait without end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding, Fix, RemoveArgument, SetArgument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report calls and clients that wait without a limit."""
    for wait in project.timeouts.missing():
        if project.layers.role(wait.scope.module) == "migration":
            continue
        call = wait.scope.module.span(wait.call.start, wait.call.end)
        fix = None
        if not wait.off:
            message = f"`{wait.name}` is called without a timeout and has none by default"
            fix = Fix("Add a timeout of ten seconds", "unsafe", (SetArgument(call, "timeout", "10"),))
        elif wait.at is wait.call:
            message = f"`{wait.name}` switches timeouts off"
        else:
            said = wait.scope.module.facts.source.text(wait.at.start, wait.at.end)
            message = f"`{said}` lets `{wait.name}` wait for ever"
            if wait.name.startswith("httpx"):
                fix = Fix("Let the default timeout of five seconds hold", "unsafe", (RemoveArgument(call, "timeout"),))
        yield Finding(at=wait.span, message=message, fix=fix)
