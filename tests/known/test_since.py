"""`check --since` and `--changed-lines`: what is new compared with a commit, without a checkout."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastlint.cli import run
from fastlint.engine.history import object_of
from fastlint.engine.past import changed_rows
from known.shop import FILES, ROUTER, checked, commit, git, write

if TYPE_CHECKING:
    from pathlib import Path

Capture = pytest.CaptureFixture[str]
SLEEPY = ROUTER.replace("{name}", "extra").replace("{body}", "time.sleep(2)")
OLD = ["app/old.py:9 FLT101"]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    git(root, "init", "--quiet")
    write(root, FILES)
    commit(root)
    monkeypatch.chdir(root)
    return root


def test_what_a_commit_had_is_not_new(shop: Path, capsys: Capture) -> None:
    assert checked(capsys) == OLD
    assert checked(capsys, "--since", "HEAD") == []
    write(shop, {"app/old.py": "# moved\n\n" + FILES["app/old.py"]})
    assert checked(capsys, "--since", "HEAD") == []
    assert checked(capsys, "--since", "HEAD", "app/main.py") == []


def test_uncommitted_and_untracked_and_staged_files_count(shop: Path, capsys: Capture) -> None:
    write(shop, {"app/extra.py": SLEEPY, "app/main.py": FILES["app/main.py"].replace("old", "extra")})
    assert checked(capsys, "--since", "HEAD") == ["app/extra.py:9 FLT101"]
    git(shop, "add", "--all")
    assert checked(capsys, "--since", "HEAD") == ["app/extra.py:9 FLT101"]
    commit(shop)
    assert checked(capsys, "--since", "HEAD") == []
    assert checked(capsys, "--since", "HEAD~1") == ["app/extra.py:9 FLT101"]


def test_what_a_change_does_elsewhere_is_new(shop: Path, capsys: Capture) -> None:
    write(shop, {"app/clock.py": "import time\n\n\ndef pause() -> None:\n    time.sleep(1)\n"})
    assert checked(capsys, "--since", "HEAD") == ["app/main.py:11 FLT101"]
    assert checked(capsys, "--changed-lines") == []
    write(shop, {"app/main.py": FILES["app/main.py"].replace("    pause()", "    pause()  # why")})
    assert checked(capsys, "--changed-lines") == ["app/main.py:11 FLT101"]


def test_renames_are_followed(shop: Path, capsys: Capture) -> None:
    (shop / "app/old.py").unlink()
    write(
        shop,
        {
            "app/v1/__init__.py": "",
            "app/v1/items.py": FILES["app/old.py"].replace("import time", "import time\nimport os"),
            "app/main.py": FILES["app/main.py"].replace("app.old", "app.v1.items"),
        },
    )
    assert checked(capsys) == ["app/v1/items.py:10 FLT101"]
    assert checked(capsys, "--since", "HEAD") == []
    assert checked(capsys, "--changed-lines") == []
    write(shop, {"app/v1/items.py": FILES["app/old.py"].replace("sleep(1)", "sleep(2)")})
    assert checked(capsys, "--since", "HEAD") == ["app/v1/items.py:9 FLT101"]
    assert checked(capsys, "--changed-lines") == ["app/v1/items.py:9 FLT101"]


def test_the_project_may_be_a_part_of_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    git(tmp_path, "init", "--quiet")
    write(tmp_path / "back end é", FILES)
    write(tmp_path, {"tool.py": "x = 1\n"})
    commit(tmp_path)
    monkeypatch.chdir(tmp_path / "back end é")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))  # as hooks of git set it
    write(tmp_path / "back end é", {"app/clock.py": "import time\n\ndef pause() -> None:\n    time.sleep(1)\n"})
    assert checked(capsys, "--since", "HEAD") == ["app/main.py:11 FLT101"]


def test_nothing_of_the_worktree_or_of_git_is_touched(shop: Path, capsys: Capture) -> None:
    write(shop, {"app/extra.py": SLEEPY})
    git(shop, "config", "core.fsmonitor", "false; touch owned")
    git(shop, "config", "filter.evil.smudge", "touch owned")
    git(shop, "config", "filter.evil.clean", "touch owned")
    (shop / ".git/info/attributes").write_text("* filter=evil\n", "utf-8")
    before = {path: path.stat().st_mtime_ns for path in shop.rglob("*") if path.is_file()}
    checked(capsys, "--since", "HEAD")
    checked(capsys, "--changed-lines")
    assert {path: path.stat().st_mtime_ns for path in shop.rglob("*") if path.is_file()} == before


def test_since_a_branch_parted(shop: Path, capsys: Capture) -> None:
    git(shop, "checkout", "--quiet", "-b", "topic")
    write(shop, {"app/notes.py": "x = 1\n"})
    commit(shop)
    git(shop, "checkout", "--quiet", "main")
    write(shop, {"app/old.py": FILES["app/old.py"].replace("time.sleep(1)", "pass")})
    commit(shop)
    git(shop, "checkout", "--quiet", "topic")
    assert checked(capsys, "--since", "main") == OLD  # main has mended it meanwhile
    assert checked(capsys, "--since", "main...") == []


def test_settings_hold_for_both_sides(shop: Path, capsys: Capture) -> None:
    write(shop, {"pyproject.toml": FILES["pyproject.toml"].replace('["FLT101"]', '["FLT101", "FLT301"]')})
    write(shop, {"app/old.py": FILES["app/old.py"].replace(" -> str", "")})
    assert checked(capsys, "--since", "HEAD", code=0) == ["app/old.py:8 FLT301"]


def _refused(capsys: Capture, *arguments: str) -> str:
    assert run(["check", "--no-cache", *arguments]) == 2
    return capsys.readouterr().err


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("rev", "told"),
    [
        ("nope", "error: --since: there is no commit `nope`\n"),
        ("--upload-pack=x", "is no name of a commit"),
        ("HEAD:app/main.py", "there is no commit `HEAD:app/main.py`"),
        ("...", "is no name of a commit"),
    ],
)
def test_what_is_no_commit_is_said(capsys: Capture, rev: str, told: str) -> None:
    assert told in _refused(capsys, f"--since={rev}")


def test_a_shallow_clone(shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    first = git(shop, "rev-parse", "HEAD")
    write(shop, {"app/clock.py": "import time\n\ndef pause() -> None:\n    time.sleep(1)\n"})
    commit(shop)
    git(tmp_path, "clone", "--quiet", "--depth=1", shop.as_uri(), "clone")
    monkeypatch.chdir(tmp_path / "clone")
    told = _refused(capsys, "--since", first)
    assert f"there is no commit `{first}` in this shallow clone; fetch it first" in told
    assert "fetch-depth: 0" in told
    assert checked(capsys, "--since", "HEAD") == []


def test_outside_of_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    write(tmp_path, FILES)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert "--since: " in (told := _refused(capsys, "--since", "HEAD"))
    assert "is not in a git repository" in told
    assert "--changed-lines: " in _refused(capsys, "--changed-lines")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "git cannot be run" in _refused(capsys, "--since", "HEAD")


def test_a_repository_without_commits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    write(tmp_path, FILES)
    git(tmp_path, "init", "--quiet")
    monkeypatch.chdir(tmp_path)
    assert "there is no commit `HEAD`" in _refused(capsys, "--changed-lines")


def test_objects_are_named_as_git_names_them(shop: Path) -> None:
    content = (shop / "app/main.py").read_bytes()
    assert object_of(content, 40) == git(shop, "hash-object", "app/main.py")


@given(st.lists(st.sampled_from("abc"), max_size=8), st.lists(st.sampled_from("abcd"), max_size=8))
def test_changed_rows(old: list[str], new: list[str]) -> None:
    rows = changed_rows("\n".join(old).encode(), "\r\n".join(new).encode())
    kept = [line for row, line in enumerate(new, 1) if row not in rows]
    rest = iter(old)
    assert all(line in rest for line in kept)  # what is left stood there in this order
    assert {row for row, line in enumerate(new, 1) if line == "d"} <= rows
    assert not changed_rows("\n".join(new).encode(), "\n".join(new).encode())
