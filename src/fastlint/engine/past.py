"""What was so before: the project of a commit checked like the one on disk, and which lines are other ones since."""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from posixpath import basename
from typing import TYPE_CHECKING

import msgspec

from fastlint.engine.identity import identities
from fastlint.engine.run import check_project
from fastlint.engine.sources import Sources
from fastlint.facts.discover import Discovery, Scope
from fastlint.facts.ignore import IgnoreSpec
from fastlint.facts.manifest_names import is_manifest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastlint.engine.history import Commit
    from fastlint.engine.identity import Identity
    from fastlint.engine.run import Request
    from fastlint.findings import Finding

_ALIKE = 0.5  # so much of the lines of a file must be in another for it to be the same, renamed
_MOST_PAIRS = 40_000  # compared with each other; past that only files of one name


class Past:
    """A project as it was at a commit, beside what it is.

    Args:
        request: how the project is checked now.
        discovery: the files that it has now.
        commit: when it was otherwise.
        sources: the contents of the files now.
    """

    def __init__(self, request: Request, discovery: Discovery, commit: Commit, sources: Sources) -> None:
        self._request = request
        self._now = discovery
        self._commit = commit
        self._sources = sources
        self._gone = self._gone_files()
        present = (*discovery.files, *discovery.manifests)
        changed = [path for path in present if path in commit.files and not commit.has(path, sources.raw(path))]
        self._contents = commit.contents([*changed, *self._gone])
        self.renamed = self._renames()

    def _gone_files(self) -> list[str]:
        """Python files and manifests that the commit has and the disk has not, but for excluded ones."""
        settings = self._request.settings
        excluded = IgnoreSpec([*settings.exclude, *settings.extend_exclude])
        present = {*self._now.files, *self._now.manifests}
        root = self._request.root.path
        return [
            path
            for path in self._commit.files
            if path not in present
            and (path.endswith(".py") or _is_manifest(path))
            and not excluded.covers(path)
            and not (root / path).exists()  # what is there and was not found is passed over now, and so it was then
            and path.isprintable()
        ]

    def findings(self) -> list[Identity]:
        """What the same rules find in the project of the commit."""
        files = [path for path in self._now.files if path in self._commit.files]
        files += [path for path in self._gone if path.endswith(".py")]
        manifests = [path for path in self._now.manifests if path in self._commit.files]
        manifests += [path for path in self._gone if _is_manifest(path)]
        discovery = Discovery(tuple(sorted(files)), tuple(sorted(manifests)), Scope())
        request = msgspec.structs.replace(self._request, given=(), unsaved=self._contents)
        report = check_project(request, discovery=discovery).whole
        return identities(report.findings, Sources(request.root.path, self._contents))

    def _renames(self) -> dict[str, str]:
        """What files that are gone are called now, by their former paths: each one is one new file at most."""
        new = [path for path in self._now.files if path not in self._commit.files]
        old = [path for path in self._gone if path.endswith(".py")]
        if not new or not old:
            return {}
        lines = {path: _lines(self._sources.raw(path)) for path in new}
        former = {path: _lines(self._contents[path]) for path in old}
        some = len(old) * len(new) > _MOST_PAIRS
        pairs = []
        for one in old:
            for other in new:
                if some and basename(one) != basename(other):
                    continue
                alike = _alikeness(former[one], lines[other])
                if alike >= _ALIKE:
                    pairs.append((-alike, basename(one) != basename(other), one, other))
        renamed: dict[str, str] = {}
        for _, _, one, other in sorted(pairs):
            if one not in renamed and other not in renamed.values():
                renamed[one] = other
        return renamed

    def on_changed_lines(self, findings: Sequence[Finding]) -> list[int]:
        """The places in the sequence of the findings that touch a line which the commit has not."""
        former = {new: old for old, new in self.renamed.items()}
        rows: dict[str, frozenset[int] | None] = {}
        places = []
        for place, finding in enumerate(findings):
            path = finding.at.path
            if path not in rows:
                rows[path] = self._changed(path, former.get(path, path))
            changed = rows[path]
            source = self._sources.get(path)
            first, last = source.row(finding.at.start), source.row(max(finding.at.start, finding.at.end - 1))
            if changed is None or any(row in changed for row in range(first, last + 1)):
                places.append(place)
        return places

    def _changed(self, path: str, former: str) -> frozenset[int] | None:
        """The rows of a file that are other ones than they were; None for all of them."""
        if former not in self._commit.files:
            return None
        if former not in self._contents:
            return frozenset()
        return changed_rows(self._contents[former], self._sources.raw(path))


def changed_rows(old: bytes, new: bytes) -> frozenset[int]:
    """The 1-based rows of a new content that were not in the old one; line endings do not count."""
    before, after = old.splitlines(), new.splitlines()
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    middle = SequenceMatcher(
        None, before[head : len(before) - tail], after[head : len(after) - tail], autojunk=False
    ).get_opcodes()
    return frozenset(
        head + row + 1 for tag, _, _, first, last in middle if tag != "equal" for row in range(first, last)
    )


def _lines(data: bytes) -> Counter[bytes]:
    return Counter(line.strip() for line in data.splitlines() if line.strip())


def _alikeness(one: Counter[bytes], other: Counter[bytes]) -> float:
    """How much of the bigger of two files is in the other, from 0 to 1."""
    most = max(sum(one.values()), sum(other.values()))
    return sum((one & other).values()) / most if most else 1.0


def _is_manifest(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return is_manifest(name, folder)
