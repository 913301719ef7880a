"""Reading the files of a project, or files in memory."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from fastlint.facts.encodings import text_of
from fastlint.facts.loading import Loading
from fastlint.facts.store import File, Store, uncollected
from fastlint.text import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path


def facts_of(path: str, data: bytes) -> File:
    """The facts of one file in memory."""
    from fastlint.facts.extract import Parsed

    text = text_of(data)
    parsed = Parsed(text)
    return File(path, Source(path, text.data), parsed.header, parsed)


def store_of(sources: Mapping[str, bytes | str]) -> Store:
    """The facts of files in memory, by path."""
    raw = {path: data.encode() if isinstance(data, str) else data for path, data in sources.items()}
    return Store({path: facts_of(path, raw[path]) for path in sorted(raw)})


def read_project_files(
    root: Path,
    paths: Sequence[str],
    *,
    cache_dir: Path | None,
    overlays: Mapping[str, bytes] | None = None,
    jobs: int | None = None,
    second_opinion: Callable[[bytes], bool] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Store:
    """The facts of the files of a project; close the store, or leave its `with`, when done with it.

    Args:
        root: what paths are relative to.
        paths: the files, as posix paths.
        cache_dir: where facts are kept between runs, if they are.
        overlays: contents that stand for those of files on disk, such as unsaved ones of an editor.
        jobs: how many processes may be used, by default as many as there are processors.
        second_opinion: asked about a file that the grammar finds fault with; True clears it.
        progress: told how many files are read, of how many.
    """
    loading = Loading(root, cache_dir, jobs or processors(), second_opinion, progress)
    with uncollected():
        return loading.run(sorted(set(paths)), overlays or {})


def processors() -> int:
    """How many processes can run at a time."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
