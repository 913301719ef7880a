"""The engine: what becomes of the answers of checks, and what is remembered between runs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import TYPE_CHECKING, TypeAlias

import msgspec
import pytest

from fastlint.catalog import Rule, SelectorError
from fastlint.engine import Report, Request, check_project, check_sources
from fastlint.engine.report import severity_of
from fastlint.facts.discover import Scope
from fastlint.facts.root import find_root
from fastlint.findings import Finding, Fix, ReplaceText, RunInThreadpool, Severity, Step
from fastlint.settings import Settings
from fastlint.text import Span

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import FolderFactory, RuleFactory
    from fastlint.model.project import Project

Body: TypeAlias = "Callable[[Project], Iterator[Finding]]"
Probe: TypeAlias = Callable[..., Rule]


@pytest.fixture
def probe(rule: RuleFactory, monkeypatch: pytest.MonkeyPatch) -> Probe:
    """A rule whose check is the given function; by default it reports every `bad` in every file."""

    def make(code: str = "FLT101", check: Body | None = None, **fields: object) -> Rule:
        made = rule(code, "probe", **fields)
        module = ModuleType(f"fastlint.checks.{made.module}")
        vars(module)["check"] = check or _find_bad
        monkeypatch.setitem(sys.modules, module.__name__, module)
        return made

    return make


def _find_bad(project: Project, severity: Severity | None = None) -> Iterator[Finding]:
    for path in reversed(list(project.files)):
        data = project.files[path].source.data
        at = -1
        while (at := data.find(b"bad", at + 1)) >= 0:
            yield Finding(Span(path, at, at + 3), f"bad at {at}", severity)


def _codes(report: Report) -> list[tuple[str, int, str]]:
    return [(finding.at.path, finding.at.start, finding.code) for finding in report.findings]


def test_findings_are_sorted_filled_in_and_told_once(probe: Probe) -> None:
    def twice(project: Project) -> Iterator[Finding]:
        yield from _find_bad(project)
        yield from _find_bad(project)

    rules = [probe("FLT102", twice), probe("FLT101", severity="warning")]
    report = check_sources({"b.py": "bad = bad\n", "a.py": "bad\n"}, rules=rules)
    assert _codes(report) == [
        ("a.py", 0, "FLT101"),
        ("a.py", 0, "FLT102"),
        ("b.py", 0, "FLT101"),
        ("b.py", 0, "FLT102"),
        ("b.py", 6, "FLT101"),
        ("b.py", 6, "FLT102"),
    ]
    assert report.counts() == {"error": 3, "warning": 3, "info": 0}
    assert report.names == {"FLT101": "probe", "FLT102": "probe"}
    assert report.files == 2
    assert {timing.name for timing in report.timings} == {"imports", "model", "FLT101", "FLT102"}


def test_what_rules_share_is_not_laid_to_the_first_that_asks(probe: Probe) -> None:
    made: list[bool] = []

    def asks(project: Project) -> Iterator[Finding]:
        made.append("stalls" in vars(project) and "all" in vars(project.stalls))
        if project.stalls.all:
            yield from _find_bad(project)

    check_sources({"a.py": "x = 1\n"}, rules=[probe("FLT101", asks)])
    assert made == [True]


def test_a_crashed_check_is_told_and_the_others_go_on(probe: Probe) -> None:
    def crash(project: Project) -> Iterator[Finding]:
        yield from _find_bad(project)
        raise ValueError("first line\nsecond")

    report = check_sources({"a.py": "bad\n"}, rules=[probe("FLT101", crash), probe("FLT102")])
    assert _codes(report) == [("a.py", 0, "FLT101"), ("a.py", 0, "FLT102")]
    assert report.failed
    [note] = report.notes
    assert note.rule == "FLT101"
    assert note.message.startswith("FLT101 (probe) crashed at test_engine.py:")
    assert note.message.endswith("ValueError: first line; please report it")


def test_a_rule_without_a_check_is_told(rule: RuleFactory) -> None:
    report = check_sources({"a.py": ""}, rules=[rule("FLT198", "missing")])
    assert report.failed
    assert "has a page and no check" in report.notes[0].message


@pytest.mark.parametrize(
    ("card", "own", "override", "expected"),
    [
        ("error", None, {}, "error"),
        ("error", "info", {}, "info"),
        ("error", None, {"FLT1": "info"}, "info"),
        ("info", None, {"FLT1": "info", "FLT101": "error"}, "error"),
        ("info", None, {"ALL": "error", "probe": "warning"}, "warning"),
        ("error", "info", {"FLT101": "warning"}, "info"),
        ("warning", "error", {"FLT101": "info"}, "info"),
        ("error", None, {"FLT2": "info"}, "error"),
    ],
)
def test_severities(
    probe: Probe, card: Severity, own: Severity | None, override: dict[str, Severity], expected: Severity
) -> None:
    rule = probe("FLT101", lambda project: _find_bad(project, own), severity=card)
    report = check_sources({"a.py": "bad\n"}, msgspec.structs.replace(Settings(), severity=override), [rule])
    assert [severity_of(finding) for finding in report.findings] == [expected]


def test_a_rule_is_silent_where_versions_rule_it_out(probe: Probe) -> None:
    rule = probe("FLT101", requires=("fastapi>=0.115", "httpx2>=1"))
    assert check_sources({"a.py": "bad"}, rules=[rule]).findings
    assert not check_sources({"a.py": "bad", "requirements.txt": "fastapi==0.100\n"}, rules=[rule]).findings
    assert check_sources({"a.py": "bad", "requirements.txt": "fastapi==0.116\n"}, rules=[rule]).findings


def test_comments_silence(probe: Probe) -> None:
    source = """\
