"""The crew that reads files: what its helpers are asked, and how long they are awaited."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec

from fastlint.facts.helpers import MOST_PORTIONS, Helper, can_fork, forked, taken
from fastlint.facts.serving import ReadBody, ReadHeader, Task, Wanted, serve

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fastlint.facts.encodings import Text

PATIENCE: Final = 60.0
"""Seconds that a helper is waited for at least; then it counts as hung."""

SLOWEST: Final = 10
"""A helper may take so many times as long as this process took for its share, which is about as large."""

_PORTION: Final = 100_000  # bytes that a process takes from the queue at a time
_ENCODER: Final = msgspec.msgpack.Encoder()
_HEADERS: Final = msgspec.msgpack.Decoder(list[ReadHeader])
_BODIES: Final = msgspec.msgpack.Decoder(list[ReadBody])


class Crew:
    """The helpers of a run.

    Attributes:
        own: the numbers of the files that are left to this process, to be taken one by one.
    """

    def __init__(self, texts: Sequence[Text], tasks: Sequence[int], helpers: int, *, keep: bool) -> None:
        self._asked = time.monotonic()
        self._deadline: float | None = None
        self._helpers: list[Helper] = []
        portions = portioned(texts, tasks)
        forking = can_fork()
        shares = [
            [number for portion in portions[at :: helpers + 1] for number in portion] for at in range(helpers + 1)
        ]
        # Copies of this process take portions from one queue, so that all end at once; strangers get a fixed share.
        self.own = taken(portions) if forking else iter(shares[0])
        with contextlib.suppress(OSError):  # no more processes or pipes to be had: fewer will do
            for share in shares[1:]:
                if forking:
                    self._helpers.append(forked(partial(serve, texts, self.own, keep=keep), self._helpers))
                else:
                    self._helpers.append(_spawned(Task(list(texts), share, keep)))
        for helper in self._helpers:
            helper.start()

    @property
    def alive(self) -> list[int]:
        """The helpers that still answer."""
        return [index for index, helper in enumerate(self._helpers) if helper.alive]

    def headers(self) -> Iterator[tuple[int, ReadHeader]]:
        """What the helpers have read: each header with the helper that has the tree."""
        for index, helper in enumerate(self._helpers):
            message = self._answer(helper)
            for read in _HEADERS.decode(message) if message else ():
                yield index, read

    def ask(self, index: int, wanted: Sequence[Wanted]) -> None:
        """Have a helper read bodies."""
        self._asked = time.monotonic()
        self._deadline = None
        self._helpers[index].ask(_ENCODER.encode(wanted))

    def bodies(self, index: int) -> list[ReadBody]:
        """The bodies that a helper was asked for, none if it failed."""
        message = self._answer(self._helpers[index])
        return _BODIES.decode(message) if message else []

    def close(self) -> None:
        """End all helpers."""
        for helper in self._helpers:
            helper.kill()

    def _answer(self, helper: Helper) -> bytes | None:
        now = time.monotonic()
        if self._deadline is None:  # the same for all: they were asked at the same time
            self._deadline = now + max(PATIENCE, SLOWEST * (now - self._asked))
        return helper.answer(max(0.0, self._deadline - now))


def _spawned(task: Task) -> Helper:
    """A helper in a fresh interpreter."""
    # Isolated, so that nothing in the directory that is linted passes for a module.
    path = [place for place in sys.path if place]
    code = f"import sys; sys.path[:] = {path!r}; from fastlint.facts.serving import main; main()"
    asked, questions = os.pipe()
    answers, told = os.pipe()
    process = subprocess.Popen([sys.executable, "-I", "-c", code], stdin=asked, stdout=told)  # noqa: S603
    os.close(asked)
    os.close(told)
    return Helper(process, questions, answers, _ENCODER.encode(task))


def portioned(texts: Sequence[Text], tasks: Sequence[int]) -> list[list[int]]:
    """Files in handy portions, large files first, so that nobody is left with a large one in the end."""
    portions: list[list[int]] = []
    room = 0
    portion = max(_PORTION, sum(len(texts[number].data) for number in tasks) // MOST_PORTIONS)
    for number in sorted(tasks, key=lambda number: -len(texts[number].data)):
        size = len(texts[number].data)
        if size > room:
            portions.append([])
            room = portion
        portions[-1].append(number)
        room -= size
    return portions
