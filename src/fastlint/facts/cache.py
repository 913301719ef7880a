"""Facts kept between runs: headers and bodies by the content of their file.

Files share a handful of packs, each written anew as a whole when one of its entries changed. A pack that is broken,
foreign or of another version is as good as none; one that cannot be written is not missed.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from fastlint.facts import disk

if TYPE_CHECKING:
    from collections.abc import Mapping

_PACKS: Final = 32
_LARGEST_PACK: Final = 1 << 30
_CHECKSUM_LENGTH: Final = 4
_TAG: Final = """\
Signature: 8a477f597d28d172789f06886806bc55
# This file is a cache directory tag created by fastlint.
# For information about cache directory tags see https://bford.info/cachedir/
"""


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The facts of one file.

    Attributes:
        digest: of its content.
        header: its header.
        doubtful: whether the grammar's word is all that speaks against it.
        sound: the second opinion on it, None if nobody was asked.
        bodies: those of its functions that were asked for, by their starts.
    """

    digest: bytes
    header: msgspec.Raw
    doubtful: bool
    sound: bool | None
    bodies: dict[int, msgspec.Raw]


class _Pack(msgspec.Struct, frozen=True, array_like=True, gc=False):
    version: bytes
    entries: dict[str, Entry]


_DECODER: Final = msgspec.msgpack.Decoder(_Pack)
_ENCODER: Final = msgspec.msgpack.Encoder()


def digest(data: bytes) -> bytes:
    """What an entry knows the content of its file by."""
    return hashlib.blake2b(data, digest_size=16).digest()


class Cache:
    """The facts kept in a directory for the files under a root."""

    def __init__(self, directory: Path, root: Path) -> None:
        self._directory = directory
        self._root = root
        self._version = _version()
        self._packs: dict[int, dict[str, Entry]] = {}

    def find(self, path: str, content: bytes) -> Entry | None:
        """The entry of a file if its content, given by its digest, is still the same."""
        entry = self._pack(_number(path)).get(path)
        return entry if entry is not None and entry.digest == content else None

    def save(self, entries: Mapping[str, Entry]) -> None:
        """Keep new and changed entries."""
        changed: dict[int, dict[str, Entry]] = {}
        for path, entry in entries.items():
            changed.setdefault(_number(path), {})[path] = entry
        if changed:
            with contextlib.suppress(OSError):
                self._prepare()
                for number, new in changed.items():
                    self._write(number, {**self._living(number), **new})

    def _pack(self, number: int) -> dict[str, Entry]:
        found = self._packs.get(number)
        if found is None:
            found = self._packs[number] = self._read(number)
        return found

    def _read(self, number: int) -> dict[str, Entry]:
        data = disk.read(self._file(number), _LARGEST_PACK)
        if not isinstance(data, bytes) or len(data) < _CHECKSUM_LENGTH:
            return {}
        content = memoryview(data)[_CHECKSUM_LENGTH:]
        if data[:_CHECKSUM_LENGTH] != _checksum(content):
            return {}
        try:
            pack = _DECODER.decode(content)
        except (msgspec.MsgspecError, RecursionError):
            return {}
        return pack.entries if pack.version == self._version else {}

    def _living(self, number: int) -> dict[str, Entry]:
        """The entries of a pack whose files are still there."""
        return {path: entry for path, entry in self._pack(number).items() if (self._root / path).exists()}

    def _write(self, number: int, entries: dict[str, Entry]) -> None:
        content = _ENCODER.encode(_Pack(self._version, entries))
        final = self._file(number)
        draft = final.with_name(f".{final.name}.{os.getpid()}.{os.urandom(4).hex()}")
        try:
            with draft.open("xb") as file:
                file.write(_checksum(content))
                file.write(content)
            draft.replace(final)
        except OSError:
            with contextlib.suppress(OSError):
                draft.unlink()
            raise
        self._packs[number] = entries

    def _file(self, number: int) -> Path:
        return self._directory / "facts" / f"{sys.implementation.cache_tag}-{number:02}.pack"

    def _prepare(self) -> None:
        """Make the directory, and tell tools that copy, search or commit files to pass it by."""
        (self._directory / "facts").mkdir(parents=True, exist_ok=True)
        for name, text in (("CACHEDIR.TAG", _TAG), (".gitignore", "*\n")):
            with contextlib.suppress(FileExistsError), (self._directory / name).open("x", encoding="utf-8") as file:
                file.write(text)


def _number(path: str) -> int:
    return zlib.crc32(path.encode("utf-8", "surrogateescape")) % _PACKS


def _checksum(content: bytes | memoryview) -> bytes:
    return zlib.crc32(content).to_bytes(_CHECKSUM_LENGTH, "big")


def _version() -> bytes:
    """What the facts depend on besides the content of a file: the code that reads it, the grammar."""
    code = hashlib.blake2b(digest_size=16)
    code.update(repr(sys.version_info[:2]).encode())
    package = Path(__file__).parent
    for file in sources(package):
        code.update(file.read_bytes())
    for module in ("tree_sitter", "tree_sitter_python"):
        found = importlib.util.find_spec(module)
        for place in (found.submodule_search_locations or ()) if found else ():
            for binary in sorted(Path(place).glob("_binding*")):
                status = binary.stat()
                code.update(repr((binary.name, status.st_size, status.st_mtime_ns)).encode())
    return code.digest()


def sources(package: Path) -> list[Path]:
    """The files whose code decides what facts are."""
    return [*sorted(package.glob("*.py")), package.parent / "text.py"]
