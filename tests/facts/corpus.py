"""Python files that are there wherever Python is: its own library."""

from __future__ import annotations

import sysconfig
from pathlib import Path

LIBRARY = Path(sysconfig.get_paths()["stdlib"])


def paths(*patterns: str) -> list[str]:
    """The files of the library that match, relative to it."""
    return sorted(path.relative_to(LIBRARY).as_posix() for pattern in patterns for path in LIBRARY.glob(pattern))
