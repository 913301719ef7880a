"""One run of reading: what is remembered, what helpers read, what is read here, and what to remember of it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from fastlint.facts import disk
from fastlint.facts.cache import Cache, Entry, digest
from fastlint.facts.encodings import Text, text_of
from fastlint.facts.records import Header, Problem
from fastlint.facts.store import WORTH_HELPERS, File, Store
from fastlint.text import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from fastlint.facts.workers import Crew

_WORTH_KEEPING: Final = 12_000_000  # bytes of source whose trees are no burden to memory
_MOST_HELPERS: Final = 15
_ENCODER: Final = msgspec.msgpack.Encoder()


@cache
def _decoder() -> msgspec.msgpack.Decoder[Header]:
    """What reads headers that were written; made late, as it knows all records, and a small project writes none."""
    return msgspec.msgpack.Decoder(Header)


class Draft(NamedTuple):
    """A file about to be parsed."""

    path: str
    raw: bytes
    text: Text


class _Kept(NamedTuple):
    """What is to be remembered of a file besides the bodies that will have been read.

    Attributes:
        content: the digest of its bytes.
        header: as it was read, before any second opinion; written already or not.
        doubtful: whether the grammar's word is all that speaks against it.
        sound: the second opinion.
        known: how many bodies are remembered; -1 if nothing is that is still true.
    """

    content: bytes
    header: Header | msgspec.Raw
    doubtful: bool
    sound: bool | None
    known: int


def unreadable(path: str, problem: Problem) -> File:
    """A file of which nothing is known but why."""
    return File(path, Source(path, b""), Header((), (), (problem,), "utf-8"))


class Loading:
    """The state of one run."""

    def __init__(
        self,
        root: Path,
        cache_dir: Path | None,
        jobs: int,
        second_opinion: Callable[[bytes], bool] | None,
        progress: Callable[[int, int], None] | None,
    ) -> None:
        self._root = root
        self._cache = Cache(cache_dir, root) if cache_dir is not None else None
        self._jobs = jobs
        self._second_opinion = second_opinion
        self._progress = progress
        self._files: dict[str, File] = {}
        self._kept: dict[str, _Kept] = {}
        self._total = 0

    def run(self, paths: Sequence[str], overlays: Mapping[str, bytes]) -> Store:
        """Read files, those of `overlays` from there."""
        self._total = len(paths)
        drafts: list[Draft] = []
        for path in paths:
            raw = self._raw(path, overlays)
            if isinstance(raw, Problem):
                self._add(unreadable(path, raw))
                continue
            draft = Draft(path, raw, text_of(raw))
            if not self._recall(draft):
                drafts.append(draft)
        size = sum(len(draft.raw) for draft in drafts)
        keep = size <= _WORTH_KEEPING
        helpers = min(self._jobs - 1, size * 2 // WORTH_HELPERS, _MOST_HELPERS)
        crew: Crew | None = None
        if size > WORTH_HELPERS and helpers > 0:
            crew = self._engage(drafts, helpers, keep=keep)
        else:
            for draft in drafts:
                self._parse(draft, keep=keep)
        files = {path: self._files[path] for path in paths}
        numbers = {draft.path: number for number, draft in enumerate(drafts)} if crew else {}
        return Store(files, jobs=self._jobs, crew=crew, numbers=numbers, save=self._save if self._cache else None)

    def _raw(self, path: str, overlays: Mapping[str, bytes]) -> bytes | Problem:
        raw = overlays.get(path)
        if raw is None:
            return disk.read(self._root / path)
        return raw if len(raw) <= disk.LARGEST else disk.too_large(len(raw))

    def _add(self, file: File) -> None:
        self._files[file.path] = file
        if self._progress is not None:
            self._progress(len(self._files), self._total)

    def _recall(self, draft: Draft) -> bool:
        """Take a file from the cache, if it is there."""
        content = digest(draft.raw) if self._cache is not None else b""
        entry = self._cache.find(draft.path, content) if self._cache is not None else None
        if entry is None:
            return False
        try:
            header = _decoder().decode(entry.header)
        except (msgspec.MsgspecError, RecursionError):
            return False
        file = File(draft.path, Source(draft.path, draft.text.data), header)
        file.written = dict(entry.bodies)
        sound = self._judged(file, draft.raw, doubtful=entry.doubtful, sound=entry.sound)
        known = len(entry.bodies) if sound == entry.sound else -1
        self._kept[draft.path] = _Kept(content, entry.header, entry.doubtful, sound, known)
        self._add(file)
        return True

    def _engage(self, drafts: list[Draft], helpers: int, *, keep: bool) -> Crew:
        """Parse files with the help of others; what they leave undone is done here."""
        from fastlint.facts.workers import Crew

        crew = Crew([draft.text for draft in drafts], range(len(drafts)), helpers, keep=keep)
        try:
            for number in crew.own:
                self._parse(drafts[number], keep=keep)
            for helper, read in crew.headers():
                draft = drafts[read.number]
                file = File(draft.path, Source(draft.path, draft.text.data), _decoder().decode(read.header))
                file.written = read.bodies
                file.owner = helper if keep and not read.bodies else None
                self._keep(file, draft, read.header, doubtful=read.doubtful)
            for draft in drafts:
                if draft.path not in self._files:
                    self._parse(draft, keep=keep)
        except BaseException:
            crew.close()
            raise
        return crew

    def _parse(self, draft: Draft, *, keep: bool) -> None:
        from fastlint.facts.extract import Parsed

        parsed = Parsed(draft.text)
        file = File(draft.path, Source(draft.path, draft.text.data), parsed.header, parsed if keep else None)
        if not keep:
            from fastlint.facts.serving import ahead

            file.written = ahead(parsed)
        self._keep(file, draft, parsed.header, doubtful=parsed.doubtful)

    def _keep(self, file: File, draft: Draft, header: Header | msgspec.Raw, *, doubtful: bool) -> None:
        sound = self._judged(file, draft.raw, doubtful=doubtful, sound=None)
        if self._cache is not None:
            self._kept[file.path] = _Kept(digest(draft.raw), header, doubtful, sound, -1)
        self._add(file)

    def _judged(self, file: File, raw: bytes, *, doubtful: bool, sound: bool | None) -> bool | None:
        """The second opinion on a file, which clears it or does not."""
        if doubtful and self._second_opinion is not None:
            if sound is None:
                sound = self._second_opinion(raw)
            if sound:
                file.header = msgspec.structs.replace(file.header, problems=())
        return sound

    def _save(self) -> None:
        entries: dict[str, Entry] = {}
        for path, kept in self._kept.items():
            file = self._files[path]
            if kept.known == len(file.written) and file.bodies.keys() <= file.written.keys():
                continue
            bodies = dict(file.written)
            for start, body in file.bodies.items():
                if start not in bodies:
                    bodies[start] = msgspec.Raw(_ENCODER.encode(body))
            header = kept.header if isinstance(kept.header, msgspec.Raw) else msgspec.Raw(_ENCODER.encode(kept.header))
            entries[path] = Entry(kept.content, header, kept.doubtful, kept.sound, bodies)
        if self._cache is not None:
            self._cache.save(entries)
