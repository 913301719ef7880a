"""The facts of the files of a project, read or still to be read."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Final

import msgspec

from fastlint.facts.encodings import Text
from fastlint.facts.helpers import can_fork
from fastlint.facts.records import Body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from typing_extensions import Self

    from fastlint.facts.extract import Bodies
    from fastlint.facts.records import Function, Header
    from fastlint.facts.serving import Wanted
    from fastlint.facts.workers import Crew
    from fastlint.text import Source

WORTH_HELPERS: Final = 1_500_000
"""So many bytes to parse pay for more than one process."""

_WORTH_ASKING: Final = 100_000  # bytes of functions that pay for a message to a helper
_WORTH_KEEPING: Final = 200_000  # bytes of a file that take a while to look through for each function
_PORTION: Final = 8_000_000  # bytes of functions whose bodies are sent in one message
_HERE: Final = -1  # this process, among the helpers
_ENCODER: Final = msgspec.msgpack.Encoder()


@cache
def _decoder() -> msgspec.msgpack.Decoder[Body]:
    """What reads bodies that were written; made late, as it knows all records, and a small project writes none."""
    return msgspec.msgpack.Decoder(Body)


class File:
    """What one file says: `fastlint.facts.files.FileFacts`.

    Attributes:
        path: posix path relative to the project root.
        source: its text.
        header: all of it but the bodies of its functions.
        tree: what bodies are read from, once there is something to read from.
        owner: the worker that has the tree, if one has.
        ask: has the owner tell the bodies that it has not told yet; None where there is nobody to ask.
        written: bodies as they were written by a worker or stand in the cache, by the start of their function.
        bodies: bodies read, by the start of their function.
    """

    __slots__ = ("ask", "bodies", "header", "owner", "path", "source", "tree", "written")

    def __init__(self, path: str, source: Source, header: Header, tree: Bodies | None = None) -> None:
        self.path = path
        self.source = source
        self.header = header
        self.tree = tree
        self.owner: int | None = None
        self.ask: Callable[[File], None] | None = None
        self.written: dict[int, msgspec.Raw] = {}
        self.bodies: dict[int, Body] = {}

    def body(self, function: Function) -> Body:
        """The body of a function of this file; the same object each time it is asked for."""
        found = self.bodies.get(function.start)
        if found is None:
            if self.ask is not None and function.start not in self.written:
                # One body is seldom all that is wanted of a file, and here it would have to be parsed again.
                self.ask(self)
            found = self._decoded(function.start)
            if found is None:
                self.read([(function.start, function.end)])
                return self.bodies[function.start]
            self.bodies[function.start] = found
        return found

    def lacks(self, start: int) -> bool:
        """Whether the body of the function that starts there is still to be read."""
        return start not in self.bodies and start not in self.written

    def read(self, spans: Iterable[tuple[int, int]]) -> None:
        """Read the bodies of the functions that span these bytes, from the tree or by parsing just them."""
        tree = self.tree
        if tree is None:
            from fastlint.facts.extract import Bodies  # a warm run needs no parser

            tree = Bodies(self.source.data)
            if len(self.source.data) > _WORTH_KEEPING:
                self.tree = tree
        for start, end in spans:
            self.bodies[start] = tree.body(start, end)

    def _decoded(self, start: int) -> Body | None:
        raw = self.written.get(start)
        if raw is None:
            return None
        try:
            return _decoder().decode(raw)
        except (msgspec.MsgspecError, RecursionError):
            del self.written[start]
            return None


class Store:
    """The facts of all files of a project: `fastlint.facts.files.FactsStore`.

    Attributes:
        files: by path, sorted.
    """

    def __init__(
        self,
        files: Mapping[str, File],
        *,
        jobs: int = 1,
        crew: Crew | None = None,
        numbers: Mapping[str, int] | None = None,
        save: Callable[[], None] | None = None,
    ) -> None:
        self.files = files
        self._jobs = jobs
        self._crew = crew
        self._numbers = numbers or {}
        self._save = save
        self._known: dict[str, int] = {}  # how many bodies of each file were known when a copy parted
        for file in files.values() if crew is not None else ():
            if file.owner is not None:
                file.ask = self._told

    def prefetch(self, wanted: Iterable[tuple[str, Function]]) -> None:
        """Read the bodies of many functions (path, function) at once, using all processes."""
        lacking: dict[str, dict[int, int]] = {}
        for path, function in wanted:
            if self.files[path].lacks(function.start):
                lacking.setdefault(path, {})[function.start] = function.end
        size = sum(_size(spans) for spans in lacking.values())
        if size < _WORTH_ASKING:  # they are read when they are asked for
            return
        if self._crew is None and self._jobs > 1 and size > WORTH_HELPERS:
            self._engage()
        with uncollected():
            for portion in _portions(lacking):
                self._fetch(portion)

    def _fetch(self, lacking: Mapping[str, Mapping[int, int]]) -> None:
        """Read the bodies of functions, given by start and end, here and in the helpers at the same time."""
        own, asked = self._shares(lacking)
        if self._crew is not None:
            for helper, paths in asked.items():
                self._crew.ask(helper, [one for path in paths for one in self._wanted(path, lacking[path])])
        for path in own:
            self.files[path].read(lacking[path].items())
        if self._crew is not None:
            paths_by_number = {self._numbers[path]: path for paths in asked.values() for path in paths}
            for helper in asked:
                for read in self._crew.bodies(helper):
                    self.files[paths_by_number[read.number]].written[read.start] = read.body

    def _wanted(self, path: str, spans: Mapping[int, int]) -> list[Wanted]:
        """What to ask a helper for: all bodies of a file whose tree it has, else just these."""
        file = self.files[path]
        number = self._numbers[path]
        if file.ask is not None:
            file.ask = None
            return [(number, 0, 0)]
        return [(number, start, end) for start, end in spans.items()]

    def _told(self, file: File) -> None:
        """Have the helper that has the tree of a file tell all the bodies that are not known yet."""
        wanted = self._wanted(file.path, {})
        if self._crew is not None and file.owner in self._crew.alive:
            self._crew.ask(file.owner, wanted)
            for read in self._crew.bodies(file.owner):
                file.written[read.start] = read.body

    @property
    def pays_for_a_copy(self) -> bool:
        """Whether a copy of this process may take a share of the work on what is read, and there is enough of it."""
        if self._jobs < 2 or not can_fork():  # noqa: PLR2004
            return False
        return sum(len(file.source.data) for file in self.files.values()) > WORTH_HELPERS

    def part(self) -> None:
        """Be the store of a copy of the process that read the files, whose helpers are not the copy's to ask."""
        self._crew = None
        self._jobs = 1
        for file in self.files.values():
            file.ask = None
        self._known = {path: len(file.bodies) for path, file in self.files.items()}

    def news(self) -> dict[str, dict[int, msgspec.Raw]]:
        """The bodies that a copy has read since it parted, by path and start of the function, if they are saved."""
        if self._save is None:
            return {}
        read = {path: list(file.bodies.items())[self._known[path] :] for path, file in self.files.items()}
        return {
            path: {start: msgspec.Raw(_ENCODER.encode(body)) for start, body in bodies}
            for path, bodies in read.items()
            if bodies
        }

    def learn(self, news: Mapping[str, Mapping[int, msgspec.Raw]]) -> None:
        """Take over what a copy has read."""
        for path, bodies in news.items():
            self.files[path].written.update(bodies)

    def close(self) -> None:
        """Save what was read, and let the helpers go."""
        if self._crew is not None:
            self._crew.close()
            self._crew = None
        if self._save is not None:
            self._save()
            self._save = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _engage(self) -> None:
        """Have helpers after all: what is known is from the cache, and it lacks much."""
        from fastlint.facts.workers import Crew

        self._numbers = {path: number for number, path in enumerate(self.files)}
        texts = [Text(file.source.data, "utf-8", ()) for file in self.files.values()]
        self._crew = Crew(texts, (), self._jobs - 1, keep=False)

    def _shares(self, lacking: Mapping[str, Mapping[int, int]]) -> tuple[list[str], dict[int, list[str]]]:
        """Which files this process reads bodies of, and which each helper: who has the tree, or has least to do."""
        own: list[str] = []
        asked: dict[int, list[str]] = {helper: [] for helper in (self._crew.alive if self._crew else ())}
        loads = dict.fromkeys((_HERE, *asked), 0)
        for path in sorted(lacking, key=lambda path: (not self._is_held(path), -_size(lacking[path]))):
            file = self.files[path]
            taker = min(loads, key=loads.__getitem__)
            if file.tree is not None or path not in self._numbers:
                taker = _HERE
            elif file.owner in asked:
                taker = file.owner
            loads[taker] += _size(lacking[path])
            (own if taker == _HERE else asked[taker]).append(path)
        return own, {helper: paths for helper, paths in asked.items() if paths}

    def _is_held(self, path: str) -> bool:
        file = self.files[path]
        return file.tree is not None or file.owner is not None


def _portions(lacking: Mapping[str, Mapping[int, int]]) -> Iterator[dict[str, Mapping[int, int]]]:
    """As much at a time as is no burden to memory while it is sent."""
    portion: dict[str, Mapping[int, int]] = {}
    size = 0
    for path, spans in lacking.items():
        portion[path] = spans
        size += _size(spans)
        if size > _PORTION:
            yield portion
            portion, size = {}, 0
    if portion:
        yield portion


def _size(spans: Mapping[int, int]) -> int:
    return sum(end - start for start, end in spans.items())


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the garbage collector, which finds nothing in trees and records, and takes its time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
