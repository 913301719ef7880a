from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from fastlint.facts import disk
from fastlint.facts.load import read_project_files
from fastlint.facts.records import Problem

if TYPE_CHECKING:
    from pathlib import Path


def test_bytes_are_read_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"\xff\r\n\0")
    assert disk.read(tmp_path / "a.py") == b"\xff\r\n\0"


def test_what_is_missing_or_no_file_is_told(tmp_path: Path) -> None:
    assert disk.read(tmp_path / "missing.py") == Problem("cannot be read: No such file or directory", 0)
    assert isinstance(disk.read(tmp_path), Problem)
    assert isinstance(disk.read("nul\0.py"), Problem)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_a_fifo_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.py")
    assert disk.read(tmp_path / "a.py") == Problem("cannot be read: not a regular file", 0)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is forbidden here")
def test_what_is_forbidden_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"")
    (tmp_path / "a.py").chmod(0)
    assert disk.read(tmp_path / "a.py") == Problem("cannot be read: Permission denied", 0)


def test_a_link_to_itself_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.py").symlink_to("a.py")
    assert isinstance(disk.read(tmp_path / "a.py"), Problem)


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="nothing endless here")  # noqa: PTH110
def test_what_is_endless_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.py").symlink_to("/dev/zero")
    assert disk.read(tmp_path / "a.py") == Problem("cannot be read: not a regular file", 0)


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"#" * 11)
    assert disk.read(tmp_path / "a.py", largest=10) == Problem("too large to be read: 0.0 MB", 0)
    assert disk.read(tmp_path / "a.py", largest=11) == b"#" * 11


def test_unreadable_files_stand_in_the_store_with_their_problem(tmp_path: Path) -> None:
    (tmp_path / "large.py").write_bytes(b"#" * (disk.LARGEST + 1))
    (tmp_path / "good.py").write_bytes(b"x = 1\n")
    overlays = {"unsaved.py": b"#" * (disk.LARGEST + 1)}
    paths = ["missing.py", "large.py", "good.py", "unsaved.py"]
    with read_project_files(tmp_path, paths, cache_dir=None, overlays=overlays) as store:
        problems = {path: [problem.message for problem in file.header.problems] for path, file in store.files.items()}
    assert problems == {
        "good.py": [],
        "large.py": ["too large to be read: 5.0 MB"],
        "missing.py": ["cannot be read: No such file or directory"],
        "unsaved.py": ["too large to be read: 5.0 MB"],
    }
