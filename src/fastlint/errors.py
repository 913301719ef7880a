"""What a user can get wrong: caught in one place, the command line, and told in one line."""

from __future__ import annotations


class FastlintError(Exception):
    """A mistake of the user's: its text is all that is shown, and the exit code is 2."""
