"""Patches are such as git takes."""

from __future__ import annotations

import shutil
import subprocess
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastlint.fixing.difference import difference
from fastlint.fixing.document import apply_edits
from fastlint.fixing.patch import patch

if TYPE_CHECKING:
    from pathlib import Path

GIT = shutil.which("git")
needs_git = pytest.mark.skipif(GIT is None, reason="needs git")

texts = st.lists(st.sampled_from([b"a", b"b", b"\n", b"\r\n", b"\r", b" ", b"x = f(1)", b"\xff", "é".encode()])).map(
    b"".join
)


def git(*arguments: str, cwd: Path, data: bytes | None = None) -> None:
    assert GIT is not None
    subprocess.run([GIT, *arguments], cwd=cwd, check=True, input=data, capture_output=True)


@needs_git
@pytest.mark.parametrize(
    "name", ["a.py", "app/deep/a.py", "a b.py", "é.py", 'q"uote.py', "back\\slash.py", "tab\there.py", "-dash.py"]
)
def test_git_applies_a_patch_of_any_name(name: str, tmp_path: Path) -> None:
    old, new = b"a\nb\nc\n", b"a\nB\nc\n"
    git("init", "-q", cwd=tmp_path)
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(old)
    git("apply", cwd=tmp_path, data=patch(name, old, new))
    assert file.read_bytes() == new


@needs_git
def test_git_applies_patches_below_its_root(tmp_path: Path) -> None:
    git("init", "-q", cwd=tmp_path)
    below = tmp_path / "backend"
    below.mkdir()
    (below / "a.py").write_bytes(b"a\n")
    git("apply", cwd=below, data=patch("a.py", b"a\n", b"b\n"))
    assert (below / "a.py").read_bytes() == b"b\n"


@needs_git
@settings(max_examples=40, deadline=None)
@given(texts, texts)
def test_git_applies_patches_to_the_byte(tmp_path_factory: pytest.TempPathFactory, old: bytes, new: bytes) -> None:
    made = patch("a.py", old, new)
    assert bool(made) == (old != new)
    if not made or not old or not new:  # a patch that makes or removes a file says so, and no fix does that
        return
    folder = tmp_path_factory.mktemp("patch")
    git("init", "-q", cwd=folder)
    git("config", "core.autocrlf", "false", cwd=folder)
    (folder / "a.py").write_bytes(old)
    git("apply", "--whitespace=nowarn", cwd=folder, data=made)
    assert (folder / "a.py").read_bytes() == new


@given(texts, texts)
def test_edits_lead_from_one_text_to_another(old: bytes, new: bytes) -> None:
    edits = difference(old, new)
    assert apply_edits(old, edits) == new
    assert all(one.end <= other.start for one, other in pairwise(edits))


@pytest.mark.parametrize(
    ("old", "new", "edits"),
    [
        (b"x = f(a)\n", b"x = await f(a)\n", [(4, 4, b"await ")]),
        (b"x = f(a)\n", b"x = await run(f, a)\n", [(4, 6, b"await run(f, ")]),
        (b"async def f():\n", b"def f():\n", [(0, 6, b"")]),
        (b"import os\nx\n", b"import json\nimport os\nx\n", [(0, 0, b"import json\n")]),
        (b"abc\n", b"abd\n", [(0, 3, b"abd")]),
        (b"a\nb\nc\n", b"A\nb\nC\n", [(0, 1, b"A"), (4, 5, b"C")]),
        ("é é\n".encode(), "é è\n".encode(), [(3, 5, "è".encode())]),
    ],
)
def test_edits_are_small_and_whole_words(old: bytes, new: bytes, edits: list[tuple[int, int, bytes]]) -> None:
    assert [(edit.start, edit.end, edit.text) for edit in difference(old, new)] == edits
