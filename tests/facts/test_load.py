from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from facts.corpus import LIBRARY, paths
from facts.outline import functions, outline
from fastlint.facts.load import facts_of, processors, read_project_files, store_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from fastlint.facts.records import Body, Function
    from fastlint.facts.store import Store

FILES = {"a.py": "def f():\n    return 1\n", "b/c.py": "class A:\n    def g(self): yield\n", "b/__init__.py": ""}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def wanted(store: Store) -> list[tuple[str, Function]]:
    return [(path, found) for path, file in store.files.items() for found in functions(file.header.statements)]


def bodies(store: Store) -> Mapping[tuple[str, int], Body]:
    return {(path, function.start): store.files[path].body(function) for path, function in wanted(store)}


def test_files_on_disk_say_the_same_as_files_in_memory(root: Path) -> None:
    memory = store_of(FILES)
    with read_project_files(root, list(FILES), cache_dir=None) as store:
        assert list(store.files) == list(memory.files) == sorted(FILES)
        assert [file.header for file in store.files.values()] == [file.header for file in memory.files.values()]
        assert bodies(store) == bodies(memory)
        assert [file.source.data.decode() for file in store.files.values()] == [FILES[path] for path in sorted(FILES)]
        assert [file.path for file in store.files.values()] == sorted(FILES)


def test_overlays_stand_for_what_is_on_disk(root: Path) -> None:
    overlays = {"a.py": b"x = 1\n", "new.py": b"y = 2\n", "elsewhere.toml": b"z = 3"}
    with read_project_files(root, ["a.py", "new.py"], cache_dir=None, overlays=overlays) as store:
        assert [outline(file.header.statements) for file in store.files.values()] == [
            "[Assign([x], #1, -, )]",
            "[Assign([y], #2, -, )]",
        ]


def test_progress_is_told_to_its_end(root: Path) -> None:
    told: list[tuple[int, int]] = []
    with read_project_files(root, list(FILES), cache_dir=None, progress=lambda *at: told.append(at)):
        assert told == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("verdict", [True, False])
def test_a_second_opinion_is_asked_about_what_is_doubtful_only(tmp_path: Path, verdict: bool) -> None:
    contents = {
        "good.py": b"x = 1\n",
        "newer.py": b"class A[T = int]: pass\n",
        "undecodable.py": b"x = '\xff'\n",
        "latin.py": b"# coding: latin-1\nx = '\xff' y\n",
    }
    for path, content in contents.items():
        (tmp_path / path).write_bytes(content)
    asked: list[bytes] = []

    def opinion(data: bytes) -> bool:
        asked.append(data)
        return verdict

    with read_project_files(tmp_path, list(contents), cache_dir=None, second_opinion=opinion) as store:
        problems = {path for path, file in store.files.items() if file.header.problems}
    assert sorted(asked) == sorted([contents["newer.py"], contents["latin.py"]])
    assert problems == ({"undecodable.py"} if verdict else {"undecodable.py", "newer.py", "latin.py"})


def test_what_is_prefetched_is_what_would_have_been_read() -> None:
    chosen = paths("asyncio/*.py", "email/*.py")
    alone = store_of({path: (LIBRARY / path).read_bytes() for path in chosen})
    with read_project_files(LIBRARY, chosen, cache_dir=None, jobs=1) as store:
        store.prefetch(wanted(store))
        store.prefetch(wanted(store))
        assert bodies(store) == bodies(alone)


def test_the_garbage_collector_is_left_as_it_was(root: Path) -> None:
    assert gc.isenabled()
    with read_project_files(root, list(FILES), cache_dir=None) as store:
        store.prefetch(wanted(store))
        assert gc.isenabled()
    gc.disable()
    try:
        read_project_files(root, list(FILES), cache_dir=None).close()
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_large_file_without_a_tree_keeps_what_it_needs_to_read_bodies() -> None:
    text = "# padding\n" * 30_000 + "def f():\n    return 1\n"
    file = facts_of("a.py", text.encode())
    file.tree = None
    (function,) = functions(file.header.statements)
    assert outline(file.body(function)) == "Body([Return(#1)], False)"
    assert file.tree is not None


def test_jobs_default_to_the_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("os.sched_getaffinity", raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: None)
    assert processors() == 1
