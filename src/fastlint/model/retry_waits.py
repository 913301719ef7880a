"""Decorators that retry a plain function: between attempts they sleep on the thread that calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Constant
from fastlint.model.expressions import last
from fastlint.model.knowledge import offload
from fastlint.model.knowledge.verdict import BlockingCall
from fastlint.model.types import External

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode

# What these wait is said by an argument of this name, or one that begins so; without it they try again at once.
_ASKED = {"tenacity.retry": "wait", "retrying.retry": "wait", "retry.retry": "delay"}
_NONE = "wait_none"


def waits_between(inference: Inference, node: FunctionNode) -> Iterator[tuple[Expr, External, BlockingCall]]:
    """The decorators of a plain function that sleep between attempts, and what to say of them."""
    if node.is_async:
        return
    for expr in node.record.decorators:
        target = expr.func if isinstance(expr, Call) else expr
        for one in inference.of(target, node.parent):
            row = offload.retry(one.name) if isinstance(one, External) else None
            if row is not None and isinstance(one, External) and _sleeps(expr, row.name):
                verdict = BlockingCall(name=row.name, kind="sleep", severity="certain", rule="FLT101", via="retry")
                yield expr, one, verdict


def _sleeps(expr: Expr, name: str) -> bool:
    """Whether it says that it waits, or waits whatever it says."""
    asked = _ASKED.get(name)
    if asked is None:
        return True
    given = [one for one in expr.keywords if one.name.startswith(asked)] if isinstance(expr, Call) else []
    return any(not _is_nothing(one.value) for one in given)


def _is_nothing(wait: Expr) -> bool:
    """`wait=wait_none()`, `delay=0`."""
    return (isinstance(wait, Constant) and wait.text == "0") or (isinstance(wait, Call) and last(wait.func) == _NONE)
