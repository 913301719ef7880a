"""All that a report depends on, as one key: the contents of the files, the settings, the linter itself."""

from __future__ import annotations

import os
import sys
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from fastlint import __version__
from fastlint.catalog import rules_folder
from fastlint.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_SIZE = 20


class Inputs(msgspec.Struct, frozen=True):
    """What a run read.

    Attributes:
        key: stands for everything that the report depends on.
        manifests: the contents of the manifests by path.
        stamps: size and time of each file when it was read, to notice that one changed meanwhile.
    """

    key: str
    manifests: dict[str, bytes]
    stamps: dict[str, tuple[int, int]]

    def still_true(self, root: Path) -> bool:
        """Whether no file has changed since it was read."""
        return all(_stamp(_full(root, path)) == stamp for path, stamp in self.stamps.items())


def read_inputs(
    root: Path, files: Sequence[str], manifests: Sequence[str], unsaved: Mapping[str, bytes], settings: Settings
) -> Inputs:
    """Read every file once and work out the key of a run."""
    total = blake2b(digest_size=_SIZE)
    total.update(_own_stamp())
    total.update(msgspec.json.encode(_that_matter(settings)))
    contents: dict[str, bytes] = {}
    stamps: dict[str, tuple[int, int]] = {}
    kept = frozenset(manifests)
    for path in (*files, *manifests):
        data = unsaved.get(path)
        if data is None:
            full = _full(root, path)
            stamps[path] = _stamp(full)
            data = _read(full)
        total.update(path.encode("utf-8", "surrogateescape") + b"\0")
        total.update(blake2b(data, digest_size=_SIZE).digest())
        if path in kept:
            contents[path] = data
    return Inputs(total.hexdigest(), contents, stamps)


def _that_matter(settings: Settings) -> Settings:
    """The settings without those that change nothing in a report."""
    plain = Settings()
    return msgspec.structs.replace(
        settings,
        fail_on=plain.fail_on,
        output_format=plain.output_format,
        cache_dir=plain.cache_dir,
        baseline=plain.baseline,
        extend=plain.extend,
        exclude=(),
        extend_exclude=(),
    )


# thousands of files are read here: `Path` objects would double the time


def _full(root: Path, path: str) -> str:
    return os.path.join(root, path)  # noqa: PTH118


def _read(path: str) -> bytes:
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123
            return file.read()
    except OSError as error:
        return f"\0unreadable: {error.errno}".encode()  # another key than an empty file's


def _stamp(path: str) -> tuple[int, int]:
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return (-1, -1)
    return status.st_size, status.st_mtime_ns


def _own_stamp() -> bytes:
    """Stands for the linter: its version, its Python, and each of its files by size and time."""
    total = blake2b(digest_size=_SIZE)
    total.update(f"{__version__} {sys.version_info[:3]}".encode())
    package = Path(__file__).parents[1]
    for folder in (package, rules_folder()):
        for path, status in sorted(_tree(os.fspath(folder))):
            total.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0".encode("utf-8", "surrogateescape"))
    return total.digest()


def _tree(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _tree(entry.path)
            elif entry.name.endswith((".py", ".toml", ".md")):
                yield entry.path, entry.stat()
