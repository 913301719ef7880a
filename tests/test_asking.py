"""Asking checks in two processes: the same answers as in one, whatever befalls the other."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import TYPE_CHECKING, TypeAlias

import pytest

from fastlint.engine import asking
from fastlint.engine.asking import Answers, ask_all
from fastlint.facts import store
from fastlint.facts.load import read_project_files
from fastlint.facts.manifests import manifests_of
from fastlint.findings import Finding, Fix, MakeSync, Step
from fastlint.model.project import Project
from fastlint.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import FolderFactory, RuleFactory
    from fastlint.catalog import Rule
    from fastlint.text import Span

Check: TypeAlias = Callable[[Project], Iterator[Finding]]

forks = pytest.mark.skipif(not hasattr(os, "fork") or sys.platform == "darwin", reason="no forks here")
HERE = os.getpid()
CODES = ("FLT101", "FLT102", "FLT201", "FLT301", "FLT401", "FLT501")


@pytest.fixture(autouse=True)
def _eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little work is worth a copy, too."""
    monkeypatch.setattr(store, "WORTH_HELPERS", 0)


@pytest.fixture
def rules(rule: RuleFactory, monkeypatch: pytest.MonkeyPatch) -> Callable[[Check], list[Rule]]:
    """Rules of several families with one check."""

    def make(check: Check) -> list[Rule]:
        made = [rule(code, "probe") for code in CODES]
        module = ModuleType(f"fastlint.checks.{made[0].module}")
        vars(module)["check"] = check
        for one in made:
            monkeypatch.setitem(sys.modules, f"fastlint.checks.{one.module}", module)
        return made

    return make


def _asked(root: Path, rules: list[Rule], jobs: int, cache: Path | None = None) -> Answers:
    with read_project_files(root, ["a.py"], cache_dir=cache, jobs=jobs) as files:
        return ask_all(Project(files, Settings(), manifests_of({}, {})), rules)


@pytest.fixture
def met(tmp_path: Path) -> Callable[[], None]:
    """Waits until two processes have come here, so that each has a share."""

    def wait() -> None:
        (tmp_path / f"{os.getpid()}.here").touch()
        deadline = time.monotonic() + 30
        while len(list(tmp_path.glob("*.here"))) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)

    return wait


def _find_calls(project: Project) -> Iterator[Finding]:
    """Findings with all that they may hold."""
    for node in project.modules.by_path["a.py"].functions:
        for site in node.scan.calls:
            at = node.module.span(site.call.start, site.call.end)
            fix = Fix("Make it plain", "unsafe", (MakeSync(node.span),))
            yield Finding(at, f"{os.getpid()} found it", "info", (Step(node.name_span, "here"),), fix, "f")


def _said(answers: Answers) -> list[tuple[str, Span, str | None, tuple[Step, ...], Fix | None]]:
    return sorted((one.code, one.at, one.severity, one.trace, one.fix) for one in answers.found)


def _who(answers: Answers) -> set[str]:
    return {one.message for one in answers.found}


@forks
def test_two_processes_say_the_same_as_one(
    folder: FolderFactory, rules: Callable[[Check], list[Rule]], met: Callable[[], None]
) -> None:
    def check(project: Project) -> Iterator[Finding]:
        met()
        yield from _find_calls(project)

    root = folder({"a.py": "async def f():\n    g(1)\n    h(2)\n"})
    alone = _asked(root, rules(_find_calls), 1)
    shared = _asked(root, rules(check), 2)
    assert len(alone.found) == 2 * len(CODES)
    assert _said(shared) == _said(alone)
    assert len(_who(shared)) == 2
    assert sorted(shared.asked) == sorted(alone.asked) == sorted(CODES)
    assert {timing.name for timing in shared.timings} == {*CODES, "imports", "model"}


@forks
def test_a_check_that_crashes_in_the_copy_is_told(
    folder: FolderFactory, rules: Callable[[Check], list[Rule]], met: Callable[[], None]
) -> None:
    def crash(project: Project) -> Iterator[Finding]:
        met()
        yield from _find_calls(project)
        raise ValueError(str(os.getpid() == HERE))

    answers = _asked(folder({"a.py": "def f(): g()\n"}), rules(crash), 2)
    assert sorted(note.rule for note in answers.notes) == sorted(CODES)
    assert {"ValueError: True" in note.message for note in answers.notes} == {True, False}


@forks
@pytest.mark.parametrize("fate", ["dies", "hangs"])
def test_what_a_copy_leaves_undone_is_done_here(
    folder: FolderFactory,
    rules: Callable[[Check], list[Rule]],
    met: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    fate: str,
) -> None:
    monkeypatch.setattr(asking, "_PATIENCE", 0.3)
    monkeypatch.setattr(asking, "_SLOWEST", 0)

    def check(project: Project) -> Iterator[Finding]:
        met()
        if os.getpid() != HERE:
            if fate == "dies":
                os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(60)
        yield from _find_calls(project)

    answers = _asked(folder({"a.py": "def f(): g()\n"}), rules(check), 2)
    assert sorted(one.code for one in answers.found) == sorted(CODES)
    assert len(_who(answers)) == 1
    with pytest.raises(ChildProcessError):  # none is left behind
        os.waitpid(-1, os.WNOHANG)


def test_a_copy_that_cannot_be_had_is_done_without(
    folder: FolderFactory, rules: Callable[[Check], list[Rule]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused() -> int:
        raise BlockingIOError

    monkeypatch.setattr("os.fork", refused, raising=False)
    answers = _asked(folder({"a.py": "def f(): g()\n"}), rules(_find_calls), 2)
    assert sorted(one.code for one in answers.found) == sorted(CODES)


@forks
def test_bodies_that_a_copy_reads_are_remembered(
    folder: FolderFactory, rules: Callable[[Check], list[Rule]], met: Callable[[], None], tmp_path: Path
) -> None:
    def check(project: Project) -> Iterator[Finding]:
        met()
        if os.getpid() != HERE:
            _ = project.modules.by_path["a.py"].functions[0].body
        yield from ()

    root, cache = folder({"a.py": "def f(): g()\n"}), tmp_path / "cache"
    _asked(root, rules(check), 2, cache)
    with read_project_files(root, ["a.py"], cache_dir=cache, jobs=1) as again:
        assert again.files["a.py"].written.keys() == {0}
