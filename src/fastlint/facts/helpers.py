"""Helper processes: started, asked, awaited for so long, and ended whatever happens."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import warnings
from typing import TYPE_CHECKING, Final, TypeVar

from fastlint.facts import pipes

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterable, Iterator, Sequence

_Task = TypeVar("_Task")

MOST_PORTIONS: Final = 2000
"""As many tokens of portions fit into a pipe on every system."""

_TOKEN: Final = 2  # bytes that stand for a portion in the queue


class Helper:
    """One process, and the ends of the pipes to and from it.

    Attributes:
        process: the process, or its id where it is a copy of this one.
        handles: the ends of the pipes.
        alive: whether it has not been given up or ended.
    """

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


def forked(serve: Callable[[int, int], None], others: Iterable[Helper] = ()) -> Helper:
    """A copy of this process that does nothing but `serve(questions, answers)`, given its ends of two pipes.

    Args:
        serve: what the copy does.
        others: helpers whose pipes are not the copy's.

    Raises:
        OSError: there is no process or no pipe to be had.
    """
    asked, questions = os.pipe()
    answers, told = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # about threads, of which there are none of ours
        process = os.fork()
    if process:
        os.close(asked)
        os.close(told)
        return Helper(process, questions, answers, None)
    try:
        for handle in (questions, answers, *(handle for helper in others for handle in helper.handles)):
            os.close(handle)
        serve(asked, told)
    finally:
        os._exit(0)  # whatever happened: what is the parent's to flush and to clean up is not done twice


def can_fork() -> bool:
    """Whether a copy of this process would work: threads do not survive a fork, but the locks they hold do."""
    return hasattr(os, "fork") and sys.platform != "darwin" and threading.active_count() == 1


def taken(portions: Sequence[Sequence[_Task]]) -> Iterator[_Task]:
    """The tasks of those portions that this process takes from a queue that it shares with its copies."""
    # The queue is a pipe that is filled before it is shared; a read takes one token, and never half of one.
    queue, into = os.pipe()
    os.write(into, b"".join(index.to_bytes(_TOKEN, "big") for index in range(len(portions))))
    os.close(into)
    return _tokens(queue, portions)


def _tokens(queue: int, portions: Sequence[Sequence[_Task]]) -> Iterator[_Task]:
    try:
        while token := os.read(queue, _TOKEN):
            yield from portions[int.from_bytes(token, "big")]
    finally:
        os.close(queue)
