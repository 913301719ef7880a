"""FLT506: retries must end, and wait between attempts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Name
from fastlint.findings import AddImport, Edit, Finding, Fix, ReplaceExpression, SetArgument, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project
    from fastlint.model.retries import Policy
    from fastlint.text import Span

_TENACITY = (("stop", "stop_after_attempt", "(3)"), ("wait", "wait_random_exponential", "(max=10)"))


def check(project: Project) -> Iterator[Finding]:
    seen: set[Span] = set()
    severity: Severity | None
    for policy in sorted(project.retries.all, key=lambda one: one.function is None):  # what is retried is known there
        if policy.span in seen:
            continue
        seen.add(policy.span)
        hasty = project.retries.hasty(policy)
        what = f" `{policy.function.local_name}`" if policy.function is not None else ""
        if project.retries.endless(policy):
            pace = " and without a pause" if hasty else ""
            message = f"`{policy.name}` retries{what} without end{pace}"
            severity = _severity(project, policy, hasty=hasty)
            yield Finding(at=policy.span, message=message, severity=severity, fix=_fix(policy, hasty=hasty))
        elif hasty:
            message = f"`{policy.name}` retries{what} without a pause between attempts"
            yield Finding(at=policy.span, message=message, severity="warning")
    for loop in project.resends.endless():
        pace = " and without a pause" if loop.hasty else ""
        severity = None if loop.hasty or loop.function in project.colour.per_request else "info"
        message = f"this loop retries `{loop.function.local_name}` without end{pace}"
        yield Finding(at=loop.span, message=message, severity=severity)


def _severity(project: Project, policy: Policy, *, hasty: bool) -> Severity | None:
    """What no request is seen to wait for, and what pauses, may well be meant to go on."""
    node = policy.function or policy.scope
    return None if hasty or node in project.colour.per_request else "info"


def _fix(policy: Policy, *, hasty: bool) -> Fix | None:
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
