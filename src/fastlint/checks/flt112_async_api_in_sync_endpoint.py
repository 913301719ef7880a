"""FLT112: a plain endpoint or dependency runs in a thread, where nothing can be awaited and no event loop runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import AwaitExpression, Finding, Fix, MakeAsync
from fastlint.model.stall_findings import title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project
    from fastlint.model.threads import AsyncUse


def check(project: Project) -> Iterator[Finding]:
    """Every plain function for threads that uses what only works on the event loop."""
    for one in project.threads.async_uses:
        fix = None
        if one.root is not None and project.mentions.is_only_injected(one.function):
            awaits = tuple(AwaitExpression(at) for at in one.calls)
            fix = Fix("Make it `async def`, and await", "unsafe", (MakeAsync(one.function.span), *awaits))
        yield Finding(one.at, _message(one), fix=fix)


def _message(one: AsyncUse) -> str:
    where = title(one.root) if one.root is not None else f"`{one.function.qualname}`, which is handed to a thread"
    match one.trouble:
        case "unawaitable":
            return f"`{one.name}` makes a coroutine that can't be awaited in the plain `def` of {where}"
        case "no loop":
            return f"`{one.name}` finds no running event loop in the plain `def` of {where}"
        case "websocket":
            return f"`{one.name}` is a plain `def`, which fails as soon as somebody connects to {where}"
