"""Reports of earlier runs, kept by the key of what they depend on."""

from __future__ import annotations

import contextlib
import os
from hashlib import blake2b
from pathlib import Path

import msgspec

from fastlint.engine.report import Report

_FOLDER = "reports"
_CHECKSUM = 8  # bytes
_MOST = 24  # reports kept: a few branches and selections
_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache of fastlint's; it may be deleted.\n"


def recall(cache: Path, key: str) -> Report | None:
    """The report of a key; None where there is none, or none that can be read."""
    try:
        data = (cache / _FOLDER / key).read_bytes()
    except OSError:
        return None
    checksum, content = data[:_CHECKSUM], data[_CHECKSUM:]
    if checksum != _sum(content):
        return None
    try:
        return msgspec.msgpack.decode(content, type=Report)
    except (msgspec.MsgspecError, RecursionError):
        return None


def keep(cache: Path, key: str, report: Report) -> None:
    """Keep a report; that it cannot be kept is no error."""
    folder = cache / _FOLDER
    with contextlib.suppress(OSError, UnicodeEncodeError):
        content = msgspec.msgpack.encode(report)
        folder.mkdir(parents=True, exist_ok=True)
        mark(cache)
        _write(folder / key, _sum(content) + content)
        _thin_out(folder)


def _sum(content: bytes) -> bytes:
    return blake2b(content, digest_size=_CHECKSUM).digest()


def mark(cache: Path) -> None:
    """Tell backup tools and git to pass the cache over."""
    for name, text in (("CACHEDIR.TAG", _TAG), (".gitignore", "*\n")):
        if not (cache / name).exists():
            _write(cache / name, text.encode())


def _write(file: Path, data: bytes) -> None:
    """Write a file so that a reader sees all of it or nothing, however many write at once."""
    import tempfile  # it loads much, and most runs find what they would write

    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as temporary:
            temporary.write(data)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _thin_out(folder: Path) -> None:
    kept = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    for file in kept[_MOST:]:
        file.unlink(missing_ok=True)
