"""The fix of every rule, at work: the application is what it was, but for what the fix is meant to change."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from fastlint.catalog import load_rules
from fastlint.cli import run
from runtime.apps import environment
from runtime.mended import CASES, FAILED, ROOT, Answer, Case

TESTS = Path(__file__).parents[1]
REQUIRED = ("aiosqlite", "alembic", "fastapi", "greenlet", "httpx", "httpx2", "requests", "sqlalchemy", "tenacity")
MANIFEST = """[project]
name = "case"
version = "1"
dependencies = ["fastapi>=0.165", "sqlalchemy[asyncio]>=2.1", "httpx>=0.28"]
"""

pytestmark = [
    pytest.mark.skipif(sys.version_info < (3, 11), reason="the fixtures are written for Python 3.11 and later"),
    pytest.mark.skipif(sys.platform == "win32", reason="one of them waits for a named pipe"),
    pytest.mark.skipif(not all(map(find_spec, REQUIRED)), reason=f"the fixtures need {', '.join(REQUIRED)}"),
]
RUNNABLE = tuple(case for case in CASES if all(map(find_spec, case.needs)))


@dataclass(frozen=True)
class Behaviour:
    """What an application serves and answers, and how long its event loop stood still during slow requests."""

    routes: frozenset[str]
    openapi: object
    answers: list[Answer]
    pauses: list[float]
    stops: str


def copied(case: Case, folder: Path) -> Path:
    """A project of a case's own."""
    root = folder / case.name
    root.mkdir(parents=True)
    source = ROOT / case.name
    if source.is_dir():
        shutil.copytree(source, root / case.name, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(ROOT / f"{case.name}.py", root)
    own = root / case.name / "pyproject.toml"
    (root / "pyproject.toml").write_text(own.read_text("utf-8") if own.is_file() else MANIFEST, "utf-8")
    own.unlink(missing_ok=True)
    return root


def fix(case: Case, root: Path) -> int:
    rules = ",".join((case.code, *case.select))
    options = ["--select", rules, "--fixable", case.code, "--unsafe-fixes", "--no-cache", "--quiet"]
    return run(["check", str(root), "--fix-only", "--exit-non-zero-on-fix", *options])


def ask(cases: Sequence[Case], source: Path, scratch: Path) -> dict[str, Behaviour]:
    asked = [
        {
            "name": case.name,
            "module": case.module,
            "requests": case.requests,
            "slow": [(*line.split(" ", 1), {}) for line in case.slow],
        }
        for case in cases
    ]
    finished = subprocess.run(
        [sys.executable, "-m", "runtime.asking_many", str(source)],
        input=json.dumps(asked),
        cwd=scratch,
        env=environment() | {"PYTHONPATH": str(TESTS)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    found = json.loads(finished.stdout.splitlines()[-1])
    return {case.code: _behaviour(case, one) for case, one in zip(cases, found, strict=True)}


def _behaviour(case: Case, found: dict[str, Any]) -> Behaviour:
    if "stops" in found:
        return Behaviour(frozenset(), {}, [FAILED] * len(case.asked), [1.0] * len(case.slow), found["stops"])
    routes = (f"{method} {one['path']}" for one in found["routes"] for method in one["methods"] or ["WEBSOCKET"])
    return Behaviour(
        frozenset(route for route in routes if not route.startswith("HEAD ")),
        found["openapi"],
        [(status, content) for status, content in found["answers"]],
        found["pauses"],
        "",
    )


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Behaviour]:
    folder = tmp_path_factory.mktemp("before")
    for case in RUNNABLE:
        copied(case, folder)
    return ask(RUNNABLE, folder, tmp_path_factory.mktemp("there"))


@pytest.fixture(scope="module")
def fixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fixed")
    for case in CASES:
        fix(case, copied(case, folder))
    return folder


@pytest.fixture(scope="module")
def after(fixed: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Behaviour]:
    return ask(RUNNABLE, fixed, tmp_path_factory.mktemp("here"))


def test_every_rule_that_mends_is_tried() -> None:
    assert [case.code for case in CASES] == [rule.code for rule in load_rules() if rule.fix != "none"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_all_is_fixed_at_once(case: Case, fixed: Path, tmp_path: Path) -> None:
    before = copied(case, tmp_path)
    mended = {file.relative_to(fixed / case.name): file.read_bytes() for file in _files(fixed / case.name)}
    assert mended != {file.relative_to(before): file.read_bytes() for file in _files(before)}
    assert fix(case, fixed / case.name) == 0
    assert mended == {file.relative_to(fixed / case.name): file.read_bytes() for file in _files(fixed / case.name)}


def _files(root: Path) -> Iterator[Path]:
    return (file for file in sorted(root.rglob("*")) if file.is_file() and "__pycache__" not in file.parts)


@pytest.mark.parametrize("case", RUNNABLE, ids=lambda case: case.code)
def test_it_starts(case: Case, before: dict[str, Behaviour], after: dict[str, Behaviour]) -> None:
    assert (before[case.code].stops, after[case.code].stops) == (case.stops, "")


@pytest.mark.parametrize("case", RUNNABLE, ids=lambda case: case.code)
def test_it_answers_the_same(case: Case, before: dict[str, Behaviour], after: dict[str, Behaviour]) -> None:
    lines = [line if isinstance(line, str) else line[0] for line in case.asked]
    found = zip(lines, before[case.code].answers, map(_undated, after[case.code].answers), strict=True)
    assert {line: (old, new) for line, old, new in found if old != new} == dict(case.answers)


def _undated(answer: Answer) -> Answer:
    status, content = answer
    return status, re.sub(r"^\d{4}_\d\d_\d\d_\d{4}", "DATE", content) if isinstance(content, str) else content


@pytest.mark.parametrize("case", [case for case in RUNNABLE if not case.stops], ids=lambda case: case.code)
def test_it_serves_the_same(case: Case, before: dict[str, Behaviour], after: dict[str, Behaviour]) -> None:
    old, new = before[case.code], after[case.code]
    assert (new.routes - old.routes, old.routes - new.routes) == case.routes
    assert frozenset(differences(old.openapi, new.openapi)) == case.openapi


def differences(before: object, after: object, path: str = "") -> Iterator[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            if key not in before or key not in after:
                yield f"{path}/{key}"
            else:
                yield from differences(before[key], after[key], f"{path}/{key}")
    elif before != after:
        yield path


@pytest.mark.parametrize("case", [case for case in RUNNABLE if case.slow], ids=lambda case: case.code)
def test_the_event_loop_no_longer_stands_still(
    case: Case, before: dict[str, Behaviour], after: dict[str, Behaviour]
) -> None:
    blocked = min(before[case.code].pauses)
    assert blocked > 0.3, "the requests are to block for a while before the fix"
    assert max(after[case.code].pauses) < 0.6 * blocked
