"""JUnit's XML holds nothing but what Jenkins' schema (junit-10.xsd) knows: other readers are more lenient."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from fastlint.engine import Report
from fastlint.reporting import render
from reporting.sample import context, report

REQUIRED = {
    "testsuites": set[str](),
    "testsuite": {"name", "tests", "failures", "errors"},
    "testcase": {"name"},
    "failure": set[str](),
}
KNOWN = {
    "testsuites": {"name", "time", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "group", "time", "skipped", "timestamp", "hostname", "id"}
    | {"package", "file", "log", "url", "version"},
    "testcase": {"name", "time", "classname", "group"},
    "failure": {"type", "message"},
}
INSIDE = {"testsuites": {"testsuite"}, "testsuite": {"testcase"}, "testcase": {"failure"}, "failure": set[str]()}


@pytest.mark.parametrize("found", [report(), Report(files=1)], ids=["findings", "clean"])
def test_the_vocabulary(found: Report) -> None:
    root = ET.fromstring(render("junit", found, context()))  # noqa: S314 - made here
    assert root.tag == "testsuites"
    for element in root.iter():
        assert REQUIRED[element.tag] <= set(element.attrib) <= KNOWN[element.tag]
        assert {child.tag for child in element} <= INSIDE[element.tag]
    cases, failures = list(root.iter("testcase")), list(root.iter("failure"))
    assert root.attrib["tests"] == str(len(cases))
    assert root.attrib["failures"] == str(len(failures)) == str(len(found.findings))
    assert len(cases) == max(len(found.findings), 1)
