"""Where reports go: several at once, the one that a CI system shows, and the paths in them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from fastlint.cli import run
from known.shop import FILES, write

if TYPE_CHECKING:
    from pathlib import Path

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "repo" / "backend"
    write(root, FILES)
    monkeypatch.chdir(root)
    for name in ("FASTLINT_OUTPUT_FORMAT", "FASTLINT_OUTPUT_FILE"):
        monkeypatch.delenv(name, raising=False)
    return root


def _out(capsys: Capture, *arguments: str, code: int = 1) -> str:
    assert run(["check", "--no-cache", *arguments]) == code
    return capsys.readouterr().out


def test_several_reports_at_once(shop: Path, capsys: Capture) -> None:
    words = ["sarif=out/a.sarif", "github", "junit=b.xml", "auto=c.sarif"]
    out = _out(capsys, *(f"--output-format={word}" for word in words))
    assert out.startswith("::error title=fastlint FLT101")
    assert json.loads((shop / "out/a.sarif").read_text("utf-8"))["version"] == "2.1.0"
    assert (shop / "c.sarif").read_text("utf-8") == (shop / "out/a.sarif").read_text("utf-8")
    assert (shop / "b.xml").read_text("utf-8").startswith("<?xml")
    full = _out(capsys, "--output-format", "sarif=d.sarif")
    assert full.startswith("error[FLT101]")
    _out(capsys, "--output-format", "sarif=e.sarif", "--output-format", "concise", "-o", "f.txt")
    assert (shop / "f.txt").read_text("utf-8").startswith("app/old.py:9:5: FLT101")


def test_reports_in_files_are_written_when_fixing_too(shop: Path, capsys: Capture) -> None:
    assert run(["check", "--no-cache", "--fix", "--output-format", "json=a.json"]) == 0
    capsys.readouterr()
    assert (shop / "a.json").read_text("utf-8") == "[]\n"


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["xml"], "'xml' is not one of full, concise"),
        (["sarif="], "`sarif=` names no file"),
        (["json", "sarif"], "two reports for one place"),
        (["json=a", "sarif=a"], "two reports for one place"),
    ],
)
def test_mistakes(capsys: Capture, words: list[str], told: str) -> None:
    assert run(["check", *(f"--output-format={word}" for word in words)]) == 2
    captured = capsys.readouterr()
    assert told in captured.err
    assert captured.out == ""


def test_the_environment_names_formats(shop: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTLINT_OUTPUT_FORMAT", "concise sarif=a.sarif")
    assert _out(capsys).startswith("app/old.py:9:5")
    assert (shop / "a.sarif").is_file()


def test_github_actions_get_annotations(shop: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert _out(capsys).startswith("::error ")
    assert _out(capsys, "--output-format", "full").startswith("error[FLT101]")
    _out(capsys, "-o", "report.txt")
    assert (shop / "report.txt").read_text("utf-8").startswith("error[FLT101]")
    (shop / "fastlint.toml").write_text('select = ["FLT101"]\noutput-format = "concise"\n', "utf-8")
    assert _out(capsys).startswith("app/old.py:9:5")


def test_what_goes_into_a_file_is_not_the_log(shop: Path) -> None:
    environment = {**os.environ, "GITHUB_ACTIONS": "true"}
    command = [sys.executable, "-m", "fastlint", "check", "--no-cache"]
    with (shop / "log").open("wb") as log:
        subprocess.run(command, cwd=shop, env=environment, stdout=log, check=False)
    assert (shop / "log").read_text("utf-8").startswith("error[FLT101]")
    piped = subprocess.run(command, cwd=shop, env=environment, capture_output=True, text=True, check=False)
    assert piped.stdout.startswith("::error ")


def test_gitlab_gets_its_report_in_a_file(shop: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITLAB_CI", "true")
    monkeypatch.setenv("CI_PROJECT_DIR", str(shop.parent))
    assert _out(capsys).startswith("error[FLT101]")
    _out(capsys, "-o", "gl-code-quality-report.json")
    [issue] = json.loads((shop / "gl-code-quality-report.json").read_text("utf-8"))
    assert issue["location"] == {"path": "backend/app/old.py", "lines": {"begin": 9}}


@pytest.mark.parametrize("variable", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR", "BUILD_SOURCESDIRECTORY"])
def test_paths_are_relative_to_the_checkout(
    shop: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    def uri() -> str:
        result = json.loads(_out(capsys, "--output-format", "sarif"))["runs"][0]["results"][0]
        return str(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])

    assert uri() == "app/old.py"
    monkeypatch.setenv(variable, str(shop.parent))
    assert uri() == "backend/app/old.py"
    monkeypatch.setenv(variable, str(shop.parent / "elsewhere"))
    assert uri() == "app/old.py"
    link = shop.parents[1] / "link"
    link.symlink_to(shop.parent, target_is_directory=True)
    monkeypatch.setenv(variable, str(shop.parent))
    monkeypatch.chdir(link / "backend")
    assert uri() == "backend/app/old.py"
    assert _out(capsys, "--output-format", "concise").startswith("app/old.py")  # for people: from where they stand


def test_links_are_resolved(shop: Path, capsys: Capture) -> None:
    (shop.parent / "shared").mkdir()
    (shop / "app/old.py").rename(shop.parent / "shared/old.py")
    (shop / "app/old.py").symlink_to("../../shared/old.py")
    result = json.loads(_out(capsys, "--output-format", "sarif"))["runs"][0]["results"][0]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "../shared/old.py"


def test_names_of_files_are_no_commands(shop: Path) -> None:
    """What is said on stderr stands in the log of a CI system as well."""
    name = "x\n::error::owned\n##vso[task.complete]\x1b[2J.txt"
    (shop / name).write_text("x", "utf-8")
    command = [sys.executable, "-m", "fastlint", "check", "--no-cache", name, "app", "no\n::such.py"]
    for arguments in (command[:-1], command):
        told = subprocess.run(arguments, cwd=shop, capture_output=True, text=True, check=False)
        for line in (told.stdout + told.stderr).splitlines():
            assert not line.lstrip().startswith("::")
            assert "\x1b" not in line
            assert "##vso[" not in line
