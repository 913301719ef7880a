"""What in an endpoint's body decides something of the domain: states that follow from others, bounds of values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Assign, Await, Call, Conditional, Constant, Name, Operation, Str
from fastlint.model.expressions import inside
from fastlint.model.guards import is_threshold
from fastlint.model.types import ClassRef, External

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastlint.facts.records import Expr, Stmt
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode

_NOTHING = "None"


class Deciding:
    """Answers which branches and conditional expressions decide."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference

    def sets_state(self, test: Expr, body: Sequence[Stmt], function: FunctionNode) -> bool:
        """`if order.status == "new": order.status = "paid"`: what becomes of something that was looked up."""
        if not any(isinstance(one, Operation) and _compares(one) for one in inside(test)):
            return False
        changed = {
            target.id.partition(".")[0]
            for one in body
            if isinstance(one, Assign) and isinstance(one.value, (Str, Constant))
            for target in one.targets
            if isinstance(target, Name) and "." in target.id
        }
        return bool(changed) and any(
            isinstance(target, Name) and target.id in changed and self._is_looked_up(one.value, function)
            for one, _ in function.scan.assigns
            for target in one.targets
        )

    def _is_looked_up(self, value: Expr | None, function: FunctionNode) -> bool:
        """Whether a value comes from a call, of something else than a class: what is made here is only filled."""
        if isinstance(value, Await):
            return True
        types = self._inference.of(value.func, function) if isinstance(value, Call) else ()
        return isinstance(value, Call) and not any(isinstance(one, (ClassRef, External)) for one in types)

    def is_choice(self, expr: Expr) -> bool:
        """`high if score > 90 else low`: what follows from a bound, but for nothing, and what a length allows."""
        if not isinstance(expr, Conditional) or not is_threshold(expr.test, []):
            return False
        if any(isinstance(one, Constant) and one.text in (_NOTHING, "0") for one in (expr.body, expr.orelse)):
            return False
        return not any(
            isinstance(one, Call) and isinstance(one.func, Name) and one.func.id == "len" for one in inside(expr.test)
        )


def _compares(operation: Operation) -> bool:
    """Whether it compares with something that there is, and not only asks for a flag."""
    return (
        operation.kind == "comparison"
        and not operation.op.startswith("is")
        and not any(isinstance(one, Constant) and one.text == _NOTHING for one in operation.operands)
    )