bad = 1  # fastlint: ignore[FLT101] it is known
bad = 2  # noqa: FLT101
bad = 3  # fastlint: ignore
bad = 4  # fastlint: ignore[FLT102]
"""
    report = check_sources({"a.py": source}, rules=[probe("FLT101")])
    assert [finding.message for finding in report.findings] == [f"bad at {source.rindex('bad')}"]
    assert report.suppressed[0].reason == "it is known"
    assert len(report.suppressed) == 3
    assert source[report.suppressed[0].by.start :].startswith("# fastlint: ignore[FLT101]")


def test_a_comment_may_silence_a_whole_file(probe: Probe) -> None:
    source = "# fastlint: ignore-file[FLT101]\nbad = 1\n\nbad = 2\n"
    report = check_sources({"a.py": source, "b.py": "bad"}, rules=[probe("FLT101"), probe("FLT102")])
    assert [(path, code) for path, _, code in _codes(report)] == [
        ("a.py", "FLT102"),
        ("a.py", "FLT102"),
        ("b.py", "FLT101"),
        ("b.py", "FLT102"),
    ]


def test_rules_are_not_reported_in_files_that_patterns_name(probe: Probe) -> None:
    table = {"tests/": ("FLT1",), "*_gen.py": ("probe",), "!app/": ("FLT102",)}
    files = {"app/a.py": "bad", "app/b_gen.py": "bad", "tests/x/y.py": "bad", "other.py": "bad"}
    settings = msgspec.structs.replace(Settings(), per_file_ignores=table)
    report = check_sources(files, settings, [probe("FLT101"), probe("FLT102")])
    assert [(path, code) for path, _, code in _codes(report)] == [
        ("app/a.py", "FLT101"),
        ("app/a.py", "FLT102"),
        ("other.py", "FLT101"),
    ]


def test_messages_hold_nothing_that_a_terminal_obeys(probe: Probe) -> None:
    def hostile(_: Project) -> Iterator[Finding]:
        yield Finding(Span("a.py", 0, 1), "a\x1b[2Jb\nc\u202ed\ud800 é 日", trace=(Step(Span("a.py", 0, 1), "\x07x"),))

    [finding] = check_sources({"a.py": "x\n"}, rules=[probe("FLT101", hostile)]).findings
    assert finding.message == "a\\x1b[2Jb\\nc\\u202ed\\ud800 é 日"
    assert finding.trace[0].message == "\\x07x"


def test_unused_suppressions_are_asked_for_last(probe: Probe) -> None:
    seen = []

    def unused(project: Project) -> Iterator[Finding]:
        seen.append((vars(project)["spent_suppressions"], vars(project)["rules_run"]))
        yield Finding(Span("a.py", 0, 1), "unused")

    source = "bad = 1  # fastlint: ignore[FLT101]\n"
    report = check_sources({"a.py": source}, rules=[probe("FLT002", unused), probe("FLT101")])
    assert seen == [({("a.py", source.index("#"), "FLT101")}, {"FLT002", "FLT101"})]
    assert [finding.message for finding in report.findings] == ["unused"]


def test_a_report_survives_its_journey(probe: Probe) -> None:
    def rich(_: Project) -> Iterator[Finding]:
        at = Span("a.py", 0, 3)
        fix = Fix("Mend it", "unsafe", (RunInThreadpool(at), ReplaceText(at, "x")))
        yield Finding(at, "m", trace=(Step(at, "s"),), fix=fix, symbol="f")

    report = check_sources({"a.py": "bad  # noqa: FLT102\n"}, rules=[probe("FLT101", rich), probe("FLT102")])
    assert report.suppressed
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(report), type=Report) == report


def test_a_scope_narrows_a_report(probe: Probe) -> None:
    report = check_sources({"a.py": "bad", "b/c.py": "bad"}, rules=[probe("FLT101")])
    assert [path for path, _, _ in _codes(report.within(Scope(("b",)), 1))] == ["b/c.py"]
    assert report.within(Scope(("b",)), 1).files == 1


# --- on disk -----------------------------------------------------------------------------------------------------


def _request(root: Path, *given: str, cache: bool = True, **settings: object) -> Request:
    places = tuple(root / path for path in given)
    return Request(
        root=find_root(places or (root,)),
        settings=msgspec.structs.replace(Settings(), **settings),
        given=places,
        cache=root / ".fastlint_cache" if cache else None,
        jobs=1,
    )


@pytest.fixture
def broken(folder: FolderFactory, probe: Probe, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two findings, of the only rule there is."""
    only = probe("FLT101")
    monkeypatch.setattr("fastlint.engine.run.load_rules", lambda: (only,))
    return folder({"pyproject.toml": "", "a.py": "bad = 1\n", "b.py": "x = 1\n", "c/d.py": "x = bad\n"})


