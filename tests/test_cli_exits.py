"""How a command ends that cannot go on."""

from __future__ import annotations

import errno
import os

import pytest

from fastlint.cli import exits
from fastlint.cli.exits import FAILED, guarded


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_no_internal_error(
    number: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def command() -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(exits, "_silence_stdout", lambda: None)
    assert guarded(command) == FAILED
    assert capsys.readouterr().err == f"error: cannot write the report: {os.strerror(number)}\n"


def test_any_other_error_asks_to_be_reported(capsys: pytest.CaptureFixture[str]) -> None:
    def command() -> int:
        raise OSError(errno.EIO, "Input/output error")

    assert guarded(command) == FAILED
    assert "internal error: OSError" in capsys.readouterr().err
