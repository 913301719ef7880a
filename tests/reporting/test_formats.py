"""The output formats, on one report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fastlint.engine import Note, Report, Sources, Suppressed
from fastlint.findings import Finding, Fix, RunInThreadpool, Step
from fastlint.reporting import Context, render, statistics
from fastlint.reporting.table import aligned
from fastlint.reporting.terminal import cells
from fastlint.text import Span

MAIN = """\
from app.clock import pause

@app.get("/")
async def home():
\tpause("é日", (
        1))  # done
"""
CLOCK = "import time\ndef pause(x, y):\n    time.sleep(1)\n"
FILES = {"app/main.py": MAIN.encode(), "app/clock.py": CLOCK.encode()}


def _span(path: str, text: str) -> Span:
    source = FILES[path]
    start = source.index(text.encode())
    return Span(path, start, start + len(text.encode()))


def _report() -> Report:
    call = _span("app/main.py", 'pause("é日", (\n        1))')
    sleep = _span("app/clock.py", "time.sleep(1)")
    fix = Fix("Run it in a thread", "safe", (RunInThreadpool(call),))
    unsafe = Fix("Make it sync", "unsafe", (RunInThreadpool(sleep),))
    steps = (Step(call, "`home` calls `pause`"), Step(sleep, "`pause` calls `time.sleep`"))
    findings = (
        Finding(sleep, "`time.sleep` is slow", "info", fix=unsafe, code="FLT107"),
        Finding(call, "`time.sleep` blocks in `home`", "error", trace=steps, fix=fix, code="FLT101"),
        Finding(_span("app/main.py", "home"), "no contract", "warning", code="FLT301"),
    )
    silenced = (Suppressed(findings[2], _span("app/main.py", "# done"), "why"),)
    names = {"FLT101": "blocking-sleep", "FLT107": "cpu", "FLT301": "missing-response-contract"}
    return Report(findings=findings, suppressed=silenced, names=names, files=2)


def _context(**options: bool | int) -> Context:
    return Context(Sources(None, FILES), **options)  # type: ignore[arg-type]


def test_concise() -> None:
    assert render("concise", _report(), _context()) == (
        "app/clock.py:3:5: FLT107 `time.sleep` is slow\n"
        "app/main.py:5:2: FLT101 [*] `time.sleep` blocks in `home`\n"
        "app/main.py:4:11: FLT301 no contract\n"
        "Found 1 error, 1 warning, 1 info in 2 files.\n"
        "[*] 1 fixable with the `--fix` option (1 hidden fix can be enabled with the `--unsafe-fixes` option).\n"
    )


def test_full() -> None:
    assert (
        render("full", _report(), _context())
        == """\
info[FLT107] `time.sleep` is slow
 --> app/clock.py:3:5
  |
3 |     time.sleep(1)
  |     ^^^^^^^^^^^^^
  = fix: Make it sync (unsafe fix)
  = help: fastlint rule FLT107 (cpu)

error[FLT101] [*] `time.sleep` blocks in `home`
 --> app/main.py:5:2
  |
