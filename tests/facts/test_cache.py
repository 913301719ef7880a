"""What is kept between runs: the same as what is read anew, or nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from facts.corpus import LIBRARY, paths
from facts.outline import functions
from fastlint.facts import cache
from fastlint.facts.cache import Cache, Entry, digest
from fastlint.facts.load import read_project_files
from fastlint.facts.syntax import parse, parse_part

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Tree

    from fastlint.facts.records import Body, Header
    from fastlint.facts.store import Store

FILES = {
    "a.py": "def f():\n    def g(): return 1\n    return g\n",
    "b.py": "class A:\n    def f(self): yield\n",
    "c.py": "x = 1  # noqa\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).write_text(text)
    return tmp_path


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What has been parsed since, stretches of files included."""
    found: list[bytes] = []

    def noted(data: bytes) -> Tree:
        found.append(data)
        return parse(data)

    def noted_part(data: bytes, start: int, end: int) -> Tree:
        found.append(data[start:end])
        return parse_part(data, start, end)

    monkeypatch.setattr("fastlint.facts.extract.parse", noted)
    monkeypatch.setattr("fastlint.facts.extract.parse_part", noted_part)
    return found


def read(root: Path, **options: object) -> Store:
    return read_project_files(root, list(FILES), **{"cache_dir": root / "cache", **options})  # type: ignore[arg-type]


def contents(store: Store) -> tuple[list[Header], list[Body]]:
    headers: list[Header] = []
    bodies: list[Body] = []
    for file in store.files.values():
        headers.append(file.header)
        for function in functions(file.header.statements):
            bodies.append(file.body(function))
            bodies += [file.body(inner) for inner in functions(bodies[-1].statements)]
    return headers, bodies


def run(root: Path, **options: object) -> tuple[list[Header], list[Body]]:
    with read(root, **options) as store:
        return contents(store)


def packs(root: Path) -> list[Path]:
    return sorted((root / "cache" / "facts").iterdir())


def test_what_is_kept_is_what_was_read(root: Path, parsed: list[bytes]) -> None:
    first = run(root)
    del parsed[:]
    assert run(root) == first
    assert parsed == []


def test_bodies_are_kept_as_they_are_asked_for(root: Path, parsed: list[bytes]) -> None:
    read(root).close()
    first = run(root)
    assert len(parsed) == 3 + 3  # all files, then the three bodies
    del parsed[:]
    assert run(root) == first
    assert parsed == []


def test_only_what_changed_is_read_anew(root: Path, parsed: list[bytes]) -> None:
    run(root)
    del parsed[:]
    (root / "c.py").write_text("x = 2\n")
    changed = run(root)
    assert parsed == [b"x = 2\n"]
    assert changed == run(root, cache_dir=None)


def test_nothing_is_written_when_nothing_changed(root: Path) -> None:
    run(root)
    before = [(pack, pack.stat().st_mtime_ns, pack.stat().st_ino) for pack in packs(root)]
    run(root)
    assert [(pack, pack.stat().st_mtime_ns, pack.stat().st_ino) for pack in packs(root)] == before


def test_overlays_are_heeded(root: Path) -> None:
    run(root)
    with read(root, overlays={"c.py": b"y = 1\n"}) as store:
        assert "y" in repr(store.files["c.py"].header)


def checked(content: bytes) -> bytes:
    return zlib.crc32(content).to_bytes(4, "big") + content


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda data: data[:3],
        lambda data: data[:-1],
        lambda data: data + b"\0",
        lambda data: data[:40] + bytes([data[40] ^ 1]) + data[41:],
        lambda data: bytes(len(data)),
        lambda data: b"PK\3\4" + data,
        lambda _: checked(b"\x93nonsense"),
        lambda _: checked(b"\x91" * 100_000),
    ],
)
def test_a_spoilt_pack_is_ignored_and_written_anew(root: Path, spoil: Callable[[bytes], bytes]) -> None:
    first = run(root)
    sound = [pack.read_bytes() for pack in packs(root)]
    for pack in packs(root):
        pack.write_bytes(spoil(pack.read_bytes()))
    assert run(root) == first
    assert [pack.read_bytes() for pack in packs(root)] == sound


