"""FLT505: requests that are not idempotent must not be retried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report requests that are sent again though they may have been carried out."""
    for one in project.resends.all():
        yield Finding(
            at=one.at,
            message=f"`{one.client}` in `{one.place}` sends the same `{one.method}` again after {one.after}",
            trace=(
                Step(one.policy.span, f"{one.policy.name} retries {one.place}"),
                *((Step(one.at, "calls what sends it"),) if one.at != one.sent else ()),
                Step(one.sent, f"sends a {one.method} without an idempotency key"),
            ),
        )
    for at, option, method in project.resends.adapters():
        yield Finding(at=at, message=f"`{option}` lets `urllib3.Retry` send the same `{method}` again")
