"""A copy of this process that does part of the work, with all that is known so far, while this one does the rest."""

from __future__ import annotations

import os
import time
import warnings
from typing import TYPE_CHECKING

from fastlint.facts import pipes
from fastlint.facts.workers import PATIENCE, SLOWEST, Helper, can_fork

if TYPE_CHECKING:
    from collections.abc import Callable

_NOBODY = -1  # a twin is asked nothing: it knows what to do


class Twin:
    """The copy, and its answer."""

    def __init__(self, helper: Helper) -> None:
        self._helper = helper
        self._started = time.monotonic()
        helper.ask(None)

    def answer(self) -> bytes | None:
        """What the copy found out; None if it failed, or takes much longer than this process took until now."""
        patience = max(PATIENCE, SLOWEST * (time.monotonic() - self._started))
        found = self._helper.answer(patience)
        self._helper.kill()
        return found


def twin(work: Callable[[], bytes]) -> Twin | None:
    """Start a copy of this process that does some work; None where there can be none."""
    if not can_fork():
        return None
    try:
        answers, told = os.pipe()
    except OSError:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # about threads, of which there are none of ours
            process = os.fork()
    except OSError:
        os.close(answers)
        os.close(told)
        return None
    if process:
        os.close(told)
        return Twin(Helper(process, _NOBODY, answers, None))
    try:
        os.close(answers)
        pipes.send(told, work())
    finally:
        os._exit(0)  # whatever happened: what is the parent's to flush and to clean up is not done twice
