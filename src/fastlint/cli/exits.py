"""Exit codes, and the one place where errors become them."""

from __future__ import annotations

import os
import sys

from fastlint.errors import FastlintError

TYPE_CHECKING = False  # to load typing takes longer than to tell the version
if TYPE_CHECKING:
    from collections.abc import Callable

CLEAN, FINDINGS, FAILED, INTERRUPTED = 0, 1, 2, 130


def guarded(command: Callable[[], int]) -> int:
    """Run a command: no way of failing looks like findings, and none prints a traceback.

    `FASTLINT_TRACEBACK=1` lets an internal error through, for those who mend fastlint.
    """
    try:
        code = command()
        sys.stdout.flush()
    except FastlintError as error:
        return _failed(str(error))
    except BrokenPipeError:  # the reader, `head` perhaps, has seen enough
        _silence_stdout()
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        if isinstance(error, OSError) and _is_full(error):
            _silence_stdout()
            return _failed(f"cannot write the report: {error.strerror}")
        if os.environ.get("FASTLINT_TRACEBACK"):
            raise
        text = f"{type(error).__name__}: {error}".split("\n", 1)[0]
        return _failed(f"internal error: {text}; please report it (FASTLINT_TRACEBACK=1 shows where)")
    return code


def _is_full(error: OSError) -> bool:
    """Whether the disk is full, or a quota: whoever runs fastlint can mend that, and nobody else."""
    import errno

    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def _failed(message: str) -> int:
    from fastlint.engine.report import visible  # what is told may quote a stranger's file names

    for line in message.splitlines():
        sys.stderr.write(f"error: {visible(line)}\n")
    return FAILED


def _silence_stdout() -> None:
    """Let what is still buffered go nowhere, or the interpreter complains when it exits."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):  # a stand-in without a file behind it
        return
