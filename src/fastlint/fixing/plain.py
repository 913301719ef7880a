"""A finding's fix as plain text edits, for programs that have no tree: what they give is what `--fix` writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.fixing.apply import Bench

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastlint.findings import Fix
    from fastlint.fixing.document import TextEdit


class PlainEdits:
    """Works out text edits; what was parsed for one fix serves the next.

    Args:
        read: the bytes of a file by its path.
    """

    def __init__(self, read: Callable[[str], bytes]) -> None:
        self._bench = Bench(read)

    def of(self, fix: Fix) -> dict[str, tuple[TextEdit, ...]] | None:
        """The edits of each file that a fix changes; None if it cannot be made."""
        applied = self._bench.apply([fix], to_write=False)
        return {path: edits for path, edits in applied.edits.items() if edits} if applied.made else None
