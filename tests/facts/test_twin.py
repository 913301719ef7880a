"""A copy of the process: what it finds out and reads is known here, and if it fails nothing is lost."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from facts.corpus import LIBRARY, paths
from facts.outline import functions
from fastlint.facts import store
from fastlint.facts.load import read_project_files

if TYPE_CHECKING:
    from pathlib import Path

    from fastlint.facts.records import Body
    from fastlint.facts.store import Store

CHOSEN = paths("asyncio/*.py")
pytestmark = pytest.mark.skipif(not hasattr(os, "fork") or sys.platform == "darwin", reason="no forks here")


@pytest.fixture(autouse=True)
def _eager(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "WORTH_HELPERS", 1)


def bodies(files: Store) -> dict[tuple[str, int], Body]:
    return {
        (path, function.start): file.body(function)
        for path, file in files.files.items()
        for function in functions(file.header.statements)
    }


def test_what_the_copy_finds_out_and_reads_is_known_here(tmp_path: Path) -> None:
    with read_project_files(LIBRARY, CHOSEN, cache_dir=tmp_path, jobs=2) as files:

        def work() -> bytes:
            return f"{os.getpid()} {len(bodies(files))}".encode()

        result = files.beside(work)
        assert result is not None
        process, number = (result() or b"").split()
        assert int(process) != os.getpid()
        assert int(number) == sum(len(file.written) for file in files.files.values())
    with read_project_files(LIBRARY, CHOSEN, cache_dir=None, jobs=1) as alone:
        assert bodies(files) == bodies(alone)


def test_a_copy_that_fails_gives_nothing() -> None:
    with read_project_files(LIBRARY, CHOSEN, cache_dir=None, jobs=2) as files:
        result = files.beside(lambda: os._exit(1))
        assert result is not None
        assert result() is None


def test_there_is_no_copy_where_one_process_was_asked_for() -> None:
    with read_project_files(LIBRARY, CHOSEN, cache_dir=None, jobs=1) as files:
        assert files.beside(bytes) is None
