"""`fastlint baseline`, `check --baseline`, `--add-ignore`, `--max-findings`: through the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fastlint.cli import run
from known.shop import FILES, ROUTER, checked, write

if TYPE_CHECKING:
    from pathlib import Path

Capture = pytest.CaptureFixture[str]
NAME = "fastlint-baseline.jsonl"
CLOCK = {"app/clock.py": "import time\n\n\ndef pause() -> None:\n    time.sleep(1)\n"}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path, FILES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _told(capsys: Capture, *arguments: str, code: int = 0) -> str:
    assert run([*arguments]) == code
    return capsys.readouterr().out


def test_a_baseline_from_its_beginning_to_its_end(shop: Path, capsys: Capture) -> None:
    assert "Wrote 1 known finding to fastlint-baseline.jsonl." in _told(capsys, "baseline", "write")
    assert checked(capsys) == ["app/old.py:9 FLT101"]
    assert checked(capsys, "--baseline", NAME) == []
    with (shop / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(f'baseline = "{NAME}"\n')
    assert checked(capsys) == []
    write(shop, CLOCK)
    assert checked(capsys) == ["app/main.py:11 FLT101"]
    write(shop, {"app/old.py": FILES["app/old.py"].replace("time.sleep(1)", "pass")})
    assert run(["check", "--no-cache"]) == 1
    captured = capsys.readouterr()
    assert "note: 1 entry of the baseline is no longer found" in captured.err
    shown = _told(capsys, "baseline", "show", code=1)
    assert "FLT101 in old: time.sleep(1)  no longer found" in shown
    pruned = _told(capsys, "baseline", "prune")
    assert "Took 1 entry out of fastlint-baseline.jsonl, 0 left; 1 finding not in it." in pruned
    assert checked(capsys) == ["app/main.py:11 FLT101"]  # pruning has not taken it in
    assert "0 left" in _told(capsys, "baseline", "prune")


def test_the_summary_tells_that_something_is_left_out(shop: Path, capsys: Capture) -> None:
    _told(capsys, "baseline", "write", "--baseline", "known/base.jsonl")
    told = _told(capsys, "check", "--no-cache", "--baseline", "known/base.jsonl")
    assert told == "All checks passed!\n1 known finding not shown.\n"
    assert (shop / "known" / "base.jsonl").is_file()


def test_entries_that_a_run_does_not_judge_stay(shop: Path, capsys: Capture) -> None:
    write(shop, CLOCK)
    _told(capsys, "baseline", "write")
    before = (shop / NAME).read_text("utf-8")
    for arguments in (["app/clock.py"], ["--select", "FLT301"]):
        assert "0 entries" in _told(capsys, "baseline", "prune", *arguments)
        _told(capsys, "baseline", "write", *arguments)
        assert (shop / NAME).read_text("utf-8") == before
    assert run(["check", "--no-cache", "--select", "FLT102", "--baseline", NAME]) == 0
    assert "no longer" not in capsys.readouterr().err


def test_pruning_follows_renames(shop: Path, capsys: Capture) -> None:
    _told(capsys, "baseline", "write")
    (shop / "app/old.py").rename(shop / "app/older.py")
    write(shop, {"app/main.py": FILES["app/main.py"].replace("app.old", "app.older")})
    assert checked(capsys, "--baseline", NAME) == []
    _told(capsys, "baseline", "prune")
    assert '"path":"app/older.py"' in (shop / NAME).read_text("utf-8")


@pytest.mark.usefixtures("shop")
def test_a_baseline_that_is_not_there(capsys: Capture) -> None:
    assert run(["check", "--baseline", "nope.jsonl"]) == 2
    assert "error: cannot read the baseline nope.jsonl" in capsys.readouterr().err
    for command in ("prune", "show"):
        assert run(["baseline", command]) == 2
        assert "`fastlint baseline write` makes one" in capsys.readouterr().err


def test_fixes_leave_known_findings_alone(shop: Path, capsys: Capture) -> None:
    _told(capsys, "baseline", "write")
    new = ROUTER.replace("{name}", "new").replace("{body}", "time.sleep(3)")
    write(shop, {"app/new.py": new, "app/main.py": FILES["app/main.py"].replace("app.old", "app.new")})
    write(
        shop, {"app/other.py": "from app.old import router as old\nfrom app.main import app\napp.include_router(old)\n"}
    )
    assert run(["check", "--no-cache", "--fix", "--baseline", NAME]) == 0
    capsys.readouterr()
    assert (shop / "app/old.py").read_text("utf-8") == FILES["app/old.py"]
    assert "time.sleep" not in (shop / "app/new.py").read_text("utf-8")


@pytest.mark.usefixtures("shop")
def test_max_findings(capsys: Capture) -> None:
    for number, code in ((0, 1), (1, 0), (2, 0)):
        assert run(["check", "--no-cache", "--max-findings", str(number)]) == code
    capsys.readouterr()


def test_comments_are_added(shop: Path, capsys: Capture) -> None:
    write(shop, CLOCK)
    told = _told(capsys, "check", "--no-cache", "--add-ignore=old devices #1")
    assert told == "Added 2 ignore comments in 2 files.\n"
    line = (shop / "app/old.py").read_text("utf-8").splitlines()[8]
    assert line == "    time.sleep(1)  # fastlint: ignore[FLT101] old devices 1"
    assert checked(capsys) == []
    assert _told(capsys, "check", "--no-cache", "--add-ignore") == "Added 0 ignore comments in 0 files.\n"
    assert run(["check", "-", "--add-ignore", "--stdin-filename", "app/x.py"]) == 2


@pytest.mark.parametrize("profile", ["recommended", "strict", "security"])
def test_profiles(shop: Path, capsys: Capture, profile: str) -> None:
    write(shop, {"fastlint.toml": f'profile = "{profile}"\n'})
    configured = _told(capsys, "check", "--no-cache", "--show-settings")
    assert f'profile = "{profile}"' in configured
    found = checked(capsys)
    assert checked(capsys, "--profile", profile) == found
    assert ("app/old.py:9 FLT101" in found) == (profile != "security")
    (shop / "fastlint.toml").unlink()
    assert checked(capsys, "--profile", profile) == found  # over the file's own selection
