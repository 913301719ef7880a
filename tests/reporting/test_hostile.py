"""What strangers write (names of files, source, and so messages) commands neither terminals nor CI systems."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastlint.engine import Report, Sources
from fastlint.engine.report import clean
from fastlint.findings import Finding, Fix, ReplaceText, Step
from fastlint.reporting import FORMATS, Context, render
from fastlint.text import Span

TEXTS = ["full", "concise", "grouped", "pylint", "markdown", "github", "azure"]
HOSTILE = {
    "ansi": "\x1b]0;owned\x07\x1b[2J",
    "c1": "\x9b31m\x85",
    "carriage return": "\r\x1b[2K",
    "workflow command": "\n::error file=x::owned",
    "workflow command at the start": "::set-output name=x::owned",
    "old workflow command": "##[add-mask]owned",
    "azure command": "\n##vso[task.setvariable variable=PATH]owned",
    "many signs": "####vso[task.complete result=Succeeded;]",
    "teamcity": "##teamcity[buildStatus status='SUCCESS']",
    "xml": ']]></failure><failure message="&x;" \'\x00\x0b\ufffe>',
    "html": "<img src=x onerror=alert(1)> <!-- -->",
    "markdown": "| [x](javascript:alert(1)) ![](x) `` ` ``` **b** @all #1 https://evil.example\n\n# H",
    "separators": "\u2028\u2029\x0c\x1e",
    "direction": "\u202eevil\u2066\u200f",
    "surrogate": "\udcff\ud800",
    "percent": "%0A%25::error::x;code=y],z",
    "null": "\0",
    "long": "x" * 70_000,
}
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_COMMAND = re.compile(r"##\w*\[")


def _rendered(output_format: str, text: str) -> str:
    path = f"{text[:200]}.py"
    data = f"x = 1  # {text}\ny = '{text}'\n".encode("utf-8", "surrogatepass")
    fix = Fix(text, "safe", (ReplaceText(Span(path, 0, 1), text),))
    finding = Finding(Span(path, 4, 5), text or "m", "error", (Step(Span(path, 0, 1), text),), fix, text, "FLT101")
    other = Finding(Span("::error::.py", 0, 3), "m", "info", code="FLT104")
    report = Report(findings=(clean(finding), clean(other)), names={"FLT101": "blocking-sleep"}, files=2)
    sources = Sources(None, {path: data, "::error::.py": b"::error::owned ##[error]\n"})

    def plain_edits(_: Fix) -> list[tuple[Span, str]]:
        return [(Span(path, 0, 1), text.encode("utf-8", "replace").decode())]

    context = Context(sources, plain_edits=plain_edits)
    return render(output_format, report, context)


@pytest.mark.parametrize("output_format", FORMATS)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_nothing_is_obeyed(output_format: str, text: str) -> None:
    _check(output_format, _rendered(output_format, text))


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(tuple(FORMATS)),
    st.text(st.one_of(st.characters(codec=None), st.sampled_from("#:[]|`<>&;,%\n\r\x1b\udcff\u202e")), max_size=40),
)
def test_nothing_is_obeyed_whatever_it_is(output_format: str, text: str) -> None:
    _check(output_format, _rendered(output_format, text))


def _check(output_format: str, shown: str) -> None:
    shown.encode()  # no lone surrogate: it can be written
    assert not _CONTROL.findall(shown), output_format
    for line in shown.split("\n"):
        rest = line
        if output_format == "azure" and line.startswith("##vso[task.logissue "):
            rest = ""  # the agent reads one command a line
        if output_format == "github" and re.match(r"::(error|warning|notice) title=[^:]*::", line):
            rest = ""
        assert not _COMMAND.search(rest), line
        assert not rest.lstrip().startswith("::"), line
    if output_format in ("json", "sarif", "gitlab", "rdjson"):
        json.loads(shown)
    if output_format == "json-lines":
        assert len([json.loads(line) for line in shown.splitlines()]) == 2
    if output_format in ("junit", "checkstyle"):
        ET.fromstring(shown)  # noqa: S314 - made here
    if output_format in ("github", "azure"):
        assert sum(line.startswith(("::", "##vso[")) for line in shown.splitlines()) == 2
    if output_format in ("concise", "pylint"):
        assert sum("FLT1" in line for line in shown.splitlines()) == 2
    if output_format == "markdown":
        _check_markdown(shown)


def _check_markdown(shown: str) -> None:
    for row in [line for line in shown.splitlines() if line.startswith("| ") and "FLT" in line]:
        assert len(re.findall(r"(?<!\\)\|", row)) == 5, row  # four cells
        prose = re.sub(r"(?<!\\)(`+)(?!`).*?(?<!`)\1(?!`)", "", row)
        assert not re.search(r"(?<!\\)[<>\[\]!@]", prose), row
