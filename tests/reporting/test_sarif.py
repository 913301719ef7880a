"""SARIF on a whole project: what no validator looks at."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

from fastlint.catalog import load_rules
from fastlint.engine import Note, Report, Sources
from fastlint.findings import Finding
from fastlint.reporting import Context, render
from fastlint.text import Span
from reporting.sample import FILES, context, report

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
SHOP = Path(__file__).parents[2] / "fixtures" / "messy_shop"


@pytest.fixture(scope="module")
def shop() -> Report:
    from fastlint.engine import Request, check_project
    from fastlint.facts.root import find_root
    from fastlint.settings import load_settings

    root = find_root([SHOP])
    return check_project(Request(root=root, settings=load_settings(root.config).settings)).report


@pytest.fixture(scope="module")
def log(shop: Report) -> Json:
    found: Json = json.loads(render("sarif", shop, Context(Sources(SHOP))))
    return found


def _at(value: Json, *path: str | int) -> Json:
    for step in path:
        if isinstance(step, int):
            assert isinstance(value, list)
            value = value[step]
        else:
            assert isinstance(value, dict)
            value = value[step]
    return value


def _items(value: Json) -> list[Json]:
    assert isinstance(value, list)
    return value


def _leaves(value: Json, path: str = "") -> Iterator[tuple[str, Json]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _leaves(one, f"{path}.{key}")
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one, f"{path}[]")
    else:
        yield path, value


def test_no_text_is_empty_and_none_is_too_long(log: Json) -> None:
    for path, value in _leaves(log):
        if isinstance(value, str):
            assert value, path
            if path.endswith(("shortDescription.text", "fullDescription.text", "help.text")):
                assert len(value) <= 1024, path
            if path.endswith("name"):
                assert len(value) <= 255


def test_each_rule_is_described(log: Json) -> None:
    rules = {rule.code: rule for rule in load_rules()}
    for told in _items(_at(log, "runs", 0, "tool", "driver", "rules")):
        rule = rules[str(_at(told, "id"))]
        assert _at(told, "defaultConfiguration", "level") in ("error", "warning", "note")
        assert _at(told, "properties", "precision") == rule.precision
        tags = _items(_at(told, "properties", "tags"))
        assert len(tags) <= 20
        assert ("security" in tags) == ("security-severity" in dict.fromkeys(_keys(_at(told, "properties"))))


def _keys(value: Json) -> list[str]:
    assert isinstance(value, dict)
    return list(value)


def test_plain_texts_keep_what_stands_in_code(log: Json) -> None:
    rules = _items(_at(log, "runs", 0, "tool", "driver", "rules"))
    texts = {str(_at(one, "id")): str(_at(one, "help", "text")) for one in rules}
    assert "await run_in_threadpool(helper, …)" in texts["FLT101"]
    assert not any("`" in text or "](" in text for text in texts.values())


def test_links_lead_to_related_locations(log: Json) -> None:
    chained = 0
    for result in _items(_at(log, "runs", 0, "results")):
        text = str(_at(result, "message", "text"))
        links = [int(number) for number in re.findall(r"(?<!\\)\]\((\d+)\)", text)]
        related = _items(_at(result, "relatedLocations")) if "relatedLocations" in _keys(result) else []
        assert links == [_at(one, "id") for one in related]
        chained += bool(links)
    assert chained


def test_regions_are_one_line_and_paths_are_relative(log: Json, shop: Report) -> None:
    results = _items(_at(log, "runs", 0, "results"))
    assert len(results) == len(shop.findings)
    for result in results:
        place = _at(result, "locations", 0, "physicalLocation")
        assert _at(place, "region", "startLine") == _at(place, "region", "endLine")
        assert (SHOP / str(_at(place, "artifactLocation", "uri"))).is_file()
        assert sorted(_keys(_at(result, "partialFingerprints"))) == ["fastlint/v1", "primaryLocationLineHash"]
    prints = [_at(result, "partialFingerprints", "fastlint/v1") for result in results]
    assert len(set(map(str, prints))) == len(prints)


def test_a_fix_is_what_it_makes_of_the_text() -> None:
    """The replacements, applied as the specification says, give what the edits give."""
    log: Json = json.loads(render("sarif", report(), context()))
    [fixed] = [
        one
        for one in _items(_at(log, "runs", 0, "results"))
        if _at(one, "ruleId") == "FLT101" and "fixes" in _keys(one)
    ]
    [change] = _items(_at(fixed, "fixes", 0, "artifactChanges"))
    lines = FILES["app/main.py"].decode().split("\n")
    for replacement in reversed(_items(_at(change, "replacements"))):
        row, column, end = (_at(replacement, "deletedRegion", key) for key in ("startLine", "startColumn", "endColumn"))
        assert isinstance(row, int)
        assert isinstance(column, int)
        assert isinstance(end, int)
        line = lines[row - 1]
        lines[row - 1] = line[: column - 1] + str(_at(replacement, "insertedContent", "text")) + line[end - 1 :]
    text = "\n".join(lines)
    assert text.startswith("from fastapi.concurrency import run_in_threadpool\nfrom app.clock import pause\n")
    assert '    await run_in_threadpool(pause, "é日🙂"); pause(2)\n' in text


def test_a_report_is_the_same_each_time_and_in_order(shop: Report) -> None:
    text = render("sarif", shop, Context(Sources(SHOP)))
    assert text == render("sarif", shop, Context(Sources(SHOP)))
    places = [
        (_at(one, "locations", 0, "physicalLocation", "artifactLocation", "uri"), _at(one, "ruleId"))
        for one in _items(_at(json.loads(text), "runs", 0, "results"))
    ]
    assert [place[0] for place in places] == sorted(str(place[0]) for place in places)
    assert not re.search(r'"\d{4}-\d\d-\d\dT|"[a-z]+Utc"|"guid"', text)


def test_past_what_code_scanning_takes_the_gravest_stay() -> None:
    data = b"x\n" * 25_010
    severities = ["info"] * 20 + ["error"] * 24_990
    findings = tuple(
        Finding(Span("a.py", 2 * row, 2 * row + 1), "m", "info" if word == "info" else "error", code="FLT101")
        for row, word in enumerate(severities)
    )
    text = render("sarif", Report(findings=findings, names={"FLT101": "x"}), Context(Sources(None, {"a.py": data})))
    log: Json = json.loads(text)
    results = _items(_at(log, "runs", 0, "results"))
    assert len(results) == 25_000
    assert sum(_at(one, "level") == "note" for one in results) == 10
    [note] = _items(_at(log, "runs", 0, "invocations", 0, "toolExecutionNotifications"))
    assert "10 results are left out" in str(_at(note, "message", "text"))


def test_a_run_that_failed_says_so() -> None:
    log: Json = json.loads(render("sarif", Report(notes=(Note("error", "a check crashed"),)), Context(Sources(None))))
    run = _at(log, "runs", 0)
    assert _at(run, "invocations", 0, "executionSuccessful") is False
    assert _at(run, "results") == []
