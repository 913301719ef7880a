"""Which branches of an endpoint are plumbing: guards, values that are handed on, headers that are set, logging."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import (
    Assign,
    Await,
    Call,
    Constant,
    Dict,
    ExprStatement,
    If,
    Import,
    Jump,
    Name,
    Raise,
    Return,
    Str,
    Subscript,
)
from fastlint.model.conversions import converts, forgets
from fastlint.model.deciding import Deciding
from fastlint.model.expressions import inside, last
from fastlint.model.guards import (
    builds,
    dispatches,
    fills_in,
    forwards,
    hands_on,
    is_plain,
    is_presence,
    is_threshold,
)
from fastlint.model.shaping import only_sends, refuses
from fastlint.model.types import External, FunctionRef, Instance, MethodRef

if TYPE_CHECKING:
    from fastlint.facts.records import Expr, Stmt
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.scan import Block

_RESPONSES = ("starlette.responses.Response", "fastapi.Response", "fastapi.responses.Response")
_LEVELS = frozenset({"debug", "info", "warning", "exception", "critical"})
_LOGGING = ("logging.", "loguru.", "structlog.", "warnings.")


class Plumbing:
    """Tells what in a function's body works nothing out."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._deciding = Deciding(inference)

    def covers(self, statement: If, block: Block, function: FunctionNode, *, helps: bool = False) -> bool:
        """A guard (ends in `raise` or an early answer), or a branch that only hands values on.

        What a helper inside of a function gives back (`helps`) is no answer: only nothing is.
        """
        body = self.said(statement.body, function)
        if not body:
            return True
        *before, last = body
        is_raise = isinstance(last, Raise) or self._raises(last, function)
        if not before and not statement.orelse and self._checks(last, function):
            return True
        if is_raise and all(isinstance(one, (Assign, ExprStatement)) for one in before):
            return True
        guarded = [isinstance(one, If) and self.covers(one, block, function, helps=helps) for one in body]
        assigned = [isinstance(one, Assign) for one in body]
        if is_raise or isinstance(last, Jump) or (isinstance(last, Return) and _is_simple(last.value, helps=helps)):
            return all(map(any, zip(guarded[:-1], assigned[:-1], strict=True)))
        seeks = is_presence(statement.test) and isinstance(last, If)
        if not statement.orelse and (all(map(any, zip(guarded, assigned, strict=True))) if seeks else all(guarded)):
            return True  # a guard in a guard; what is named is looked for, and must be there
        if forwards(statement.test, body) and not statement.orelse and not block.looped:
            return True
        if (
            dispatches(statement.test, body)
            or fills_in(statement, body)
            or converts(statement, body)
            or forgets(statement, body)
            or only_sends(body)
        ):
            return True
        if all(self._is_header(one, function) for one in body):
            return True
        if is_threshold(statement.test, body) or self._deciding.sets_state(statement.test, body, function):
            return False
        return all(
            (builds(one) and not block.looped)
            or (isinstance(one, Assign) and not one.op and (hands_on(one) or self._is_answer(one.value, function)))
            for one in body
        )

    def _is_answer(self, value: Expr | None, function: FunctionNode) -> bool:
        """A response of the framework that is made on the spot."""
        types = self._inference.of(value.func, function) if isinstance(value, Call) else ()
        return bool(types) and all(
            isinstance(one, External)
            and one.name.startswith(("fastapi.", "starlette."))
            and one.name.endswith("Response")
            for one in types
        )

    def said(self, body: tuple[Stmt, ...], function: FunctionNode) -> list[Stmt]:
        """The statements of a block without what only logs, imports or explains."""
        return [one for one in body if not isinstance(one, Import) and not self.is_log(one, function)]

    def _raises(self, statement: Stmt, function: FunctionNode) -> bool:
        """Whether a statement calls a function of the project that ends in `raise` and never comes back."""
        if not isinstance(statement, ExprStatement) or not isinstance(statement.value, Call):
            return False
        called = self._inference.of(statement.value.func, function)
        return bool(called) and all(
            isinstance(one, FunctionRef)
            and not one.node.scan.returns
            and isinstance(one.node.body.statements[-1], Raise)
            for one in called
        )

    def _checks(self, statement: Stmt, function: FunctionNode) -> bool:
        """Whether a statement calls a function of the project that only refuses: a guard that is written elsewhere."""
        value = statement.value if isinstance(statement, ExprStatement) else None
        call = value.value if isinstance(value, Await) else value
        called = self._inference.of(call.func, function) if isinstance(call, Call) else ()
        return bool(called) and all(
            isinstance(one, FunctionRef)
            and bool(said := self.said(one.node.body.statements, one.node))
            and all(map(refuses, said))
            for one in called
        )

    def _is_header(self, statement: Stmt, function: FunctionNode) -> bool:
        """`response.headers["Link"] = link`, `response.set_cookie(…)`: what goes out around the answer."""
        match statement:
            case Assign(op="", targets=(Name() as to,)) | Assign(op="", targets=(Subscript(value=Name() as to),)):
                pass
            case ExprStatement(value=Call(func=Name() as to)):
                pass
            case _:
                return False
        head, dot, _ = to.id.partition(".")
        types = self._inference.lookup.name(head, function, to.start, ()) if dot else ()
        return any(
            isinstance(one, Instance) and self._inference.members.is_subclass(one.cls, *_RESPONSES) for one in types
        )

    def is_log(self, statement: Stmt, function: FunctionNode) -> bool:
        """Whether a statement logs, prints or explains, and does nothing else."""
        if not isinstance(statement, ExprStatement):
            return False
        value = statement.value.value if isinstance(statement.value, Await) else statement.value
        if isinstance(value, Str):
            return True
        if not isinstance(value, Call):
            return False
        known = self._inference.of(value.func, function)
        if not known and last(value.func) in _LEVELS:
            return True  # what is bound to a logger of the project's own is often not known
        for one in known:
            name = one.owner if isinstance(one, MethodRef) else one.name if isinstance(one, External) else ""
            if f"{name}.".startswith(_LOGGING) or name == "builtins.print":
                return True
        return False


def _is_simple(value: Expr | None, *, helps: bool) -> bool:
    """An early answer that asks nobody: nothing, a name, a literal, an object made of such."""
    if helps:
        return value is None or isinstance(value, Constant)
    if isinstance(value, Call):
        return not any(isinstance(one, Await) for one in inside(value))
    if isinstance(value, Dict):
        return all(one is None or is_plain(one) for one in (*value.keys, *value.values))
    return value is None or is_plain(value)