5 |     pause("é日", (…
  |     ^^^^^^^^^^^^^^
  = chain:
  =   1. `home` calls `pause` (app/main.py:5:2)
  =   2. `pause` calls `time.sleep` (app/clock.py:3:5)
  = fix: Run it in a thread
  = help: fastlint rule FLT101 (blocking-sleep)

warning[FLT301] no contract
 --> app/main.py:4:11
  |
4 | async def home():
  |           ^^^^
  = help: fastlint rule FLT301 (missing-response-contract)

Found 1 error, 1 warning, 1 info in 2 files.
[*] 1 fixable with the `--fix` option (1 hidden fix can be enabled with the `--unsafe-fixes` option).
"""
    )


def test_json_and_json_lines() -> None:
    def edits(fix: Fix) -> list[tuple[Span, str]]:
        return [(edit.at, "new") for edit in fix.edits]

    context = Context(Sources(None, FILES), plain_edits=edits)
    objects = json.loads(render("json", _report(), context))
    assert objects[1] == {
        "code": "FLT101",
        "name": "blocking-sleep",
        "message": "`time.sleep` blocks in `home`",
        "severity": "error",
        "filename": "app/main.py",
        "location": {"row": 5, "column": 2},
        "end_location": {"row": 6, "column": 12},
        "trace": [
            {
                "filename": "app/main.py",
                "location": {"row": 5, "column": 2},
                "message": "`home` calls `pause`",
            },
            {
                "filename": "app/clock.py",
                "location": {"row": 3, "column": 5},
                "message": "`pause` calls `time.sleep`",
            },
        ],
        "fix": {
            "applicability": "safe",
            "message": "Run it in a thread",
            "edits": [
                {"location": {"row": 5, "column": 2}, "end_location": {"row": 6, "column": 12}, "content": "new"}
            ],
        },
        "page": "rules/FLT101-blocking-sleep.md",
    }
    assert objects[2]["fix"] is None
    lines = render("json-lines", _report(), context).splitlines()
    assert [json.loads(line) for line in lines] == objects


def test_nothing_found() -> None:
    clean = Report(files=3)
    assert render("concise", clean, _context()) == "All checks passed!\n"
    assert render("full", clean, _context(verbose=True)) == "All checks passed! (3 files)\n"
    assert render("json", clean, _context()) == "[]\n"
    assert render("json-lines", clean, _context()) == ""
    assert render("full", clean, _context(quiet=True)) == ""
    assert render("concise", Report(), _context()) == ""
    failed = Report(files=1, notes=(Note("error", "x"),))
    assert render("concise", failed, _context()) == "No findings in 1 file, but not every check could be made.\n"


def test_verbose_tells_what_is_suppressed() -> None:
    assert render("concise", _report(), _context(verbose=True)).endswith("1 finding suppressed by comments.\n")


def test_statistics() -> None:
    text = statistics.render(_report(), _context(quiet=True))
    assert text == "1\tFLT101\t[*]\tblocking-sleep\n1\tFLT107\t[ ]\tcpu\n1\tFLT301\t[ ]\tmissing-response-contract\n"
    assert json.loads(statistics.render_json(_report()))[0] == {
        "code": "FLT101",
        "name": "blocking-sleep",
        "count": 1,
        "fixable": True,
        "fixable_count": 1,
    }


@pytest.mark.parametrize("output_format", ["full", "concise"])
def test_colours_change_nothing_else(output_format: str) -> None:
    colored = render(output_format, _report(), _context(color=True))
    plain = render(output_format, _report(), _context())
    assert "\x1b[" in colored
    for code in (0, 1, 2, 32, 34, 36, "1;31", "1;33", "1;34"):
        colored = colored.replace(f"\x1b[{code}m", "")
    assert colored == plain


@pytest.mark.parametrize("output_format", ["full", "concise", "json", "json-lines"])
@pytest.mark.parametrize("hostile", ["\x1b]0;owned\x07", "\x9b31m", "\u202eevil", "\r\x1b[2K"])
def test_source_and_paths_cannot_speak_to_the_terminal(output_format: str, hostile: str) -> None:
    path = f"a{hostile}.py"
    data = f"x = '{hostile}' # [red]{hostile}[/red]\n".encode()
    report = Report(findings=(Finding(Span(path, 4, 5), "m", "error", code="FLT101"),), files=1)
    text = render(output_format, report, Context(Sources(None, {path: data})))
    assert not [
        character for character in text if character != "\n" and (ord(character) < 32 or 127 <= ord(character) < 160)
    ]
    if not output_format.startswith("json"):
        assert "\u202e" not in text


def test_long_lines_are_cut_around_the_span() -> None:
    data = b"x" * 300 + b" = bad(" + b"y" * 300 + b")\n"
    start = data.index(b"bad")
    report = Report(findings=(Finding(Span("a.py", start, start + 3), "m", "error", code="FLT101"),), files=1)
    lines = render("full", report, Context(Sources(None, {"a.py": data}), width=80)).splitlines()
    shown, underline = lines[3], lines[4]
    assert len(shown) <= 80
    assert shown[underline.index("^") : underline.rindex("^") + 1] == "bad"


def test_indentation_goes_before_text_does() -> None:
    data = b" " * 60 + b"call(bad)\n"
    report = Report(findings=(Finding(Span("a.py", 65, 68), "m", "error", code="FLT101"),), files=1)
    lines = render("full", report, Context(Sources(None, {"a.py": data}), width=40)).splitlines()
    assert lines[3] == "1 | call(bad)"
    assert lines[4] == "  |      ^^^"


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 5), (6, 6), (500, 900)])
def test_spans_at_the_edges(start: int, end: int) -> None:
    report = Report(findings=(Finding(Span("a.py", start, end), "m", "error", code="FLT101"),), files=1)
    for data in (b"", b"ab\ncd\n", b"\xef\xbb\xbfab\r\n"):
        for output_format in ("full", "concise", "json"):
            assert render(output_format, report, Context(Sources(None, {"a.py": data})))


def test_paths_are_relative_to_where_the_user_stands() -> None:
    root = Path("/srv/shop")
    shown = {
        here: Context(Sources(None), root=root, here=Path(here)).shown("app/main.py")
        for here in ("/srv/shop", "/srv", "/srv/shop/app", "/srv/shop/tests", "/other")
    }
    assert shown == {
        "/srv/shop": "app/main.py",
        "/srv": "shop/app/main.py",
        "/srv/shop/app": "main.py",
        "/srv/shop/tests": "../app/main.py",
        "/other": "../srv/shop/app/main.py",
    }


def test_a_declared_encoding_counts_in_characters() -> None:
    data = "# coding: latin-1\nx = 'é'; bad\n".encode("latin-1")
    utf8 = data.decode("latin-1").encode()
    start = utf8.index(b"bad")
    report = Report(findings=(Finding(Span("a.py", start, start + 3), "m", "error", code="FLT101"),), files=1)
    assert render("concise", report, Context(Sources(None, {"a.py": data}))).startswith("a.py:2:10: ")


def test_tables_align_wide_characters_and_drop_empty_columns() -> None:
    assert aligned([["a", "", "x"], ["日本", "", "y"], ["bcd"]]) == "a     x\n日本  y\nbcd\n"
    assert cells("e\u0301日") == 3
    assert aligned([]) == ""


def test_the_last_column_is_folded_where_a_line_would_be_too_long() -> None:
    rows = [["key", "one two three four five six seven eight"], ["longer", "short"]]
    assert aligned(rows, width=35).splitlines() == [
        "key     one two three four five six",
        "        seven eight",
        "longer  short",
    ]
    assert aligned(rows, width=30) == aligned(rows)
    assert aligned([], width=80) == ""
