"""FLT111: what is handed to a thread must be a plain function, not called yet, and the call be awaited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Call
from fastlint.findings import AwaitExpression, Finding, Fix, UnpackCall
from fastlint.model.offloading import awaitable_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.offloads import Misuse
    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Every call that should hand a function to a thread, the background or a queue, and does something else."""
    for one in project.offloads.misuses:
        yield Finding(one.at, f"{_what(one)}, in `{one.function.qualname}`", fix=_fix(one))


def _what(one: Misuse) -> str:
    outer, inner = one.text(one.site.call.func), one.text(one.inner.func if isinstance(one.inner, Call) else one.inner)
    match one.mistake:
        case "called":
            return f"`{outer}` is given what `{inner}(…)` returns: it runs on the spot, and its result can't be called"
        case "coroutine":
            return f"`{outer}` is given the coroutine of `{inner}(…)`, which can't be called and never runs"
        case "coroutine function":
            return (
                f"`{outer}` is given `{inner}`, a coroutine function: the thread makes a coroutine that nobody awaits"
            )
        case "unawaited":
            return f"`{outer}` is not awaited, so `{inner}` never runs"


def _fix(one: Misuse) -> Fix | None:
    if one.mistake == "unawaited":
        if not one.function.is_async or not awaitable_at(one.site):
            return None
        return Fix("Await the call", "safe" if one.site.use == "statement" else "unsafe", (AwaitExpression(one.at),))
    # timid: a function that isn't the first argument, or whose keywords can't go along, stays called
    inner, first = one.inner, one.site.call.args[:1] == (one.inner,)
    given = one.mistake == "called" or (one.mistake == "coroutine" and one.row.sync_only)
    if given and first and isinstance(inner, Call) and (one.row.keywords or not inner.keywords):
        return Fix("Hand over the function and its arguments", "safe", (UnpackCall(one.at),))
    return None
