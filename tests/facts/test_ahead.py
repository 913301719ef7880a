"""Bodies that are read while the tree of their file is there, where trees are not kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from facts.corpus import LIBRARY, paths
from facts.outline import functions
from fastlint.facts import loading, store
from fastlint.facts.load import read_project_files

if TYPE_CHECKING:
    from pathlib import Path

    from fastlint.facts.records import Body
    from fastlint.facts.store import Store

CHOSEN = paths("asyncio/*.py")


@pytest.fixture(autouse=True)
def _eager(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (loading, store):
        monkeypatch.setattr(module, "WORTH_HELPERS", 100_000)
    monkeypatch.setattr(loading, "_WORTH_KEEPING", 0)


def bodies(files: Store) -> dict[tuple[str, int], Body]:
    return {
        (path, function.start): file.body(function)
        for path, file in files.files.items()
        for function in functions(file.header.statements)
    }


def test_bodies_read_ahead_are_known_and_those_of_other_files_are_read_when_asked_for() -> None:
    with read_project_files(LIBRARY, CHOSEN, cache_dir=None, jobs=2) as files:
        known = {path for path, file in files.files.items() if file.written}
        assert known == {path for path, file in files.files.items() if b"async def " in file.source.data}
        assert known < set(CHOSEN)
        found = bodies(files)
    with read_project_files(LIBRARY, CHOSEN, cache_dir=None, jobs=1) as alone:
        assert found == bodies(alone)


def test_what_was_read_ahead_is_remembered(tmp_path: Path) -> None:
    with read_project_files(LIBRARY, CHOSEN, cache_dir=tmp_path, jobs=2) as files:
        number = sum(len(file.written) for file in files.files.values())
        assert number
    with read_project_files(LIBRARY, CHOSEN, cache_dir=tmp_path, jobs=1) as again:
        assert number == sum(len(file.written) for file in again.files.values())
    with read_project_files(LIBRARY, CHOSEN, cache_dir=None, jobs=1) as alone:
        assert bodies(again) == bodies(alone)
