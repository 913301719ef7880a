"""The validators and clients that others read our reports with, taken from the registries, have nothing to say."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import pytest

import fastlint
from fastlint.cli import run
from fastlint.engine import Report, Sources
from fastlint.findings import Finding, Severity
from fastlint.reporting import Context, render
from fastlint.text import Span
from validators.install import Tools, UnreachableError, install, tools_in

REPOSITORY = Path(__file__).parents[2]
# What the multitool may still say, and why it is left so.
JUSTIFIED = {
    ("SARIF2002", "Note_Default"),  # messages with ids and arguments: ours are made in one language
    ("SARIF2003", "Note_Default"),  # who checked out what is for the uploader to say
    ("SARIF2006", "Note_Default"),  # the schema's address cannot be reached where the test runs
    ("SARIF2010", "Note_Default"),  # snippets: dashboards have the source, and reports have limits
    ("SARIF2011", "Note_Default"),  # context regions: likewise
    ("SARIF2015", "Note_Default"),
}
if not fastlint.HOME:  # there is no address to give
    JUSTIFIED |= {("SARIF2005", "Warning_ProvideToolnformationUri"), ("SARIF2012", "Note_ProvideHelpUri")}
HOSTILE = "a,b:c%d;e]f é日🙂 #.py"


@pytest.fixture(scope="session")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Tools:
    """All of them, installed once for all processes of a run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "validators"
    done = folder / "done"
    try:
        folder.mkdir()
    except FileExistsError:  # another process is at it
        for _ in range(1200):
            if done.exists():
                break
            time.sleep(0.1)
        told = done.read_text("utf-8")
    else:
        told = "nothing was installed"
        try:
            install(folder)
            told = ""
        except UnreachableError as error:
            told = str(error)
        finally:
            done.write_text(told, "utf-8")
    if told and os.environ.get("CI") != "true":
        pytest.skip(told)
    assert not told
    return tools_in(folder)


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all reports on the messy shop, some of whose findings are suppressed."""
    folder = tmp_path_factory.mktemp("reports")
    extra = folder / "project" / "main.py"
    extra.parent.mkdir()
    source = "import time\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n@app.get('/')\nasync def home():\n"
    extra.write_text(f"{source}    time.sleep(1)  # fastlint: ignore[FLT101] it must\n", "utf-8")
    (extra.parent / "pyproject.toml").touch()
    (folder / "clean").mkdir()
    (folder / "clean" / "pyproject.toml").touch()
    (folder / "clean" / "a.py").write_text("x = 1\n", "utf-8")
    here = Path.cwd()
    formats = {"sarif": "out.sarif", "junit": "junit.xml", "gitlab": "gitlab.json", "checkstyle": "checkstyle.xml"}
    for name, project, more in (
        ("shop", REPOSITORY / "fixtures" / "messy_shop", []),
        ("suppressed", extra.parent, ["--sarif-suppressed"]),
        ("clean", folder / "clean", []),
    ):
        os.chdir(project)
        words = [f"--output-format={one}={folder / name}-{file}" for one, file in formats.items()]
        assert run(["check", "--no-cache", "-qq", "--select=ALL", "--exit-zero", *words, *more]) == 0
    os.chdir(here)
    return folder


LOGS = ["shop", "suppressed", "clean"]


@pytest.mark.parametrize("name", LOGS)
def test_the_sarif_multitool(tools: Tools, shop: Path, name: str) -> None:
    verdict = shop / f"{name}-verdict.sarif"
    result = tools.run(
        str(tools.multitool),
        *("validate", str(shop / f"{name}-out.sarif"), "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning;Note"),
        *("--quiet", "true", "-o", str(verdict), "--log", "ForceOverwrite"),
    )
    assert verdict.exists(), result.stdout + result.stderr  # its exit code says nothing
    found = json.loads(verdict.read_text("utf-8-sig"))["runs"][0]["results"]
    left = [
        (one["ruleId"], one["message"]) for one in found if (one["ruleId"], one["message"].get("id")) not in JUSTIFIED
    ]
    assert left == []


def test_results_are_matched_when_lines_move(tools: Tools, tmp_path: Path) -> None:
    """What the multitool matches by our fingerprints: a known result is unchanged, though its line is another one."""
    logs = []
    for number, text in enumerate(["bad()\n", "# a\n\n\nbad()\nbad()\n"]):
        data = text.encode()
        starts = [at for at in range(len(data)) if data.startswith(b"bad", at)]
        findings = tuple(Finding(Span("a.py", at, at + 3), "m", "error", code="FLT101") for at in starts)
        log = tmp_path / f"{number}.sarif"
        report = Report(findings=findings, names={"FLT101": "blocking-sleep"}, files=1)
        log.write_text(render("sarif", report, Context(Sources(None, {"a.py": data}))), "utf-8")
        logs.append(str(log))
    merged = tmp_path / "merged.sarif"
    command = ("match-results-forward", logs[1], "--previous", logs[0], "-o", str(merged), "--log", "ForceOverwrite")
    result = tools.run(str(tools.multitool), *command)
    assert merged.exists(), result.stdout + result.stderr
    results = json.loads(merged.read_text("utf-8-sig"))["runs"][0]["results"]
    assert sorted(one["baselineState"] for one in results) in (["new", "unchanged"], ["new", "updated"])


@pytest.mark.parametrize("name", LOGS)
def test_the_schema_of_sarif(tools: Tools, shop: Path, name: str) -> None:
    log = str(shop / f"{name}-out.sarif")
    result = tools.run(sys.executable, "-m", "check_jsonschema", "--schemafile", str(tools.schema), log)
    assert result.returncode == 0, result.stdout


def test_sarif_tools(tools: Tools, shop: Path) -> None:
    issues = json.loads((shop / "shop-out.sarif").read_text("utf-8"))["runs"][0]["results"]
    errors = sum(issue["level"] == "error" for issue in issues)
    command = (sys.executable, "-m", "sarif", "--check", "error", "summary")
    result = tools.run(*command, str(shop / "shop-out.sarif"))
    assert result.returncode == errors, result.stdout + result.stderr
    assert tools.run(*command, str(shop / "clean-out.sarif")).returncode == 0


@pytest.mark.parametrize("name", LOGS)
def test_junitparser(tools: Tools, shop: Path, name: str) -> None:
    script = "import sys, junitparser as j; x = j.JUnitXml.fromfile(sys.argv[1]); print(x.tests, x.failures)"
    result = tools.run(sys.executable, "-c", script, str(shop / f"{name}-junit.xml"))
    tests, failures = map(int, result.stdout.split())
    issues = json.loads((shop / f"{name}-gitlab.json").read_text("utf-8"))
    assert (tests, failures) == (max(len(issues), 1), len(issues))


def _hostile() -> tuple[Report, Context]:
    messages = ["100% of `x`: a, b; c] d é日", "plain"]
    severities: tuple[Severity, ...] = ("error", "warning")
    findings = tuple(
        Finding(Span(HOSTILE, 0, 3), message, severity, code="FLT101")
        for message, severity in zip(messages, severities, strict=True)
    )
    report = Report(findings=findings, names={"FLT101": "blocking-sleep"}, files=1)
    return report, Context(Sources(None, {HOSTILE: b"bad\n"}), quiet=True)


def test_github_reads_what_its_own_toolkit_would_write(tools: Tools, tmp_path: Path) -> None:
    report, context = _hostile()
    calls = [
        {
            "level": finding.severity,
            "message": f"{HOSTILE}:1:1: FLT101 {finding.message}",
            "properties": {
                "title": "fastlint FLT101 blocking-sleep",
                "file": HOSTILE,
                "startLine": 1,
                "startColumn": 1,
                "endLine": 1,
                "endColumn": 4,
            },
        }
        for finding in report.findings
    ]
    (tmp_path / "calls.json").write_text(json.dumps(calls), "utf-8")
    script = str(Path(__file__).with_name("read_commands.mjs"))
    result = tools.run("node", script, "github", str(tools.modules), str(tmp_path / "calls.json"))
    assert _commands(result.stdout) == _commands(render("github", report, context)), result.stderr


def _commands(text: str) -> list[tuple[str, list[str], str]]:
    """Commands with their properties in a fixed order."""
    found = []
    for line in text.splitlines():
        _, head, message = line.split("::", 2)
        command, _, properties = head.partition(" ")
        found.append((command, sorted(properties.split(",")), message))
    return found


def test_azure_reads_back_what_was_meant(tools: Tools, tmp_path: Path) -> None:
    report, context = _hostile()
    log = tmp_path / "log.txt"
    log.write_text(render("azure", report, context), "utf-8")
    script = str(Path(__file__).with_name("read_commands.mjs"))
    result = tools.run("node", script, "azure", str(tools.modules), str(log))
    assert result.returncode == 0, result.stderr
    for command, finding in zip(json.loads(result.stdout), report.findings, strict=True):
        assert command["command"] == "task.logissue"
        assert command["message"] == finding.message
        assert command["properties"] == {
            "type": finding.severity,
            "sourcepath": HOSTILE,
            "linenumber": "1",
            "columnnumber": "1",
            "code": "FLT101",
        }
