"""Terminals: whether there is one, what it can show, and how far a long run has come."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from fastlint.cli.exits import CLEAN
from fastlint.errors import FastlintError

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

_PATIENCE = 1.0  # seconds before a run counts as long
_BAR = 24
_WIDE = 120
_PAUSE = 0.1


def colored(when: str, *, to_file: bool = False) -> bool:
    """Whether to colour standard output: `always`, `never`, or `auto` by environment and terminal."""
    if when != "auto":
        return when == "always"
    if to_file or os.environ.get("NO_COLOR"):
        return False
    if any(os.environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def columns() -> int:
    """How wide lines may be: the terminal's width, wide where there is no terminal."""
    if not sys.stdout.isatty():
        return _WIDE
    import shutil

    return shutil.get_terminal_size((_WIDE, 24)).columns


def write(text: str, file: str | None = None) -> int:
    """Write a report to a file or to standard output, in UTF-8.

    Raises:
        FastlintError: the file cannot be written.
    """
    if file is None or file == "-":
        sys.stdout.flush()
        stream = getattr(sys.stdout, "buffer", None)
        if stream is None:  # a test's or a notebook's stand-in
            sys.stdout.write(text)
        else:
            stream.write(_encoded(text))
            stream.flush()
        return CLEAN
    try:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).write_bytes(text.encode("utf-8", "replace"))
    except OSError as error:
        raise FastlintError(f"cannot write {file}: {error.strerror}") from None
    return CLEAN


def write_bytes(data: bytes, file: str | None = None) -> None:
    """Write bytes to a file or to standard output, as they are.

    Raises:
        FastlintError: the file cannot be written.
    """
    if file is not None and file != "-":
        try:
            Path(file).write_bytes(data)
        except OSError as error:
            raise FastlintError(f"cannot write {file}: {error.strerror}") from None
        return
    sys.stdout.flush()
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:  # a test's or a notebook's stand-in
        sys.stdout.write(data.decode("utf-8", "replace"))
    else:
        stream.write(data)
        stream.flush()


def _encoded(text: str) -> bytes:
    """Text for standard output: UTF-8, or what a terminal of another kind can show."""
    encoding = sys.stdout.encoding or "utf-8"
    return text.encode(encoding if sys.stdout.isatty() else "utf-8", "replace")


class Meter:
    """A progress bar on stderr, for runs that take long in front of somebody."""

    def __init__(self, *, wanted: bool) -> None:
        self._wanted = wanted and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._started = time.monotonic()
        self._last = 0.0
        self._shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()

    def update(self, done: int, total: int) -> None:
        """So many of so many files are read."""
        now = time.monotonic()
        if not self._wanted or now - self._started < _PATIENCE or now - self._last < _PAUSE:
            return
        self._last, self._shown = now, True
        full = _BAR * done // max(total, 1)
        sys.stderr.write(f"\r[{'#' * full}{'.' * (_BAR - full)}] {done}/{total} files")
        sys.stderr.flush()
