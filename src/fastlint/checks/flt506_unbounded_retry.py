"""FLT506: retries must end, and wait between attempts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding, Severity
from fastlint.model.retry_fixes import three_times

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project
    from fastlint.model.retries import Policy
    from fastlint.text import Span


def check(project: Project) -> Iterator[Finding]:
    """Report retries that never end, and those that don't pause."""
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
            yield Finding(at=policy.span, message=message, severity=severity, fix=three_times(policy, hasty=hasty))
        elif hasty:
            message = f"`{policy.name}` retries{what} without a pause between attempts"
            yield Finding(at=policy.span, message=message, severity="warning")
    for loop in project.resends.endless():
        pace = " and without a pause" if loop.hasty else ""
        severity = None if loop.hasty or loop.function in project.colour.per_request else "info"
        message = f"This loop retries `{loop.function.local_name}` without end{pace}"
        yield Finding(at=loop.span, message=message, severity=severity)


def _severity(project: Project, policy: Policy, *, hasty: bool) -> Severity | None:
    """What no request is seen to wait for, and what pauses, may well be meant to go on."""
    node = policy.function or policy.scope
    return None if hasty or node in project.colour.per_request else "info"
