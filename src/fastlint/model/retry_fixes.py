"""Edits that make retries end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Name
from fastlint.findings import AddImport, Fix, ReplaceExpression, SetArgument

if TYPE_CHECKING:
    from fastlint.findings import Edit
    from fastlint.model.retries import Policy

_TENACITY = (("stop", "stop_after_attempt", "(3)"), ("wait", "wait_random_exponential", "(max=10)"))


def three_times(policy: Policy, *, hasty: bool) -> Fix | None:
    """Three attempts at most, and for one that is `hasty` a pause between them."""
    at, call = policy.span, policy.call
    if policy.name == "backoff.on_exception":
        return Fix("Try three times at most", "unsafe", (SetArgument(at, "max_tries", "3"),))
    func = policy.expr.func if isinstance(policy.expr, Call) else policy.expr
    if not policy.name.startswith("tenacity.") or not isinstance(func, Name):
        return None
    module = func.id.rpartition(".")[0]
    missing = [one for one in _TENACITY if one[0] == "stop" or hasty]
    prefix = f"{module}." if module else ""
    given = [(option, f"{prefix}{name}{arguments}") for option, name, arguments in missing]
    if call is None:
        text = ", ".join(f"{option}={value}" for option, value in given)
        edits: list[Edit] = [ReplaceExpression(at, f"{func.id}({text})")]
    else:
        edits = [SetArgument(at, option, value) for option, value in given]
    if not module:
        edits += [AddImport(at, "tenacity", name) for _, name, _ in missing]
    return Fix("Try three times at most", "unsafe", tuple(edits))
