"""A run that is killed leaves each file whole: old or new."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

KILLS = int(os.environ.get("FASTLINT_KILLS", "200"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the runs to be killed are forked")
def test_a_killed_run_leaves_whole_files(tmp_path: Path) -> None:
    program = Path(__file__).with_name("killing.py")
    finished = subprocess.run(
        [sys.executable, str(program), str(tmp_path), str(KILLS), "7"], capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr
    seen = ast.literal_eval(finished.stdout.splitlines()[-1])
    assert sum(seen.values()) == KILLS
    assert seen["before"]
    assert seen["amid"]
    assert {file.suffix for file in tmp_path.rglob("*") if file.is_file()} <= {".py", ".toml", ".tmp"}
