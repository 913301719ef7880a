"""The command line: options, exit codes, what stands on which stream."""

from __future__ import annotations

import io
import json
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

import fastlint
from fastlint.cli import run
from fastlint.cli.options import OPTIONS
from fastlint.findings import Finding
from fastlint.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import FolderFactory, RuleFactory
    from fastlint.catalog import Rule
    from fastlint.model.project import Project

FILES = {
    "fastlint.toml": "",
    "app/a.py": "bad = 1\nmild = 2\n",
    "app/b.py": "x = 1\n",
    "lib/c.py": "note = 1\nbad = 2  # fastlint: ignore[FLT101] known\n",
}
_WORDS = {"bad": "FLT101", "mild": "FLT102", "note": "FLT201"}


@pytest.fixture(autouse=True)
def _rules(rule: RuleFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three rules, each about a word."""
    rules = (
        rule("FLT101", "bad-word"),
        rule("FLT102", "mild-word", severity="warning"),
        rule("FLT201", "note-word", severity="info", family="architecture"),
    )
    for one in rules:
        module = ModuleType(f"fastlint.checks.{one.module}")
        vars(module)["check"] = _finder(one)
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr("fastlint.engine.run.load_rules", lambda: rules)
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", *(option.env for option in OPTIONS if option.env)):
        monkeypatch.delenv(name, raising=False)


def _finder(rule: Rule) -> object:
    [word] = [word for word, code in _WORDS.items() if code == rule.code]

    def check(project: Project) -> Iterator[Finding]:
        for path, file in project.files.items():
            at = file.source.data.find(word.encode())
            if at >= 0:
                yield Finding(Span(path, at, at + len(word)), f"`{word}` is said")

    return check


@pytest.fixture
def shop(folder: FolderFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = folder(FILES)
    monkeypatch.chdir(root)
    return root


Capture = pytest.CaptureFixture[str]


def _lines(capsys: Capture, *arguments: str, code: int = 1) -> list[str]:
    assert run(["check", *arguments]) == code
    return capsys.readouterr().out.splitlines()


CONCISE = ["--output-format", "concise"]


@pytest.mark.usefixtures("shop")
def test_findings_and_their_exit_code(capsys: Capture) -> None:
    assert _lines(capsys, *CONCISE) == [
        "app/a.py:1:1: FLT101 `bad` is said",
        "app/a.py:2:1: FLT102 `mild` is said",
        "lib/c.py:1:1: FLT201 `note` is said",
        "Found 1 error, 1 warning, 1 info in 3 files.",
    ]


@pytest.mark.usefixtures("shop")
def test_a_clean_project(capsys: Capture) -> None:
    assert _lines(capsys, "app/b.py", code=0) == ["All checks passed!"]


def test_nothing_to_check(folder: FolderFactory, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.chdir(folder({"fastlint.toml": ""}))
    assert run(["check"]) == 0
    assert capsys.readouterr() == ("", "warning: no Python files found\n")


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("arguments", "codes", "exit_code"),
    [
        (["--select", "FLT1"], ["FLT101", "FLT102"], 1),
        (["--select", "FLT101,note-word"], ["FLT101", "FLT201"], 1),
        (["--select", "FLT101", "--select=FLT102"], ["FLT101", "FLT102"], 1),
        (["--ignore", "FLT10"], ["FLT201"], 0),
        (["--ignore", "FLT101", "--fail-on", "error"], ["FLT102", "FLT201"], 0),
        (["--fail-on", "never"], ["FLT101", "FLT102", "FLT201"], 0),
        (["--select", "FLT201", "--fail-on", "info"], ["FLT201"], 1),
        (["--select", "FLT201"], ["FLT201"], 0),
        (["--exit-zero"], ["FLT101", "FLT102", "FLT201"], 0),
        (["-e"], ["FLT101", "FLT102", "FLT201"], 0),
        (["--per-file-ignores", "app/:FLT1"], ["FLT201"], 0),
        (["--per-file-ignores", "app/a.py:FLT101,*.py:FLT102"], ["FLT201"], 0),
        (["--exclude", "app"], ["FLT201"], 0),
        (["--extend-exclude", "lib"], ["FLT101", "FLT102"], 1),
        (["--config", "ignore = ['FLT101']"], ["FLT102", "FLT201"], 1),
        (["--config", "severity = {FLT1 = 'info'}"], ["FLT101", "FLT102", "FLT201"], 0),
        (["lib"], ["FLT201"], 0),
        (["app/b.py", "app/a.py"], ["FLT101", "FLT102"], 1),
        (["-qn", "app"], ["FLT101", "FLT102"], 1),
    ],
)
def test_options(capsys: Capture, arguments: list[str], codes: list[str], exit_code: int) -> None:
    lines = _lines(capsys, *arguments, "--output-format", "json-lines", code=exit_code)
    assert [json.loads(line)["code"] for line in lines] == codes


def test_configuration_is_found_and_the_command_line_wins(shop: Path, capsys: Capture) -> None:
    (shop / "fastlint.toml").write_text("ignore = ['FLT101']\noutput-format = 'concise'\n", "utf-8")
    assert _lines(capsys)[0].startswith("app/a.py:2:1: FLT102")
    assert _lines(capsys, "--select", "FLT101")[0].startswith("app/a.py:1:1: FLT101")
    assert _lines(capsys, "--ignore", "FLT102", code=0)[0].startswith("lib/c.py")
    assert len(_lines(capsys, "--isolated", *CONCISE)) == 4
    other = shop / "other.toml"
    other.write_text("select = ['FLT2']\noutput-format = 'concise'\n", "utf-8")
    assert _lines(capsys, "--config", "other.toml", code=0)[0].startswith("lib/c.py")


@pytest.mark.parametrize("here", ["app", "lib"])
def test_paths_are_relative_to_where_the_user_stands(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, here: str
) -> None:
    monkeypatch.chdir(shop / here)
    lines = _lines(capsys, str(shop), *CONCISE)
    assert lines[0].startswith("a.py:1:1" if here == "app" else "../app/a.py:1:1")


def test_without_paths_the_folder_that_the_user_stands_in_is_reported(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(shop / "lib")
    assert [line.split(":")[0] for line in _lines(capsys, *CONCISE, code=0)] == ["c.py", "Found 1 info in 1 file."]


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["-"], "stdin.py"),
        (["-", "--stdin-filename", "app/a.py"], "app/a.py"),
        (["--stdin-filename=new/x.py", "-"], "new/x.py"),
        (["--stdin-filename", "app/a.py"], "app/a.py"),
    ],
)
def test_standard_input(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, arguments: list[str], name: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\nbad = 1\n")))
    lines = _lines(capsys, *arguments, *CONCISE)
    assert lines == [f"{name}:2:1: FLT101 `bad` is said", "Found 1 error in 1 file."]
    assert (shop / "app/a.py").read_text("utf-8").startswith("bad")


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--select", "FLT9"], "error: unknown rule selector `FLT9`"),
        (["--select", "bad-wort"], "a similar value exists: `bad-word`"),
        (["nope.py"], "error: no such file or folder: nope.py"),
        (["--config", "nope.toml"], "error: --config: no such file: nope.toml"),
        (["--config", "selct = 1"], "unknown key `selct` (did you mean `select`?)"),
        (["--config", "fastlint.toml", "--config", "app/a.py"], "two configuration files"),
        (["--per-file-ignores", "x"], "must be PATTERN:RULE"),
        (["--config", "required-version = '>99'"], "requires fastlint >99"),
        (["--config", "required-version = 'x y'"], "no range of versions"),
        (["--output-file", "app"], "cannot write app"),
        (["--no-such-option"], "No such option: --no-such-option"),
        (["--output-format", "xml"], "'xml' is not one of full, concise"),
        (["--jobs", "many"], "--jobs"),
        (["--fix", "--add-ignore=why"], "--add-ignore: fix first"),
        (["--select"], "requires an argument"),
    ],
)
def test_mistakes_are_told_in_a_line_and_exit_with_2(capsys: Capture, arguments: list[str], told: str) -> None:
    assert run(["check", *arguments]) == 2
    captured = capsys.readouterr()
    assert told in " ".join(captured.err.replace("│", " ").split()) or told in captured.err
    assert captured.out == ""
    assert "Traceback" not in captured.err


def test_mistakes_in_a_file_name_it_and_the_line(shop: Path, capsys: Capture) -> None:
    (shop / "fastlint.toml").write_text("\nbad-key = 1\nfail-on = 3\n", "utf-8")
    assert run(["check"]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("error: fastlint.toml:2: unknown key `bad-key`; known keys: `baseline`, ")
    assert second.startswith("error: fastlint.toml:3: `fail-on`: ")


def test_words_that_name_no_rule_are_told_with_their_place(shop: Path, capsys: Capture) -> None:
    (shop / "fastlint.toml").write_text("select = [\n  'FLT1',\n  'FLT9',\n]\nseverity = { FLT8 = 'info' }\n", "utf-8")
    assert run(["check", "--ignore", "FLT7"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "error: fastlint.toml:3: unknown rule selector `FLT9`; `fastlint rules` lists them",
        "error: unknown rule selector `FLT7`; `fastlint rules` lists them",
        "error: fastlint.toml:5: unknown rule selector `FLT8`; `fastlint rules` lists them",
    ]
    (shop / "fastlint.toml").write_text("\nrequired-version = '>99'\n", "utf-8")
    assert run(["check"]) == 2
    assert capsys.readouterr().err.startswith("error: fastlint.toml:2: this project requires fastlint >99")


@pytest.mark.usefixtures("shop")
def test_a_required_version_may_be_met() -> None:
    assert run(["check", "app/b.py", "--config", f"required-version = '{fastlint.__version__}'"]) == 0


@pytest.mark.usefixtures("shop")
def test_statistics(capsys: Capture) -> None:
    assert _lines(capsys, "--statistics")[:2] == ["1\tFLT101\t[ ]\tbad-word", "1\tFLT102\t[ ]\tmild-word"]
    assert run(["check", "--statistics", "--output-format", "json"]) == 1
    assert [row["code"] for row in json.loads(capsys.readouterr().out)] == ["FLT101", "FLT102", "FLT201"]


def test_a_report_in_a_file(shop: Path, capsys: Capture) -> None:
    assert _lines(capsys, "-o", "out/report.json", "--output-format", "json") == []
    assert len(json.loads((shop / "out/report.json").read_text("utf-8"))) == 3


@pytest.mark.usefixtures("shop")
def test_less_and_more(capsys: Capture) -> None:
    assert len(_lines(capsys, "-q", *CONCISE)) == 3
    assert _lines(capsys, "-qq") == []
    assert _lines(capsys, "-v", *CONCISE)[-1] == "1 finding suppressed by comments."
    assert run(["check", "--timings", "-n"]) == 1
    assert "FLT101 bad-word" in capsys.readouterr().err


def test_what_would_be_done(shop: Path, capsys: Capture) -> None:
    assert _lines(capsys, "--show-files", "app", code=0) == ["app/a.py", "app/b.py"]
    lines = _lines(capsys, "--show-settings", "--select", "FLT1", code=0)
    assert lines[0] == f"# project root: {shop}"
    assert 'select = ["FLT1"]' in lines
    settings_file = shop / "shown.toml"
    settings_file.write_text("\n".join(lines), "utf-8")
    assert _lines(capsys, "--config", "shown.toml", *CONCISE)[0].startswith("app/a.py:1:1")


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("environment", "arguments", "colored"),
    [
        ({}, [], False),
        ({"FORCE_COLOR": "1"}, [], True),
        ({"CLICOLOR_FORCE": "1"}, [], True),
        ({"FORCE_COLOR": "0"}, [], False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, [], False),
        ({"NO_COLOR": "1"}, ["--color", "always"], True),
        ({"FORCE_COLOR": "1"}, ["--color=never"], False),
        ({"FORCE_COLOR": "1"}, ["--output-format", "json"], False),
    ],
)
def test_colours(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture, environment: dict[str, str], arguments: list[str], colored: bool
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    run(["check", *arguments])
    assert ("\x1b[" in capsys.readouterr().out) is colored


def test_the_environment_stands_in_for_options(shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setenv("FASTLINT_OUTPUT_FORMAT", "concise")
    monkeypatch.setenv("FASTLINT_CACHE_DIR", "elsewhere")
    assert _lines(capsys)[0].startswith("app/a.py:1:1")
    assert (shop / "elsewhere" / "reports").is_dir()
    monkeypatch.setenv("FASTLINT_NO_CACHE", "1")
    monkeypatch.setenv("FASTLINT_CACHE_DIR", "nowhere")
    assert _lines(capsys, "--output-format=json")[0] == "["
    assert not (shop / "nowhere").exists()


def test_the_cache_is_used_and_can_be_refused(shop: Path) -> None:
    run(["check", "--no-cache"])
    assert not (shop / ".fastlint_cache").exists()
    run(["check"])
    assert len(list((shop / ".fastlint_cache" / "reports").iterdir())) == 1


def test_a_folder_that_is_no_project_is_not_written_to(folder: FolderFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    root = folder({"a.py": "bad = 1\n"})
    monkeypatch.chdir(root)
    assert run(["check", "a.py"]) == 1
    assert [file.name for file in root.iterdir()] == ["a.py"]


@pytest.mark.usefixtures("shop")
def test_a_crash_of_a_check_is_exit_code_2(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    def crash(_: Project) -> Iterator[Finding]:
        raise RuntimeError("boom")

    monkeypatch.setattr(sys.modules["fastlint.checks.flt101_bad_word"], "check", crash)
    assert run(["check", *CONCISE]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("error: FLT101 (bad-word) crashed at test_cli.py:")
    assert "FLT102 `mild` is said" in captured.out


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (RuntimeError("boom\nmore"), 2, "error: internal error: RuntimeError: boom; please report it"),
        (KeyboardInterrupt(), 130, ""),
        (BrokenPipeError(), 2, ""),
        (MemoryError(), 2, "error: internal error: MemoryError"),
    ],
)
def test_no_way_of_failing_looks_like_findings(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture, error: BaseException, code: int, told: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("fastlint.cli.check.check_project", fail)
    monkeypatch.setattr("fastlint.cli.exits._silence_stdout", lambda: None)
    assert run(["check"]) == code
    assert capsys.readouterr().err.startswith(told)
    assert run(["check", "--color", "auto", "--no-respect-gitignore", "--select=ALL", "--", "app"]) == code