@pytest.mark.parametrize("place", ["header", "bodies"])
def test_an_entry_that_is_sound_but_means_nothing_is_ignored(root: Path, place: str) -> None:
    first = run(root)
    nonsense = msgspec.Raw(b"\x01")
    kept = Cache(root / "cache", root)
    spoilt: dict[str, Entry] = {}
    for path, text in FILES.items():
        entry = kept.find(path, digest(text.encode()))
        assert entry is not None
        changed = nonsense if place == "header" else dict.fromkeys(entry.bodies, nonsense)
        spoilt[path] = msgspec.structs.replace(entry, **{place: changed})
    kept.save(spoilt)
    assert run(root) == first
    assert run(root) == first


def test_a_pack_of_another_version_is_ignored(root: Path, parsed: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    first = run(root)
    del parsed[:]
    monkeypatch.setattr(cache, "sources", lambda package: [package / "cache.py"])
    assert run(root) == first
    assert parsed


def test_the_version_depends_on_the_code_of_the_facts() -> None:
    names = {source.name for source in cache.sources(Path(cache.__file__).parent)}
    assert {"records.py", "expressions.py", "cache.py", "text.py"} <= names


def test_a_second_opinion_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("class A[T = int]: pass\n")
    asked: list[bytes] = []

    def opinion(data: bytes) -> bool:
        asked.append(data)
        return True

    def problems(**options: object) -> int:
        with read_project_files(tmp_path, ["a.py"], cache_dir=tmp_path / "cache", **options) as store:  # type: ignore[arg-type]
            return len(store.files["a.py"].header.problems)

    assert problems() == 1
    assert problems(second_opinion=opinion) == 0
    assert problems(second_opinion=opinion) == 0
    assert len(asked) == 1
    assert problems() == 1


def test_files_that_are_gone_are_forgotten(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_PACKS", 1)
    run(root)
    (root / "a.py").unlink()
    (root / "b.py").write_text("z = 3\n")
    run(root)
    kept = Cache(root / "cache", root)
    assert kept.find("a.py", digest(FILES["a.py"].encode())) is None
    assert kept.find("c.py", digest(FILES["c.py"].encode())) is not None


def test_files_that_were_not_asked_for_are_not_forgotten(root: Path, parsed: list[bytes]) -> None:
    first = run(root)
    with read_project_files(root, ["c.py"], cache_dir=root / "cache"):
        pass
    del parsed[:]
    assert run(root) == first
    assert parsed == []


def test_the_directory_tells_others_to_pass_by(root: Path) -> None:
    run(root)
    assert (root / "cache" / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")
    assert (root / "cache" / ".gitignore").read_text() == "*\n"


def test_a_directory_that_cannot_be_written_is_no_error(root: Path) -> None:
    (root / "cache").write_text("a file")
    assert run(root) == run(root, cache_dir=None)
    (root / "cache").unlink()
    (root / "cache").mkdir()
    (root / "cache" / "facts").write_text("a file")
    assert run(root) == run(root, cache_dir=None)


def test_a_draft_that_cannot_be_completed_is_not_left_behind(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "replace", refused)
    run(root)
    assert packs(root) == []


def test_a_pack_may_be_anything(root: Path) -> None:
    first = run(root)
    for pack in packs(root):
        pack.unlink()
        pack.mkdir()
    assert run(root) == first


def test_runs_at_the_same_time_do_each_other_no_harm(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from fastlint.facts.load import read_project_files\n"
        "root, cache, *paths = sys.argv[1:]\n"
        "for _ in range(5):\n"
        "    with read_project_files(Path(root), paths, cache_dir=Path(cache), jobs=1) as store:\n"
        "        assert not any(file.header.problems for file in store.files.values())\n"
    )
    chosen = paths("asyncio/*.py")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", code, str(LIBRARY), str(tmp_path), *chosen]
    runs = [subprocess.Popen(command, env=environment) for _ in range(4)]
    assert [run.wait(timeout=60) for run in runs] == [0] * 4
    with read_project_files(LIBRARY, chosen, cache_dir=tmp_path) as kept:
        after = contents(kept)
    with read_project_files(LIBRARY, chosen, cache_dir=None) as anew:
        assert contents(anew) == after
    assert not [file for file in (tmp_path / "facts").iterdir() if file.name.startswith(".")]
