"""Messages between processes: length and content over pipes, waited for no longer than a deadline."""

from __future__ import annotations

import os
import threading
from typing import Final

_LENGTH: Final = 8
_CHUNK: Final = 1 << 20


def send(handle: int, message: bytes) -> None:
    """Write a message; OSError if nobody reads any more."""
    for part in (len(message).to_bytes(_LENGTH, "big"), message):
        view = memoryview(part)
        while view:
            view = view[os.write(handle, view) :]


def receive(handle: int) -> bytes | None:
    """The next message, None if there is none any more."""
    length = _exactly(handle, _LENGTH)
    return None if length is None else _exactly(handle, int.from_bytes(length, "big"))


def _exactly(handle: int, length: int) -> bytes | None:
    parts: list[bytes] = []
    while length:
        part = os.read(handle, min(length, _CHUNK))
        if not part:
            return None
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


class Exchange(threading.Thread):
    """A question to another process, and its answer, while this one goes on working.

    A thread, as nothing else waits for a pipe with a deadline on every system.
    """

    def __init__(self, questions: int, answers: int, question: bytes | None) -> None:
        super().__init__(daemon=True)
        self._questions = questions
        self._question = question
        self._answers = answers
        self._answer: bytes | None = None
        self.start()

    def run(self) -> None:
        """Send the question, if there is one, and await the answer."""
        try:
            if self._question is not None:
                send(self._questions, self._question)
            self._answer = receive(self._answers)
        except (OSError, MemoryError):
            self._answer = None

    def answer(self, seconds: float) -> bytes | None:
        """The answer, None if the other process died or did not answer in time."""
        self.join(seconds)
        return None if self.is_alive() else self._answer
