"""Known findings: a file of them, and which findings of a run it knows.

The file is JSON Lines: a head, then one entry a line, sorted, so that two branches that change different entries merge
without a conflict and the same entry added by both stands there once. An entry holds no line number: see `Identity`.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from posixpath import basename
from typing import TYPE_CHECKING

import msgspec

from fastlint.engine.identity import Identity, identities, numbered
from fastlint.errors import FastlintError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from fastlint.engine.sources import Sources
    from fastlint.findings import Finding

_VERSION = 1
_HEAD = f'{{"fastlint-baseline":{_VERSION}}}'
_MARKERS = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")


class _Head(msgspec.Struct, frozen=True, rename={"version": "fastlint-baseline"}):
    version: int


class _Entry(msgspec.Struct, frozen=True, order=True):
    """One line of the file; the order of the fields is the order of the lines."""

    path: str
    rule: str
    symbol: str
    line: str
    n: int = 1


class Match(msgspec.Struct, frozen=True):
    """Findings held against known ones.

    Attributes:
        new: the places in the sequence of findings of those that are not known.
        stale: known ones that were not found, as often as they were not.
        renamed: new paths by those that entries name, where files were followed.
    """

    new: tuple[int, ...]
    stale: tuple[Identity, ...]
    renamed: dict[str, str] = {}


def read_baseline(file: Path) -> list[Identity]:
    """The known findings in a file; an entry that stands there twice counts once.

    Raises:
        FastlintError: the file cannot be read, or a line of it cannot be understood.
    """
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise FastlintError(f"cannot read the baseline {file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise FastlintError(f"{file}: a baseline is UTF-8") from None
    entries: set[_Entry] = set()
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        if not stripped:
            continue
        if stripped.startswith(_MARKERS):
            raise FastlintError(f"{file}:{number}: a merge conflict; keep the entries of both sides, in any order")
        try:
            if number == 1:
                _check_head(msgspec.json.decode(stripped, type=_Head), file)
            else:
                entries.add(msgspec.json.decode(stripped, type=_Entry))
        except (msgspec.MsgspecError, RecursionError) as error:
            raise FastlintError(f"{file}:{number}: not a line of a baseline: {error}") from None
    return [Identity(entry.path, entry.rule, entry.symbol, entry.line) for entry in sorted(entries)]


def _check_head(head: _Head, file: Path) -> None:
    if head.version != _VERSION:
        raise FastlintError(f"{file}: a baseline of version {head.version}; this fastlint knows version {_VERSION}")


def baseline_text(known: Iterable[Identity]) -> str:
    """Known findings as the content of a file."""
    entries = [_Entry(one.path, one.rule, one.symbol, one.line, number) for one, number in numbered(sorted(known))]
    return "".join(f"{line}\n" for line in (_HEAD, *(msgspec.json.encode(entry).decode() for entry in entries)))


def write_baseline(file: Path, known: Iterable[Identity]) -> None:
    """Write known findings to a file, all at once.

    Raises:
        FastlintError: the file cannot be written.
    """
    target = Path(os.path.realpath(file))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".fastlint-baseline-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as temporary:
                temporary.write(baseline_text(known))
            Path(name).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FastlintError(f"cannot write the baseline {file}: {error.strerror}") from None


def matched(
    findings: Sequence[Finding],
    sources: Sources,
    known: Sequence[Identity],
    is_gone: Callable[[str], bool],
    renamed: Mapping[str, str] | None = None,
) -> Match:
    """Hold findings against known ones.

    Of equal findings as many are known as the baseline has entries. Where a file is gone, its entries follow to the one
    file that has most of them and none of its own: it was renamed.

    Args:
        findings: what was found, in order.
        sources: the text of the files.
        known: the known findings.
        is_gone: whether there is no file of a path any more.
        renamed: paths that are known to have become others.
    """
    moved = renamed or {}
    left = Counter(msgspec.structs.replace(one, path=moved.get(one.path, one.path)) for one in known)
    found = identities(findings, sources)
    new = _taken(list(enumerate(found)), left)
    followed: dict[str, str] = {}
    gone = sorted({one.path for one in left if is_gone(one.path)})
    if gone and new:
        former = _renames(new, left, gone, {one.path for one in known})
        new = _taken(
            [(place, msgspec.structs.replace(one, path=former.get(one.path, one.path))) for place, one in new], left
        )
        followed = {old: path for path, old in former.items()}
    stale = sorted(one for one, count in left.items() for _ in range(count))
    return Match(tuple(place for place, _ in new), tuple(stale), followed)


def _taken(findings: Sequence[tuple[int, Identity]], left: Counter[Identity]) -> list[tuple[int, Identity]]:
    """The findings that are not among those left, from which the others are taken away."""
    new = []
    for place, one in findings:
        if left[one] > 0:
            left[one] -= 1
        else:
            new.append((place, one))
    for one in [one for one, count in left.items() if count <= 0]:
        del left[one]
    return new


def _renames(
    new: Sequence[tuple[int, Identity]], left: Counter[Identity], gone: Sequence[str], known: set[str]
) -> dict[str, str]:
    """What new paths were called before: each old one becomes one new one at most, the likeliest first."""
    by_path: dict[str, Counter[Identity]] = defaultdict(Counter)
    for _, one in new:
        if one.path not in known:
            by_path[one.path][msgspec.structs.replace(one, path="")] += 1
    pairs = []
    for old in gone:
        entries = Counter({msgspec.structs.replace(one, path=""): n for one, n in left.items() if one.path == old})
        for path, found in by_path.items():
            shared = sum((entries & found).values())
            if shared:
                unlike = sum(found.values()) + sum(entries.values()) - 2 * shared
                pairs.append((-shared, unlike, basename(old) != basename(path), old, path))
    old_names: dict[str, str] = {}
    taken: set[str] = set()
    for _, _, _, old, path in sorted(pairs):
        if old not in taken and path not in old_names:
            old_names[path] = old
            taken.add(old)
    return old_names
