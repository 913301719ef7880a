"""Which routes are health checks: the settings name the last parts of their paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.model.paths import is_health

if TYPE_CHECKING:
    from collections.abc import Collection


class HealthChecks:
    """Tells health checks, of which rules ask less: they are small, and what they touch they are to touch."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = frozenset(names)

    def named_by(self, label: str) -> bool:
        """Whether a path (`/api/healthz/`) or label (`GET /api/healthz`) is that of a health check."""
        return is_health(label, self._names)