def _paths(request: Request) -> list[str]:
    return [finding.at.path for finding in check_project(request).report.findings]


def test_a_project_on_disk(broken: Path) -> None:
    assert _paths(_request(broken)) == ["a.py", "c/d.py"]
    assert _paths(_request(broken, "c")) == ["c/d.py"]
    assert check_project(_request(broken, "b.py")).report.files == 1


def test_an_unchanged_project_is_remembered(broken: Path) -> None:
    first = check_project(_request(broken))
    second = check_project(_request(broken))
    assert (first.remembered, second.remembered) == (False, True)
    assert first.report == second.report
    narrow = check_project(_request(broken, "c/d.py"))
    assert narrow.remembered
    assert [finding.at.path for finding in narrow.report.findings] == ["c/d.py"]


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "b.py").write_text("x = 2\n", "utf-8"),
        lambda root: (root / "e.py").touch(),
        lambda root: (root / "b.py").rename(root / "bb.py"),
        lambda root: (root / "requirements.txt").write_text("fastapi\n", "utf-8"),
        lambda root: (root / "c" / "d.py").unlink(),
    ],
)
def test_any_change_is_noticed(broken: Path, change: Callable[[Path], object]) -> None:
    check_project(_request(broken))
    change(broken)
    assert not check_project(_request(broken)).remembered


def test_other_settings_are_another_run_and_the_way_of_printing_is_not(broken: Path) -> None:
    check_project(_request(broken))
    assert not check_project(_request(broken, ignore=("FLT101",))).remembered
    assert check_project(_request(broken, output_format="json", fail_on="never")).remembered


def test_without_a_cache_nothing_is_written(broken: Path) -> None:
    check_project(_request(broken, cache=False))
    assert not (broken / ".fastlint_cache").exists()


def test_the_cache_is_passed_over_by_git_and_backups(broken: Path) -> None:
    check_project(_request(broken))
    assert (broken / ".fastlint_cache" / ".gitignore").read_text("utf-8") == "*\n"
    assert (broken / ".fastlint_cache" / "CACHEDIR.TAG").read_text("utf-8").startswith("Signature: 8a477f597d28d17")


@pytest.mark.parametrize("content", [b"", b"\x00garbage", b"\xc1", b"\x80"])
def test_a_corrupt_memory_is_ignored(broken: Path, content: bytes) -> None:
    first = check_project(_request(broken))
    for file in (broken / ".fastlint_cache" / "reports").iterdir():
        file.write_bytes(content)
    again = check_project(_request(broken))
    assert not again.remembered
    assert again.report.findings == first.report.findings


def test_a_cache_that_cannot_be_written_is_no_error(broken: Path) -> None:
    (broken / ".fastlint_cache").write_text("a file where the folder should be", "utf-8")
    assert _paths(_request(broken)) == ["a.py", "c/d.py"]


def test_few_reports_are_kept(broken: Path) -> None:
    for number in range(30):
        (broken / "b.py").write_text(f"x = {number}\n", "utf-8")
        check_project(_request(broken))
    assert len(list((broken / ".fastlint_cache" / "reports").iterdir())) <= 24


def test_unsaved_contents_win(broken: Path) -> None:
    request = msgspec.structs.replace(_request(broken), unsaved={"a.py": b"x = 1\n", "new.py": b"bad\n"})
    assert _paths(request) == ["c/d.py", "new.py"]


def test_unknown_rules_in_settings_are_told(broken: Path) -> None:
    for settings in ({"select": ("FLT8888",)}, {"severity": {"nope": "error"}}, {"per_file_ignores": {"a": ("nope",)}}):
        with pytest.raises(SelectorError):
            check_project(_request(broken, **settings))


def test_files_passed_over_are_noted(broken: Path) -> None:
    (broken / "x.pyi").touch()
    [note] = check_project(_request(broken, "x.pyi", "b.py")).report.notes
    assert note.message == "passed over x.pyi: a stub, of which nothing runs"
    assert note.level == "warning"
