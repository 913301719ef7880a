"""FLT404: a session is closed whatever happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import CloseInFinally, Finding, Fix
from fastlint.model.blocks import extent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report sessions that stay open when an error passes."""
    for leak in project.session_ends.leaks():
        module = leak.way.node.module
        at = module.span(leak.opening.call.start, leak.opening.call.end)
        fix = None
        if leak.given is not None:
            cleanup = f"{'await ' if leak.opening.kind == 'async' else ''}{leak.name}.close()"
            fix = Fix(
                "Close the session in `finally`", "safe", (CloseInFinally(module.span(*extent(leak.given)), cleanup),)
            )
        missing = "is not closed when an error passes" if leak.closed else "is never closed"
        if leak.handed:
            missing = "returns a session that nothing closes"
        yield Finding(
            at=at,
            message=f"`{leak.name}` {missing} {leak.way.place}",
            trace=leak.way.trace(at, "makes the session"),
            fix=fix,
        )
