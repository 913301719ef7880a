"""The command line's fixes: what is written, shown, asked and counted."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from fastlint.cli import run
from fastlint.cli.options import OPTIONS
from fastlint.findings import AddImport, Finding, Fix, ReplaceExpression, ReplaceText
from fastlint.fixing.write import replace_files
from fastlint.text import Position, Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import FolderFactory, RuleFactory
    from fastlint.catalog import Rule
    from fastlint.model.project import Project

FILES: dict[str, str | bytes] = {
    "fastlint.toml": "",
    "app/a.py": "import os\n\nx = bad(1)  # é\ny = mild(2)\n",
    "app/b.py": b"z = bad('\xc3\xa9')\r\n",
    "lib/c.py": "w = note(bad(3))  # fastlint: ignore[FLT101] known\n",
}
FIXED = {
    "app/a.py": b"import asyncio\nimport os\n\nx = await_(1)  # \xc3\xa9\ny = mild(2)\n",
    "app/b.py": b"import asyncio\r\n\r\nz = await_('\xc3\xa9')\r\n",
}
WORDS = {"bad": ("FLT101", "safe"), "mild": ("FLT102", "unsafe"), "note": ("FLT201", None)}
CONCISE = ("--output-format", "concise", "--no-cache")

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _rules(rule: RuleFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three rules, each about a call: one with a safe fix, one with an unsafe one, one with none."""
    rules = (
        rule("FLT101", "bad-call", fix="safe"),
        rule("FLT102", "mild-call", severity="warning", fix="unsafe"),
        rule("FLT201", "note-call", severity="info", family="architecture"),
    )
    for one in rules:
        module = ModuleType(f"fastlint.checks.{one.module}")
        vars(module)["check"] = _finder(one)
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr("fastlint.engine.run.load_rules", lambda: rules)
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", *(option.env for option in OPTIONS if option.env)):
        monkeypatch.delenv(name, raising=False)


def _finder(rule: Rule) -> object:
    [(word, applicability)] = [(word, kind) for word, (code, kind) in WORDS.items() if code == rule.code]

    def check(project: Project) -> Iterator[Finding]:
        for path, file in project.files.items():
            for match in re.finditer(rf"\b{word}(?=\()".encode(), file.source.data):
                at = Span(path, match.start(), match.end())
                fix = None
                if applicability == "safe":
                    fix = Fix("Await it", "safe", (ReplaceExpression(at, "await_"), AddImport(at, "asyncio")))
                elif applicability == "unsafe":
                    fix = Fix("Be wild", "unsafe", (ReplaceExpression(at, "wild"),))
                yield Finding(at, f"`{word}` is called", fix=fix)

    return check


@pytest.fixture
def shop(folder: FolderFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = folder(FILES)
    monkeypatch.chdir(root)
    return root


def check(*arguments: str) -> int:
    return run(["check", *CONCISE, *arguments])


def contents(root: Path) -> dict[str, bytes]:
    return {path: (root / path).read_bytes() for path in FILES if path.endswith(".py")}


def originals() -> dict[str, bytes]:
    return {
        path: text.encode() if isinstance(text, str) else text for path, text in FILES.items() if path.endswith(".py")
    }


def test_a_report_offers_what_can_be_fixed(shop: Path, capsys: Capture) -> None:
    assert check() == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "app/a.py:3:5: FLT101 [*] `bad` is called"
    assert lines[1] == "app/a.py:4:5: FLT102 `mild` is called"
    assert lines[-2:] == [
        "Found 2 errors, 1 warning, 1 info in 3 files.",
        "[*] 2 fixable with the `--fix` option (1 hidden fix can be enabled with the `--unsafe-fixes` option).",
    ]
    assert check("--unsafe-fixes") == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "app/a.py:4:5: FLT102 [*] `mild` is called"
    assert lines[-1] == "[*] 3 fixable with the `--fix` option."
    assert check("--select", "FLT102") == 1
    assert capsys.readouterr().out.splitlines()[-1] == (
        "No fixes available (1 hidden fix can be enabled with the `--unsafe-fixes` option)."
    )
    assert contents(shop) == originals()


def test_safe_fixes_are_written(shop: Path, capsys: Capture) -> None:
    assert check("--fix") == 1
    shown = capsys.readouterr()
    assert contents(shop) == {**originals(), **FIXED}
    assert shown.out.splitlines() == [
        "app/a.py:5:5: FLT102 `mild` is called",
        "lib/c.py:1:5: FLT201 `note` is called",
        "Found 2 errors, 1 warning, 1 info (2 fixed, 2 remaining).",
        "No fixes available (1 hidden fix can be enabled with the `--unsafe-fixes` option).",
    ]
    assert shown.err == ""
    assert check("--fix", "--select", "FLT101") == 0
    assert capsys.readouterr().out == "All checks passed!\n"


def test_unsafe_fixes_are_written_on_request(shop: Path, capsys: Capture) -> None:
    assert check("--fix", "--unsafe-fixes", "--select", "FLT102,FLT101") == 0
    assert capsys.readouterr().out == "Found 2 errors, 1 warning (3 fixed, 0 remaining).\n"
    assert (shop / "app/a.py").read_bytes() == FIXED["app/a.py"].replace(b"mild", b"wild")


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--fix", "--select", "FLT101"), 0),
        (("--fix", "--select", "FLT101", "--exit-non-zero-on-fix"), 1),
        (("--fix", "--select", "FLT102", "--exit-non-zero-on-fix", "--exit-zero"), 0),
        (("--fix-only",), 0),
        (("--fix-only", "--exit-non-zero-on-fix"), 1),
        (("--fix", "--exit-zero"), 0),
        (("--diff", "--select", "FLT101"), 1),
        (("--diff", "--select", "FLT102"), 0),
        (("--diff", "--select", "FLT201"), 0),
        (("--fix", "--no-fix", "--select", "FLT101"), 1),
    ],
)
def test_exit_codes(arguments: tuple[str, ...], code: int) -> None:
    assert check(*arguments) == code


