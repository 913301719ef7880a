"""The commands besides `check`, and the program as a process of its own."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

import fastlint
from fastlint.cli import run
from fastlint.cli.options import OPTIONS

if TYPE_CHECKING:
    from conftest import FolderFactory

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize("argument", ["--version", "-V"])
def test_version(capsys: Capture, argument: str) -> None:
    assert run([argument]) == 0
    assert capsys.readouterr().out == f"fastlint {fastlint.__version__}\n"


def test_help(capsys: Capture) -> None:
    assert run(["check", "--help"]) == 0
    text = capsys.readouterr().out
    for option in OPTIONS:
        assert option.names[0] in text
    assert run(["--help"]) == 0
    assert "routes" in capsys.readouterr().out
    assert run([]) == 2
    capsys.readouterr()
    assert run(["help", "check"]) == 0
    assert "Usage: fastlint check [OPTIONS] [PATHS]..." in capsys.readouterr().out
    assert run(["help"]) == 0


def test_config(capsys: Capture) -> None:
    assert run(["config"]) == 0
    assert "max-page-size" in capsys.readouterr().out
    assert run(["config", "max_page_size"]) == 0
    assert capsys.readouterr().out.splitlines()[4:6] == ["Default: 1000", "Type: integer"]
    assert run(["config", "severity", "--output-format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["type"] == 'table of string = "error" | "warning" | "info"'
    assert run(["config", "max-page-sice"]) == 2
    assert "did you mean `max-page-size`?" in capsys.readouterr().err


def test_a_page_that_does_not_exist(capsys: Capture) -> None:
    assert run(["rule", "FLT999"]) == 2
    assert "error: unknown rule `FLT999`" in capsys.readouterr().err
    assert run(["rule"]) == 2
    assert run(["rules", "--output-format", "xml"]) == 2
    capsys.readouterr()


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "fastlint", *arguments]


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_closed_pipe_is_no_traceback(folder: FolderFactory) -> None:
    root = folder({"fastlint.toml": "", "a.py": "x = 1\n"})
    process = subprocess.Popen(
        _command("config", "--output-format", "json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=root
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    error = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait() in (0, 2)
    assert error == ""


@pytest.mark.skipif(os.name == "nt", reason="a shell of POSIX")
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_closed_streams_do_no_harm(folder: FolderFactory, closed: str) -> None:
    root = folder({"fastlint.toml": "", "a.py": "x = 1\n"})
    for command in ("check --no-cache", "rules", "--version", "check - --no-cache"):
        line = f"exec {shlex.join(_command())} {command} {closed}"
        result = subprocess.run(["sh", "-c", line], cwd=root, capture_output=True, input=b"", check=False)
        assert (result.returncode, result.stderr) in ((0, b""), (0, b"warning: no Python files found\n")), line


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_an_interrupt_is_exit_code_130(folder: FolderFactory) -> None:
    root = folder({"fastlint.toml": ""})
    inherited = signal.signal(signal.SIGINT, signal.default_int_handler)  # who runs the tests may ignore it
    try:
        process = subprocess.Popen(
            _command("check", "-", "--no-cache"),
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=root,
        )
    finally:
        signal.signal(signal.SIGINT, inherited)
    time.sleep(0.6)  # it waits for its input by then
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"Traceback" not in error
