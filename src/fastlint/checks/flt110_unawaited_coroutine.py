"""FLT110: a coroutine must be awaited, not used as if it were its result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import AwaitExpression, Finding, Fix
from fastlint.model.offloading import awaitable_at
from fastlint.model.offloads import escape_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.coroutines import Forgotten
    from fastlint.model.project import Project

_WHAT = {
    "statement": "is called without `await`, so it never runs",
    "compared": "is called without `await`, so the coroutine is compared, not its result",
    "computed with": "is called without `await`, so the coroutine is computed with, not its result",
    "tested": "is called without `await`, so what is tested is a coroutine, which is always true",
    "iterated": "is called without `await`, so the coroutine is iterated, not its result",
    "entered": "is called without `await`, so the coroutine is entered, not its result",
    "read": "is called without `await`, so the coroutine is read from, not its result",
    "formatted": "is called without `await`, so the coroutine is formatted, not its result",
    "measured": "is called without `await`, so a function of values is given the coroutine",
    "returned": "is called without `await`, so the coroutine is sent as the response",
}


def check(project: Project) -> Iterator[Finding]:
    """Every coroutine in request code that is dropped or taken for its result."""
    for one in project.coroutines.forgotten:
        # FLT112 speaks of what plain endpoints can't await, FLT111 of `run_in_threadpool` itself
        if not project.coroutines.belongs_to_thread(one) and escape_of(one.known) is None:
            message = f"`{one.name}` {_WHAT[one.how]}, in `{one.function.qualname}`"
            yield Finding(one.at, message, fix=_fix(project, one))


def _fix(project: Project, one: Forgotten) -> Fix | None:
    if not one.function.is_async or not awaitable_at(one.site):
        return None  # timid: in a plain function there is nothing to await with
    if one.how == "read" and project.coroutines.leaves_open(one):
        return None
    return Fix("Await the call", "safe" if one.how == "statement" else "unsafe", (AwaitExpression(one.at),))
