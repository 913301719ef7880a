"""Baselines while code moves: nothing new is hidden, nothing old is reported."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastlint.engine import Sources
from fastlint.engine.baseline import Match, baseline_text, matched, read_baseline, write_baseline
from fastlint.engine.identity import Identity, identities
from fastlint.engine.symbols import with_symbols
from fastlint.errors import FastlintError
from fastlint.facts.load import store_of
from fastlint.findings import Finding
from fastlint.text import Span

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Functions: TypeAlias = "dict[str, list[str]]"
Project: TypeAlias = "dict[str, Functions]"
BAD, GOOD = ("bad()", "x = bad()", "bad(); bad()"), ("good()", "", "# why", "y = 1")


def _text(functions: Functions) -> str:
    blocks = []
    for name, lines in functions.items():
        body = "".join(f"    {line}\n" for line in lines)
        blocks.append(f"def {name}():\n{body}    return\n")
    return "\n".join(blocks)


def _found(project: Mapping[str, Functions]) -> tuple[list[Finding], Sources]:
    texts = {path: _text(functions).encode() for path, functions in sorted(project.items())}
    found = []
    for path, data in texts.items():
        at = data.find(b"bad")
        while at >= 0:
            found.append(Finding(Span(path, at, at + 3), "m", "error", code="FLT101"))
            at = data.find(b"bad", at + 1)
    return list(with_symbols(found, store_of(texts).files)), Sources(None, texts)


def _known(project: Mapping[str, Functions]) -> list[Identity]:
    return sorted(identities(*_found(project)))


def _held(before: Mapping[str, Functions], after: Mapping[str, Functions]) -> tuple[Match, list[Identity]]:
    findings, sources = _found(after)
    match = matched(findings, sources, _known(before), lambda path: path not in after)
    found = identities(findings, sources)
    return match, [found[place] for place in match.new]


_LINES = st.lists(st.sampled_from((*BAD, *GOOD)), max_size=4)
_PROJECTS = st.lists(st.lists(_LINES, min_size=1, max_size=3), min_size=1, max_size=3).map(
    lambda files: {
        f"app/m{place}.py": {f"f{place}_{number}": lines for number, lines in enumerate(functions)}
        for place, functions in enumerate(files)
    }
)


def _copy(project: Project) -> Project:
    return {path: {name: list(lines) for name, lines in functions.items()} for path, functions in project.items()}


@st.composite
def _harmless(draw: st.DrawFn) -> tuple[Project, Project]:
    """A project before and after edits that bring and mend nothing: lines put in, functions moved, files renamed."""
    before = draw(_PROJECTS)
    after = _copy(before)
    for _ in range(draw(st.integers(0, 6))):
        path = draw(st.sampled_from(sorted(after)))
        functions = after[path]
        kind = draw(st.sampled_from(["insert", "move", "rename", "add file", "add function"]))
        if kind == "insert":
            lines = functions[draw(st.sampled_from(sorted(functions)))]
            lines.insert(draw(st.integers(0, len(lines))), draw(st.sampled_from(GOOD)))
        elif kind == "move":
            names = draw(st.permutations(sorted(functions)))
            after[path] = {name: functions[name] for name in names}
        elif kind == "rename":
            new = f"{draw(st.sampled_from(['app', 'lib/deep']))}/r{draw(st.integers(0, 99))}_{path.rpartition('/')[2]}"
            if new not in after:
                after[new] = after.pop(path)
        elif kind == "add file":
            after.setdefault(f"app/new{draw(st.integers(0, 9))}.py", {"g": ["good()"]})
        else:
            functions.setdefault(f"g{draw(st.integers(0, 9))}", []).append("good()")
    return before, after


@settings(max_examples=200, deadline=None)
@given(_harmless())
def test_nothing_old_is_reported(projects: tuple[Project, Project]) -> None:
    match, new = _held(*projects)
    assert new == []
    assert match.stale == ()


@settings(max_examples=200, deadline=None)
@given(_harmless(), st.data())
def test_nothing_new_is_hidden(projects: tuple[Project, Project], data: st.DataObject) -> None:
    before, after = projects
    path = data.draw(st.sampled_from(sorted(after)))
    name = data.draw(st.sampled_from(sorted(after[path])))
    lines = after[path][name]
    count = data.draw(st.integers(1, 3))
    for _ in range(count):
        lines.insert(data.draw(st.integers(0, len(lines))), "bad()")
    match, new = _held(before, after)
    assert [(one.path, one.symbol, one.line) for one in new] == [(path, name, "bad()")] * count
    assert match.stale == ()


@settings(max_examples=200, deadline=None)
@given(_PROJECTS, st.data())
def test_what_is_mended_is_stale_and_pruning_it_hides_nothing(before: Project, data: st.DataObject) -> None:
    after = _copy(before)
    path = data.draw(st.sampled_from(sorted(after)))
    name = data.draw(st.sampled_from(sorted(after[path])))
    gone = [line for line in after[path][name] if "bad" in line]
    after[path][name] = [line for line in after[path][name] if "bad" not in line]
    match, new = _held(before, after)
    assert new == []
    assert len(match.stale) == sum(line.count("bad") for line in gone)
    kept = Counter(_known(before)) - Counter(match.stale)
    findings, sources = _found(before)  # it comes back: now it is new
    again = matched(findings, sources, sorted(kept.elements()), lambda _: False)
    assert Counter(identities(findings, sources)[place] for place in again.new) == Counter(match.stale)


def test_a_deleted_file_is_stale_and_another_new_file_is_not_taken_for_it() -> None:
    before: Project = {"a.py": {"f": ["bad()"]}, "b.py": {"g": ["bad()"]}}
    match, new = _held(before, {"b.py": {"g": ["bad()"]}, "c.py": {"h": ["bad()"]}})
    assert [one.path for one in new] == ["c.py"]
    assert [one.path for one in match.stale] == ["a.py"]


def test_a_file_that_is_still_there_was_not_renamed() -> None:
    before: Project = {"a.py": {"f": ["bad()"]}}
    _, new = _held(before, {"a.py": {"f": ["good()"]}, "b.py": {"f": ["bad()"]}})
    assert [one.path for one in new] == ["b.py"]


def test_of_twins_the_right_one_is_followed() -> None:
    before: Project = {"a/router.py": {"f": ["bad()", "x = bad()"]}, "b/router.py": {"f": ["bad()"]}}
    after: Project = {"c/router.py": {"f": ["x = bad()"]}, "d/router.py": {"f": ["bad()"]}}
    match, new = _held(before, after)
    assert new == []
    assert [(one.path, one.line) for one in match.stale] == [("a/router.py", "bad()")]
    assert match.renamed == {"a/router.py": "c/router.py", "b/router.py": "d/router.py"}


@given(
    st.lists(
        st.builds(Identity, *[st.text(st.characters(codec="utf-8"), max_size=6)] * 4),
        max_size=6,
    )
)
def test_what_is_written_is_read(known: list[Identity]) -> None:
    text = baseline_text(known)
    assert text == baseline_text(reversed(known))
    lines = text.removesuffix("\n").split("\n")
    assert len(lines) == len(known) + 1
    entries = [msgspec.json.decode(line) for line in lines[1:]]
    read = sorted(Identity(one["path"], one["rule"], one["symbol"], one["line"]) for one in entries)
    assert read == sorted(known)


def test_branches_merge(tmp_path: Path) -> None:
    """Lines of both sides in any order, the same one twice, an entry gone on one side: it is all understood."""
    known = [Identity("a.py", "FLT101", "f", f"bad({number})") for number in range(3)] * 2
    file = tmp_path / "known.jsonl"
    write_baseline(file, known)
    head, *lines = file.read_text("utf-8").splitlines()
    file.write_text("\n".join([head, *reversed(lines), lines[0], "", lines[-1]]), "utf-8")
    assert read_baseline(file) == sorted(known)
    write_baseline(file, read_baseline(file))
    assert file.read_text("utf-8").splitlines() == [head, *lines]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"fastlint-baseline":1}\n<<<<<<< ours\n', "2: a merge conflict"),
        ('{"fastlint-baseline":2}\n', "version 2; this fastlint knows version 1"),
        ("[]\n", ":1: not a line of a baseline"),
        ('{"fastlint-baseline":1}\n{"path":"a"}\n', ":2: not a line of a baseline"),
        ('{"fastlint-baseline":1}\n' + "[" * 100_000, ":2: not a line of a baseline"),
    ],
)
def test_what_is_no_baseline_is_said(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "known.jsonl"
    file.write_text(text, "utf-8")
    with pytest.raises(FastlintError, match=told):
        read_baseline(file)
