"""Reading files that may be anything: missing, forbidden, endless, or no files at all."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final

from fastlint.facts.records import Problem

if TYPE_CHECKING:
    from pathlib import Path

LARGEST: Final = 5_000_000
"""Files of more bytes than this are not read: nobody wrote them by hand."""

# Opening a FIFO must not wait for a writer; Windows has neither these flags nor the need.
_FLAGS: Final = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"))


def read(path: Path | str, largest: int = LARGEST) -> bytes | Problem:
    """The bytes of a regular file, or why there are none."""
    try:
        handle = os.open(path, _FLAGS)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        return _unreadable(error)
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            return Problem("cannot be read: not a regular file", 0)
        if status.st_size > largest:
            return too_large(status.st_size)
        with open(handle, "rb", closefd=False, buffering=0) as file:
            data = file.read(largest + 1)
    except OSError as error:
        return _unreadable(error)
    finally:
        os.close(handle)
    return too_large(len(data)) if len(data) > largest else data


def _unreadable(error: OSError | ValueError) -> Problem:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Problem(f"cannot be read: {reason}", 0)


def too_large(size: int) -> Problem:
    """Why a file of so many bytes is not read."""
    return Problem(f"too large to be read: {size / 1_000_000:.1f} MB", 0)
