"""The command line: arguments, one call, an exit code."""

from __future__ import annotations

import gc
import os
import sys

from fastlint import __version__
from fastlint.cli.exits import CLEAN, guarded


def main() -> None:
    """Run the command in `sys.argv` and exit: 0 clean, 1 findings, 2 the job could not be done."""
    _open_streams()
    code = run(sys.argv[1:])
    gc.freeze()  # or the interpreter, as it ends, takes a linked project apart object by object
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run one command and give its exit code; what goes wrong is told on stderr, a line each."""
    if arguments and arguments[0] in ("--version", "-V", "version"):
        return guarded(_version)
    return guarded(lambda: _dispatch(arguments))


def _dispatch(arguments: list[str]) -> int:
    if arguments and arguments[0] == "help":
        arguments = [*arguments[1:], "--help"]
    if arguments and arguments[0] == "check":
        from fastlint.cli.arguments import parsed, spelled_out

        arguments = ["check", *spelled_out(arguments[1:])]
        options = parsed(arguments[1:])
        if options is not None:
            from fastlint.cli.check import check

            return check(options)
    from fastlint.cli.quick import quick

    command = quick(arguments)
    if command is not None:
        return command()
    from fastlint.cli.app import run_app

    return run_app(arguments)


def _open_streams() -> None:
    """Give a process that was started with closed streams (`>&-`, a service) ones that lead nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 -- for good


def _version() -> int:
    sys.stdout.write(f"fastlint {__version__}\n")
    return CLEAN
