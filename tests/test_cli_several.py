"""Files of several projects in one command: each by its own configuration, one report on all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from fastlint.cli import run
from known.shop import FILES, commit, git, write

if TYPE_CHECKING:
    from pathlib import Path

Capture = pytest.CaptureFixture[str]
SHOP = {f"apps/shop/{path}": text for path, text in FILES.items()}
BLOG = {f"apps/blog/{path}": text for path, text in FILES.items() if path != "pyproject.toml"}
PATHS = ["apps/blog/app/old.py", "apps/shop/app/old.py", "tools/t.py"]


@pytest.fixture
def mono(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    git(tmp_path, "init", "--quiet")
    write(tmp_path, {**SHOP, **BLOG, "tools/t.py": "x = 1\n"})
    write(tmp_path, {"apps/blog/fastlint.toml": 'select = ["FLT101"]\nseverity = { FLT101 = "info" }\n'})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _out(capsys: Capture, *arguments: str, code: int = 1) -> str:
    assert run(["check", "--no-cache", *arguments]) == code
    return capsys.readouterr().out


@pytest.mark.usefixtures("mono")
def test_each_by_its_own_configuration(capsys: Capture) -> None:
    found = json.loads(_out(capsys, "--output-format", "json", *PATHS))
    assert [(one["filename"], one["severity"]) for one in found] == [
        ("apps/blog/app/old.py", "info"),
        ("apps/shop/app/old.py", "error"),
    ]
    edits = found[1]["fix"]["edits"]
    assert {edit.get("filename", "") for edit in edits} == {""}
    assert "Found 1 error, 1 info in 3 files." in _out(capsys, *PATHS)
    assert _out(capsys, "apps/blog", "tools", "--output-format", "pylint", code=0).count("FLT") == 1


def test_one_document_about_all(mono: Path, capsys: Capture) -> None:
    _out(capsys, *PATHS, "--output-format", "sarif=out.sarif", "--output-format", "concise")
    [log] = json.loads((mono / "out.sarif").read_text("utf-8"))["runs"]
    uris = [one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in log["results"]]
    assert uris == PATHS[:2]
    assert all("primaryLocationLineHash" in one["partialFingerprints"] for one in log["results"])
    assert all(one["fixes"] for one in log["results"])


def test_known_findings_are_known_in_each(mono: Path, capsys: Capture) -> None:
    commit(mono)
    assert "2 known findings not shown." in _out(capsys, *PATHS, "--since", "HEAD", code=0)
    write(mono, {"apps/shop/app/old.py": "\n" + SHOP["apps/shop/app/old.py"].replace("sleep(1)", "sleep(2)")})
    out = _out(capsys, *PATHS, "--since", "HEAD", "--output-format", "concise")
    assert out.startswith("apps/shop/app/old.py:10:5: FLT101")


def test_fixes_are_made_in_each(mono: Path, capsys: Capture) -> None:
    _out(capsys, *PATHS, "--fix", code=0)
    for app in ("shop", "blog"):
        assert "await asyncio.sleep(1)" in (mono / "apps" / app / "app" / "old.py").read_text("utf-8")


@pytest.mark.usefixtures("mono")
def test_one_configuration_that_is_named_holds_for_all(capsys: Capture) -> None:
    found = json.loads(_out(capsys, "--output-format", "json", "--config", "apps/shop/pyproject.toml", *PATHS))
    assert [one["severity"] for one in found] == ["error", "error"]


def test_a_mistake_in_one_is_a_mistake(mono: Path, capsys: Capture) -> None:
    write(mono, {"apps/blog/fastlint.toml": "selct = []\n"})
    assert run(["check", *PATHS]) == 2
    assert "fastlint.toml:1: unknown key" in capsys.readouterr().err


def test_configurations_below_that_do_not_count_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    table = '[project]\nname = "x"\n[tool.fastlint]\nignore = ["FLT101"]\n'
    write(tmp_path, {"pyproject.toml": table, "apps/a/pyproject.toml": table, "apps/a/a.py": "x = 1\n"})
    write(tmp_path, {"apps/b/pyproject.toml": '[project]\nname = "b"\n', "apps/b/b.py": "x = 1\n"})
    monkeypatch.chdir(tmp_path)
    told = "warning: `apps/a` has a configuration of its own, which does not count here: name the folder to check it by"
    for arguments, expected in ([], True), (["apps"], True), (["apps/b"], False), (["apps/a"], False), (["-q"], False):
        assert run(["check", "--no-cache", *arguments]) == 0
        assert (told in capsys.readouterr().err) is expected, arguments
    assert run(["check", "--no-cache", "--isolated"]) == 0
    assert capsys.readouterr().err == ""
    write(tmp_path, {"apps/b/pyproject.toml": table})
    assert run(["check", "--no-cache"]) == 0
    assert capsys.readouterr().err.startswith("warning: 2 folders, such as `apps/a`, have configurations of their own")
