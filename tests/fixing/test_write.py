"""Files are replaced at once, or not at all."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fastlint.errors import FastlintError
from fastlint.fixing.write import replace_files

if TYPE_CHECKING:
    from conftest import FolderFactory

needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="modes and links are those of POSIX")
needs_user = pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")


def names(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def test_files_are_replaced(folder: FolderFactory) -> None:
    root = folder({"a.py": b"a\n", "b/c.py": b"c\r\n", "d.py": b"d"})
    replace_files(root, {"a.py": b"a\n", "b/c.py": b"c\r\n"}, {"a.py": b"new\n", "b/c.py": b""})
    assert (root / "a.py").read_bytes() == b"new\n"
    assert (root / "b/c.py").read_bytes() == b""
    assert names(root) == {"a.py", "b/c.py", "d.py"}


@needs_posix
@pytest.mark.parametrize("mode", [0o644, 0o755, 0o600])
def test_modes_stay(folder: FolderFactory, mode: int) -> None:
    root = folder({"a.py": b"a\n"})
    (root / "a.py").chmod(mode)
    replace_files(root, {"a.py": b"a\n"}, {"a.py": b"new\n"})
    assert stat.S_IMODE((root / "a.py").stat().st_mode) == mode
    assert (root / "a.py").read_bytes() == b"new\n"


@needs_posix
@needs_user
def test_a_read_only_file_stops_all(folder: FolderFactory) -> None:
    root = folder({"a.py": b"a\n", "b.py": b"b\n"})
    (root / "b.py").chmod(0o444)
    with pytest.raises(FastlintError, match=r"b\.py is read-only; nothing is written"):
        replace_files(root, {"a.py": b"a\n", "b.py": b"b\n"}, {"a.py": b"new\n", "b.py": b"new\n"})
    assert (root / "a.py").read_bytes() == b"a\n"
    assert names(root) == {"a.py", "b.py"}


def test_what_may_not_be_written_is_asked_for_files(folder: FolderFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    root = folder({"a.py": b"a\n"})
    monkeypatch.setattr("os.access", lambda path, mode: mode != os.W_OK or not str(path).endswith("a.py"))
    with pytest.raises(FastlintError, match=r"a\.py is read-only; nothing is written"):
        replace_files(root, {"a.py": b"a\n"}, {"a.py": b"new\n"})
    assert (root / "a.py").read_bytes() == b"a\n"


@needs_posix
def test_links_are_followed(folder: FolderFactory) -> None:
    root = folder({"real/a.py": b"a\n"})
    (root / "link.py").symlink_to("real/a.py")
    (root / "linked").symlink_to("real")
    replace_files(root, {"link.py": b"a\n"}, {"link.py": b"new\n"})
    assert (root / "link.py").is_symlink()
    assert (root / "real/a.py").read_bytes() == b"new\n"
    replace_files(root, {"linked/a.py": b"new\n"}, {"linked/a.py": b"newer\n"})
    assert (root / "real/a.py").read_bytes() == b"newer\n"


def test_a_file_that_has_changed_stops_all(folder: FolderFactory) -> None:
    root = folder({"a.py": b"a\n", "b.py": b"changed\n"})
    with pytest.raises(FastlintError, match=r"b\.py has changed while it was checked; nothing is written"):
        replace_files(root, {"a.py": b"a\n", "b.py": b"b\n"}, {"a.py": b"new\n", "b.py": b"new\n"})
    assert (root / "a.py").read_bytes() == b"a\n"
    assert names(root) == {"a.py", "b.py"}


def test_a_file_that_is_gone_stops_all(folder: FolderFactory) -> None:
    root = folder({"a.py": b"a\n"})
    with pytest.raises(FastlintError, match="cannot write"):
        replace_files(root, {"a.py": b"a\n", "b.py": b"b\n"}, {"a.py": b"new\n", "b.py": b"new\n"})
    assert (root / "a.py").read_bytes() == b"a\n"
    assert names(root) == {"a.py"}


@needs_posix
@needs_user
def test_a_folder_that_may_not_be_written_stops_all(folder: FolderFactory) -> None:
    root = folder({"a.py": b"a\n", "b/c.py": b"c\n"})
    (root / "b").chmod(0o555)
    with pytest.raises(FastlintError, match="cannot write"):
        replace_files(root, {"a.py": b"a\n", "b/c.py": b"c\n"}, {"a.py": b"new\n", "b/c.py": b"new\n"})
    (root / "b").chmod(0o755)
    assert (root / "a.py").read_bytes() == b"a\n"


def test_a_full_disk_stops_all(folder: FolderFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    root = folder({"a.py": b"a\n", "b.py": b"b\n"})
    calls: list[int] = []

    def fsync(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fsync)
    with pytest.raises(FastlintError, match=r"cannot write b\.py: No space left on device"):
        replace_files(root, {"a.py": b"a\n", "b.py": b"b\n"}, {"a.py": b"new\n", "b.py": b"new\n"})
    assert (root / "a.py").read_bytes() == b"a\n"
    assert names(root) == {"a.py", "b.py"}


def test_a_rename_that_fails_leaves_whole_files(folder: FolderFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    root = folder({"a.py": b"a\n", "b.py": b"b\n"})
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if target.name == "b.py":
            raise OSError(5, "Input/output error", "b.py")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(FastlintError, match="no more files are changed"):
        replace_files(root, {"a.py": b"a\n", "b.py": b"b\n"}, {"a.py": b"new\n", "b.py": b"new\n"})
    assert (root / "a.py").read_bytes() == b"new\n"
    assert (root / "b.py").read_bytes() == b"b\n"
    assert names(root) == {"a.py", "b.py"}


def test_what_a_killed_run_left_is_swept_away(folder: FolderFactory) -> None:
    root = folder({"a.py": b"a\n", ".fastlint-fix-old.tmp": b"", ".fastlint-fix-new.tmp": b"", "other.tmp": b""})
    for name in (".fastlint-fix-old.tmp", "other.tmp"):
        os.utime(root / name, (0, 0))
    replace_files(root, {"a.py": b"a\n"}, {"a.py": b"new\n"})
    assert names(root) == {"a.py", ".fastlint-fix-new.tmp", "other.tmp"}
