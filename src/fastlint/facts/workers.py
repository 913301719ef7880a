"""Helper processes: started, asked, awaited for so long, and ended whatever happens."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from typing import TYPE_CHECKING, Final

import msgspec

from fastlint.facts import pipes
from fastlint.facts.serving import ReadBody, ReadHeader, Task, Wanted, serve

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fastlint.facts.encodings import Text

PATIENCE: Final = 60.0
"""Seconds that a helper is waited for at least; then it counts as hung."""

SLOWEST: Final = 10
"""A helper may take so many times as long as this process took for its share, which is about as large."""

_PORTION: Final = 100_000  # bytes that a process takes from the queue at a time
_TOKEN: Final = 2  # bytes that stand for a portion in the queue
_MOST_PORTIONS: Final = 2000  # as many tokens fit into a pipe on every system
_ENCODER: Final = msgspec.msgpack.Encoder()
_HEADERS: Final = msgspec.msgpack.Decoder(list[ReadHeader])
_BODIES: Final = msgspec.msgpack.Decoder(list[ReadBody])


class _Helper:
    """One process, and the ends of the pipes to and from it."""

    def __init__(
        self, process: int | subprocess.Popen[bytes], questions: int, answers: int, greeting: bytes | None
    ) -> None:
        self.process = process
        self.handles = (questions, answers)
        self.alive = True
        self._exchange: pipes.Exchange | None = None
        self._greeting = greeting

    def ask(self, question: bytes | None) -> None:
        """Put a question, or with None just await what the process has to say."""
        self._exchange = pipes.Exchange(*self.handles, question)

    def start(self) -> None:
        """Await the headers."""
        self.ask(self._greeting)
        self._greeting = None

    def answer(self, seconds: float) -> bytes | None:
        """The answer; a process that does not give one is given up."""
        found = self._exchange.answer(seconds) if self._exchange else None
        if found is None:
            self.kill()
        self._exchange = None
        return found

    def kill(self) -> None:
        """End the process at once."""
        if not self.alive:
            return
        self.alive = False
        if isinstance(self.process, int):
            with contextlib.suppress(OSError):
                os.kill(self.process, signal.SIGKILL)
            with contextlib.suppress(OSError):
                os.waitpid(self.process, 0)
        else:
            self.process.kill()
            self.process.wait()
        if self._exchange:
            self._exchange.join()  # it has met the end of its pipe
        for handle in self.handles:
            with contextlib.suppress(OSError):
                os.close(handle)


class Crew:
    """The helpers of a run.

    Attributes:
        own: the numbers of the files that are left to this process, to be taken one by one.
    """

    def __init__(self, texts: Sequence[Text], tasks: Sequence[int], helpers: int, *, keep: bool) -> None:
        self._asked = time.monotonic()
        self._deadline: float | None = None
        self._helpers: list[_Helper] = []
        portions = portioned(texts, tasks)
        forking = _can_fork()
        shares = [
            [number for portion in portions[at :: helpers + 1] for number in portion] for at in range(helpers + 1)
        ]
        # Copies of this process take portions from one queue, so that all end at once; strangers get a fixed share.
        self.own = _taken(portions) if forking else iter(shares[0])
        with contextlib.suppress(OSError):  # no more processes or pipes to be had: fewer will do
            for share in shares[1:]:
                if forking:
                    self._helpers.append(self._fork(texts, keep=keep))
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

    def _answer(self, helper: _Helper) -> bytes | None:
        now = time.monotonic()
        if self._deadline is None:  # the same for all: they were asked at the same time
            self._deadline = now + max(PATIENCE, SLOWEST * (now - self._asked))
        return helper.answer(max(0.0, self._deadline - now))

    def _fork(self, texts: Sequence[Text], *, keep: bool) -> _Helper:
        asked, questions = os.pipe()
        answers, told = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # about threads, of which there are none of ours
            process = os.fork()
        if process:
            os.close(asked)
            os.close(told)
            return _Helper(process, questions, answers, None)
        try:
            for handle in (questions, answers, *(handle for helper in self._helpers for handle in helper.handles)):
                os.close(handle)
            serve(texts, self.own, keep=keep, questions=asked, answers=told)
        finally:
            os._exit(0)  # whatever happened: what is the parent's to flush and to clean up is not done twice


def _spawned(task: Task) -> _Helper:
    """A helper in a fresh interpreter."""
    # Isolated, so that nothing in the directory that is linted passes for a module.
    path = [place for place in sys.path if place]
    code = f"import sys; sys.path[:] = {path!r}; from fastlint.facts.serving import main; main()"
    asked, questions = os.pipe()
    answers, told = os.pipe()
    process = subprocess.Popen([sys.executable, "-I", "-c", code], stdin=asked, stdout=told)  # noqa: S603
    os.close(asked)
    os.close(told)
    return _Helper(process, questions, answers, _ENCODER.encode(task))


def _can_fork() -> bool:
    """Whether a copy of this process would work: threads do not survive a fork, but the locks they hold do."""
    return hasattr(os, "fork") and sys.platform != "darwin" and threading.active_count() == 1


def portioned(texts: Sequence[Text], tasks: Sequence[int]) -> list[list[int]]:
    """Files in handy portions, large files first, so that nobody is left with a large one in the end."""
    portions: list[list[int]] = []
    room = 0
    portion = max(_PORTION, sum(len(texts[number].data) for number in tasks) // _MOST_PORTIONS)
    for number in sorted(tasks, key=lambda number: -len(texts[number].data)):
        size = len(texts[number].data)
        if size > room:
            portions.append([])
            room = portion
        portions[-1].append(number)
        room -= size
    return portions


def _taken(portions: list[list[int]]) -> Iterator[int]:
    """The files of those portions that this process takes from a queue that it shares with its copies."""
    # The queue is a pipe that is filled before it is shared; a read takes one token, and never half of one.
    queue, into = os.pipe()
    os.write(into, b"".join(index.to_bytes(_TOKEN, "big") for index in range(len(portions))))
    os.close(into)
    return _tokens(queue, portions)


def _tokens(queue: int, portions: list[list[int]]) -> Iterator[int]:
    try:
        while token := os.read(queue, _TOKEN):
            yield from portions[int.from_bytes(token, "big")]
    finally:
        os.close(queue)
