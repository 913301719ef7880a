"""Why a fix is not made."""

from __future__ import annotations


class WithheldError(Exception):
    """A fix that cannot be made cleanly, with the reason as a clause: "a comment would be lost"."""


class ConflictError(Exception):
    """A fix that cannot be made together with one that comes before it; the next pass may make it."""
