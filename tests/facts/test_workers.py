"""Helper processes: their share is right, and whatever befalls them the run goes on."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from facts.corpus import LIBRARY, paths
from facts.outline import functions
from fastlint.facts import loading, pipes, store, workers
from fastlint.facts.encodings import Text
from fastlint.facts.extract import Parsed
from fastlint.facts.load import read_project_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fastlint.facts.records import Body, Function, Header
    from fastlint.facts.store import Store

CHOSEN = paths("asyncio/*.py", "email/*.py", "importlib/*.py", "unittest/*.py", "concurrent/*/*.py")
forks = pytest.mark.skipif(not hasattr(os, "fork") or sys.platform == "darwin", reason="no forks here")


@pytest.fixture(autouse=True)
def _eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little work is worth helpers, too; small portions, so that all get some."""
    for module in (loading, store):
        monkeypatch.setattr(module, "WORTH_HELPERS", 100_000)
    monkeypatch.setattr(store, "_WORTH_ASKING", 1)
    monkeypatch.setattr(workers, "_PORTION", 20_000)


@pytest.fixture(scope="module")
def expected() -> tuple[dict[str, Header], dict[tuple[str, int], Body]]:
    with read_project_files(LIBRARY, CHOSEN, cache_dir=None, jobs=1) as alone:
        return headers(alone), bodies(alone)


def headers(store: Store) -> dict[str, Header]:
    return {path: file.header for path, file in store.files.items()}


def wanted(store: Store) -> list[tuple[str, Function]]:
    return [(path, found) for path, file in store.files.items() for found in functions(file.header.statements)]


def bodies(store: Store) -> dict[tuple[str, int], Body]:
    return {(path, function.start): store.files[path].body(function) for path, function in wanted(store)}


def owners(store: Store) -> set[int | None]:
    return {file.owner for file in store.files.values()}


Expected = tuple[dict[str, "Header"], dict[tuple[str, int], "Body"]]


@pytest.mark.parametrize("way", ["fork", "spawn"])
@pytest.mark.parametrize("keep", [True, False])
def test_many_processes_say_the_same_as_one(
    monkeypatch: pytest.MonkeyPatch,
    expected: Expected,
    way: str,
    keep: bool,
) -> None:
    if way == "spawn":
        monkeypatch.setattr(workers, "can_fork", lambda: False)
    if not keep:
        monkeypatch.setattr(loading, "_WORTH_KEEPING", 0)
    with read_project_files(LIBRARY, CHOSEN, cache_dir=None, jobs=3) as many:
        assert headers(many) == expected[0]
        assert owners(many) > {None} if keep else owners(many) == {None}
        many.prefetch(wanted(many))
        read_here = sum(len(file.bodies) for file in many.files.values())
        assert 0 < read_here < len(expected[1])
        assert bodies(many) == expected[1]
    many.close()  # once more does no harm


@forks
def test_a_body_that_is_asked_for_alone_brings_all_of_its_file_from_the_helper(expected: Expected) -> None:
    with read_project_files(LIBRARY, CHOSEN, cache_dir=None, jobs=3) as many:
        assert bodies(many) == expected[1]
        told = [file for file in many.files.values() if file.owner is not None and file.written]
        assert told
        assert all(file.bodies.keys() <= file.written.keys() for file in told)


def test_helpers_are_had_later_if_bodies_pay_for_them(tmp_path: Path, expected: Expected) -> None:
    read_project_files(LIBRARY, CHOSEN, cache_dir=tmp_path, jobs=1).close()
    for _ in range(10):  # on a busy machine a helper may come too late for any share, or have the whole
        with read_project_files(LIBRARY, CHOSEN, cache_dir=tmp_path, jobs=2) as known:
            known.prefetch(wanted(known))
            by_helpers = sum(len(file.written) for file in known.files.values())
            assert by_helpers <= len(expected[1])
            assert bodies(known) == expected[1]
        if by_helpers:
            return
    pytest.fail("no helper ever had a share")


@forks
@pytest.mark.parametrize("moment", ["start", "headers", "bodies"])
@pytest.mark.parametrize("fate", ["dies", "hangs"])
def test_a_helper_that_fails_is_done_without(
    monkeypatch: pytest.MonkeyPatch, expected: Expected, moment: str, fate: str
) -> None:
    here = os.getpid()
    monkeypatch.setattr(workers, "PATIENCE", 0.3)
    monkeypatch.setattr(workers, "SLOWEST", 0)

    def fail() -> None:
        if os.getpid() != here:
            if fate == "dies":
                os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(60)

    def failing(what: Callable[..., object]) -> Callable[..., object]:
        def instead(*args: object, **options: object) -> object:
            found = what(*args, **options)
            fail()
            return found

        return instead

    if moment == "start":
        monkeypatch.setattr(workers, "serve", failing(lambda *_, **__: None))
    elif moment == "headers":
        monkeypatch.setattr("fastlint.facts.serving.Parsed", failing(Parsed))
    else:
        monkeypatch.setattr("fastlint.facts.serving.pipes.receive", failing(pipes.receive))
    started = time.monotonic()
    with read_project_files(LIBRARY, CHOSEN, cache_dir=None, jobs=3) as many:
        assert headers(many) == expected[0]
        many.prefetch(wanted(many))
        assert bodies(many) == expected[1]
    assert time.monotonic() - started < 30


@forks
def test_no_process_is_left_behind() -> None:
    read_project_files(LIBRARY, CHOSEN, cache_dir=None, jobs=3).close()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@forks
def test_helpers_end_with_a_run_that_fails() -> None:
    def fail(done: int, total: int) -> None:
        if done > total // 2:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        read_project_files(LIBRARY, CHOSEN, cache_dir=None, jobs=3, progress=fail)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_no_pipe_is_left_open() -> None:
    if not os.path.isdir("/proc/self/fd"):  # noqa: PTH112
        pytest.skip("no telling which files are open here")
    before = os.listdir("/proc/self/fd")  # noqa: PTH208
    with read_project_files(LIBRARY, CHOSEN, cache_dir=None, jobs=3) as many:
        many.prefetch(wanted(many))
    assert os.listdir("/proc/self/fd") == before  # noqa: PTH208


def test_nothing_is_forked_while_there_are_threads(monkeypatch: pytest.MonkeyPatch, expected: Expected) -> None:
    def refused() -> int:
        raise AssertionError

    monkeypatch.setattr("os.fork", refused, raising=False)
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        with read_project_files(LIBRARY, CHOSEN, cache_dir=None, jobs=2) as many:
            assert headers(many) == expected[0]
            assert owners(many) > {None}
    finally:
        done.set()
        thread.join()


def test_a_process_that_cannot_be_had_is_done_without(monkeypatch: pytest.MonkeyPatch, expected: Expected) -> None:
    def refused(*_: object, **__: object) -> int:
        raise BlockingIOError

    monkeypatch.setattr("os.fork", refused, raising=False)
    monkeypatch.setattr("subprocess.Popen", refused)
    with read_project_files(LIBRARY, CHOSEN, cache_dir=None, jobs=2) as many:
        assert headers(many) == expected[0]
        assert owners(many) == {None}


def test_portions_hold_all_files_large_ones_first() -> None:
    texts = [Text(b"x" * size, "utf-8", ()) for size in (10, 30_000, 5, 19_000, 2000)]
    assert workers.portioned(texts, range(5)) == [[1], [3], [4, 0, 2]]
    assert workers.portioned(texts, []) == []