def test_fix_only_tells_no_findings(shop: Path, capsys: Capture) -> None:
    assert check("--fix-only", "--show-fixes") == 0
    assert capsys.readouterr().out.splitlines() == [
        "Fixed 2 errors:",
        "- app/a.py:",
        "    1 x FLT101 (bad-call)",
        "- app/b.py:",
        "    1 x FLT101 (bad-call)",
        "",
        "Fixed 2 errors (1 hidden fix can be enabled with the `--unsafe-fixes` option).",
    ]
    assert contents(shop) == {**originals(), **FIXED}


def test_a_diff_is_a_patch_and_changes_nothing(shop: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert check("--diff") == 1
    shown = capfdbinary.readouterr()
    assert contents(shop) == originals()
    assert shown.err == b"Would fix 2 errors (1 hidden fix can be enabled with the `--unsafe-fixes` option).\n"
    assert shown.out.startswith(b"--- a/app/a.py\n+++ b/app/a.py\n@@ -1,4 +1,5 @@\n+import asyncio\n import os\n")
    git = shutil.which("git")
    if git is not None:
        subprocess.run([git, "init", "-q"], cwd=shop, check=True)
        subprocess.run([git, "apply"], cwd=shop, check=True, input=shown.out)
        assert contents(shop) == {**originals(), **FIXED}


def test_only_named_files_are_changed(shop: Path, capsys: Capture) -> None:
    assert check("--fix", "app/b.py") == 0
    assert contents(shop) == {**originals(), "app/b.py": FIXED["app/b.py"]}
    assert capsys.readouterr().out == "Found 1 error (1 fixed, 0 remaining).\n"


@pytest.mark.parametrize(
    ("arguments", "changed"),
    [
        (("--fixable", "FLT102"), set()),
        (("--fixable", "FLT102", "--unsafe-fixes"), {"app/a.py"}),
        (("--unfixable", "bad-call"), set()),
        (("--unfixable", "FLT1", "--fixable", "FLT101"), {"app/a.py", "app/b.py"}),
        (("--config", "unfixable = ['ALL']"), set()),
    ],
)
def test_only_fixable_rules_are_fixed(shop: Path, arguments: tuple[str, ...], changed: set[str]) -> None:
    check("--fix", *arguments)
    assert {path for path, data in contents(shop).items() if data != originals()[path]} == changed


@pytest.mark.usefixtures("shop")
def test_an_unknown_rule_is_no_fixable_one(capsys: Capture) -> None:
    assert check("--fix", "--fixable", "FLT999") == 2
    assert "FLT999" in capsys.readouterr().err


def test_standard_input_is_fixed_to_standard_output(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    class Stdin:
        buffer = io.BytesIO(b"x = bad(1)\ny = mild(2)\n")

    monkeypatch.setattr("sys.stdin", Stdin)
    assert check("--fix", "--stdin-filename", "app/a.py", "-") == 1
    shown = capsys.readouterr()
    assert shown.out == "import asyncio\n\nx = await_(1)\ny = mild(2)\n"
    assert shown.err.splitlines()[0] == "app/a.py:4:5: FLT102 `mild` is called"
    assert "Found 1 error, 1 warning (1 fixed, 1 remaining)." in shown.err
    assert contents(shop) == originals()


def test_standard_input_without_findings_comes_out_as_it_was(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    class Stdin:
        buffer = io.BytesIO(b"x = 1\r\n\xe9")

    monkeypatch.setattr("sys.stdin", Stdin)
    assert check("--fix-only", "--stdin-filename", "app/a.py", "-") == 0
    assert capfdbinary.readouterr().out == b"x = 1\r\n\xe9"
    assert contents(shop) == originals()


@pytest.mark.parametrize(
    ("answers", "changed"),
    [
        ("y\nn\n", {"app/a.py"}),
        ("what?\n\ny\n", {"app/a.py", "app/b.py"}),
        ("a\n", {"app/a.py", "app/b.py"}),
        ("n\nq\n", set()),
        ("", set()),
    ],
)
def test_the_user_is_asked(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, answers: str, changed: set[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(answers))
    check("--ask")
    assert {path for path, data in contents(shop).items() if data != originals()[path]} == changed
    shown = capsys.readouterr().err
    assert shown.startswith("app/a.py: FLT101 `bad` is called\nAwait it:\n\n--- a/app/a.py\n+++ b/app/a.py\n")
    assert "-x = bad(1)  # é\n+x = await_(1)  # é\n" in shown


@pytest.mark.usefixtures("shop")
def test_standard_input_cannot_answer(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    class Stdin:
        buffer = io.BytesIO(b"x = 1\n")

    monkeypatch.setattr("sys.stdin", Stdin)
    assert check("--ask", "-") == 2
    assert "--ask" in capsys.readouterr().err


def test_why_something_is_not_fixed(folder: FolderFactory, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    root = folder({"fastlint.toml": "", "a.py": "asyncio = 1\nx = bad(1)\n"})
    monkeypatch.chdir(root)
    assert check("--fix") == 1
    shown = capsys.readouterr()
    assert shown.err == "warning: a.py: FLT101: not fixed, `asyncio` means something else in a.py: `bad` is called\n"
    assert shown.out.splitlines()[-1] == "Found 1 error in 1 file."
    assert check("--fix", "--quiet") == 1
    assert capsys.readouterr().err == ""


def test_a_file_that_changes_meanwhile_is_left_alone(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    original = replace_files

    def meddle(*arguments: object) -> None:
        (shop / "app/b.py").write_bytes(b"changed\n")
        original(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("fastlint.cli.fix.replace_files", meddle)
    assert check("--fix") == 2
    assert "app/b.py has changed while it was checked; nothing is written" in capsys.readouterr().err
    assert contents(shop) == {**originals(), "app/b.py": b"changed\n"}


def _offset(source: Source, place: dict[str, int]) -> int:
    return next(
        offset
        for offset in range(len(source.data) + 1)
        if source.position(offset) == Position(place["row"], place["column"])
    )


@pytest.mark.parametrize("output_format", ["json", "json-lines"])
def test_the_edits_of_a_finding_give_what_its_fix_writes(shop: Path, capsys: Capture, output_format: str) -> None:
    run(["check", "--no-cache", "--output-format", output_format])
    out = capsys.readouterr().out
    objects = json.loads(out) if output_format == "json" else [json.loads(line) for line in out.splitlines()]
    assert [bool(item["fix"]) for item in objects] == [True, True, True, False]
    for item in objects[:3]:
        source = Source(item["filename"], (shop / item["filename"]).read_bytes())
        data = source.data
        for edit in reversed(item["fix"]["edits"]):
            assert set(edit) == {"location", "end_location", "content"}
            start, end = (_offset(source, edit[key]) for key in ("location", "end_location"))
            data = data[:start] + edit["content"].encode() + data[end:]
        wanted = {"FLT101": FIXED.get(item["filename"]), "FLT102": source.data.replace(b"mild", b"wild")}[item["code"]]
        assert data == wanted
    assert objects[0]["fix"]["applicability"] == "safe"
    assert objects[0]["fix"]["message"] == "Await it"


def test_edits_of_other_files_name_them(shop: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def finder(_: Project) -> Iterator[Finding]:
        at = Span("app/a.py", 0, 6)
        yield Finding(at, "said", fix=Fix("Mend", "safe", (ReplaceText(Span("fastlint.toml", 0, 0), "x = 1"),)))

    monkeypatch.setattr(sys.modules["fastlint.checks.flt101_bad_call"], "check", finder)
    run(["check", "--no-cache", "--output-format", "json", "--select", "FLT101"])
    [item] = json.loads(capsys.readouterr().out)
    [edit] = item["fix"]["edits"]
    assert edit["filename"] == "fastlint.toml"
    assert edit["content"] == "x = 1"
    assert shop.is_dir()


def test_checking_without_fixes_to_show_loads_no_libcst(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "main.py").write_text("x = 1\n", "utf-8")
    code = (
        "import sys\nfrom fastlint.cli import run\n"
        f"assert run(['check', '--output-format', 'json', {str(tmp_path)!r}]) == 0\n"
        "assert 'libcst' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
