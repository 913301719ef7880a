"""`fastlint init`: it says what it sees, and leaves what is there."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from fastlint.cli import run
from fastlint.settings import load_settings
from known.shop import FILES, write

if TYPE_CHECKING:
    from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Capture = pytest.CaptureFixture[str]
PROJECT = '[project]\nname = "shop"\nversion = "1"\ndependencies = ["fastapi>=0.115"]\n'
SOURCES = {f"src/{path}": text for path, text in FILES.items() if path != "pyproject.toml"}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path, {**SOURCES, "pyproject.toml": PROJECT})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _uncommented(text: str) -> str:
    """The text with what it proposes in comments said."""
    lines = [line.removeprefix("# ") if " = " in line and line.startswith("# ") else line for line in text.splitlines()]
    return "".join(f"{line}\n" for line in lines if not line.startswith(("Versions", "There")))


def test_the_table_is_added_to_the_manifest(shop: Path, capsys: Capture) -> None:
    before = (shop / "pyproject.toml").stat().st_mode
    assert run(["init"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Wrote [tool.fastlint] to pyproject.toml.\nFound ")
    assert "fastlint baseline write" in told
    text = (shop / "pyproject.toml").read_text("utf-8")
    assert text.startswith(f"{PROJECT}\n[tool.fastlint]\n")
    assert (shop / "pyproject.toml").stat().st_mode == before
    settings = load_settings(shop / "pyproject.toml").settings
    assert settings.src == ("src",)
    assert '# layers.router = ["src/app/main.py", "src/app/old.py"]' in text
    assert "# Versions found: fastapi >=0.115." in text
    (shop / "pyproject.toml").write_text(_uncommented(text), "utf-8")
    assert load_settings(shop / "pyproject.toml").settings.baseline == "fastlint-baseline.jsonl"


def test_without_a_manifest_a_file_is_made(shop: Path, capsys: Capture) -> None:
    (shop / "pyproject.toml").unlink()
    (shop / "requirements.txt").write_text("fastapi\n", "utf-8")
    assert run(["init", "src"]) == 0
    assert capsys.readouterr().out.startswith("Wrote fastlint.toml.\n")
    assert load_settings(shop / "fastlint.toml").settings.profile == "recommended"


@pytest.mark.parametrize(
    "files",
    [
        {"fastlint.toml": ""},
        {"fastlint.toml": "not toml"},
        {"pyproject.toml": f"{PROJECT}[tool.fastlint]\n"},
        {"pyproject.toml": f"tool.fastlint.select = []\n{PROJECT}"},
    ],
)
def test_what_is_there_is_left(shop: Path, capsys: Capture, files: dict[str, str]) -> None:
    write(shop, files)
    before = {path.name: path.read_bytes() for path in shop.iterdir() if path.is_file()}
    assert run(["init"]) == 2
    assert capsys.readouterr().out == ""
    assert {path.name: path.read_bytes() for path in shop.iterdir() if path.is_file()} == before


@pytest.mark.parametrize(
    "manifest",
    ["", PROJECT.rstrip("\n"), PROJECT.replace("\n", "\r\n"), "[tool]\nx = 1\n", "\ufeff" + PROJECT, "[tool.black]\n"],
)
def test_manifests_stay_what_they_are(shop: Path, capsys: Capture, manifest: str) -> None:
    write(shop, {"pyproject.toml": manifest})
    assert run(["init"]) == 0
    after = (shop / "pyproject.toml").read_bytes()
    assert after.startswith(manifest.encode())
    assert tomllib.loads(after.decode("utf-8-sig"))["tool"]["fastlint"]["src"] == ["src"]
    assert b"\r\n" not in after or b"\n" not in after.replace(b"\r\n", b"")
    capsys.readouterr()


@pytest.mark.parametrize("manifest", ["tool = { x = 1 }\n", "not toml [\n"])
def test_a_manifest_that_takes_no_table_is_left(shop: Path, capsys: Capture, manifest: str) -> None:
    write(shop, {"pyproject.toml": manifest})
    assert run(["init"]) == 0
    assert (shop / "pyproject.toml").read_text("utf-8") == manifest
    assert (shop / "fastlint.toml").is_file()
    capsys.readouterr()


def test_no_such_folder(shop: Path, capsys: Capture) -> None:
    assert run(["init", str(shop / "nope")]) == 2
    assert "error: no such folder" in capsys.readouterr().err
