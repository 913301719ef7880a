"""JUnit's XML as Jenkins' schema (junit-10.xsd) has it: a suite for each file, a failing case for each finding."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from fastlint.engine.report import severity_of
from fastlint.reporting.places import region
from fastlint.reporting.xml import element, text

if TYPE_CHECKING:
    from fastlint.engine import Report
    from fastlint.findings import Finding
    from fastlint.reporting.context import Context


def render(report: Report, context: Context) -> str:
    """The document; with nothing found it holds one case that passed."""
    suites = [
        _suite(context.shown(path), [_case(finding, context) for finding in findings])
        for path, findings in groupby(report.findings, lambda finding: finding.at.path)
    ]
    if not suites:
        passed = element("testcase", {"name": "no findings", "classname": "fastlint"})
        suites = [_suite("fastlint", [passed], failures=0)]
    count = len(report.findings)
    totals = {"name": "fastlint", "tests": str(max(count, 1)), "failures": str(count), "errors": "0"}
    body = "\n".join(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{element("testsuites", totals, f"{chr(10)}{body}{chr(10)}")}\n'


def _suite(name: str, cases: list[str], failures: int | None = None) -> str:
    count = len(cases) if failures is None else failures
    counts = {"name": name, "tests": str(len(cases)), "failures": str(count), "errors": "0", "skipped": "0"}
    inner = "".join(f"    {case}\n" for case in cases)
    return "  " + element("testsuite", {**counts, "package": "fastlint"}, f"\n{inner}  ")


def _case(finding: Finding, context: Context) -> str:
    place = region(finding.at, context)
    where = f"{context.shown(finding.at.path)}:{place.row}:{place.column}"
    failure = element("failure", {"message": finding.message, "type": severity_of(finding)}, text(where))
    name = f"{finding.code} at {place.row}:{place.column}"
    return element("testcase", {"name": name, "classname": _dotless(context.shown(finding.at.path))}, failure)


def _dotless(path: str) -> str:
    """A path without its suffix: readers take what stands before the last dot for a package."""
    return path.removesuffix(".py")
