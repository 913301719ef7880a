"""Files replaced so that whoever looks sees all of the old content or all of the new, and never by half."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fastlint.errors import FastlintError

if TYPE_CHECKING:
    from collections.abc import Mapping

_PREFIX: Final = ".fastlint-fix-"
_SUFFIX: Final = ".tmp"  # not that of a source file, lest anybody takes a leftover for one
_OLD: Final = 600.0  # seconds after which what a killed run has left is swept away


def replace_files(root: Path, originals: Mapping[str, bytes], contents: Mapping[str, bytes]) -> None:
    """Replace files by path relative to a root, each at once; none if anything speaks against one of them.

    Links are followed, modes stay.

    Raises:
        FastlintError: a file is not any more what it was, is read-only, or cannot be written.
    """
    ready: list[tuple[Path, Path]] = []
    path = ""
    for folder in {Path(os.path.realpath(root / path)).parent for path in contents}:
        _sweep(folder)
    try:
        for path in sorted(contents):
            target = Path(os.path.realpath(root / path))
            _check_unchanged(target, path, originals[path])
            _check_writable(target, path)
            ready.append((_written_beside(target, contents[path]), target))
        for path in sorted(contents):
            _check_unchanged(Path(os.path.realpath(root / path)), path, originals[path])
        while ready:
            temporary, target = ready[0]
            temporary.replace(target)
            del ready[0]
    except OSError as error:
        raise FastlintError(
            f"cannot write {error.filename or path}: {error.strerror}; no more files are changed"
        ) from None
    finally:
        for temporary, _ in ready:
            with contextlib.suppress(OSError):
                temporary.unlink()


def _sweep(folder: Path) -> None:
    with contextlib.suppress(OSError):
        for leftover in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
            if time.time() - leftover.stat().st_mtime > _OLD:
                leftover.unlink()


def _check_unchanged(target: Path, path: str, original: bytes) -> None:
    if target.read_bytes() != original:
        raise FastlintError(f"{path} has changed while it was checked; nothing is written")


def _check_writable(target: Path, path: str) -> None:
    # A rename asks only whether the folder may be written; whoever protected the file meant the file.
    if not os.access(target, os.W_OK):
        raise FastlintError(f"{path} is read-only; nothing is written")


def _written_beside(target: Path, content: bytes) -> Path:
    """A new file beside the one that it is to replace, complete and on disk."""
    status = target.stat()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=_PREFIX, suffix=_SUFFIX)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            _take_over(file.fileno(), name, status)
            os.fsync(file.fileno())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _take_over(handle: int, name: str, status: os.stat_result) -> None:
    """Give a new file the owner, as far as one may, and the mode of another."""
    if hasattr(os, "fchown"):
        with contextlib.suppress(OSError):
            os.fchown(handle, status.st_uid, status.st_gid)
    if hasattr(os, "fchmod"):
        os.fchmod(handle, status.st_mode & 0o7777)
    else:  # Windows, where the mode says no more than whether one may write
        Path(name).chmod(status.st_mode & 0o7777)
