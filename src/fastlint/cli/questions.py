"""Questions before fixes: the finding, what its fix changes, and the answer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from fastlint.engine.report import visible
from fastlint.fixing.patch import patch
from fastlint.reporting.terminal import source_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastlint.findings import Finding
    from fastlint.fixing.passes import Answer
    from fastlint.reporting import Context

_ANSWERS: Final[Mapping[str, Answer]] = {"y": "yes", "n": "no", "a": "all", "q": "quit", "": "yes"}
_STYLES: Final = {"+": "green", "-": "red", "@": "cyan"}


class Questions:
    """Asks on stderr and reads answers from standard input; its end means that no more is wanted."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def ask(self, finding: Finding, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Answer:
        """Whether a fix is to be made."""
        context = self._context
        message = finding.fix.message if finding.fix else ""
        place = visible(context.shown(finding.at.path))
        sys.stderr.write(f"{place}: {finding.code} {finding.message}\n{visible(message)}:\n\n")
        for path in sorted(after):
            for line in patch(context.shown(path), before[path], after[path]).decode("utf-8", "replace").split("\n"):
                style = _STYLES.get(line[:1], "")
                shown = source_text(line.rstrip("\r"))
                sys.stderr.write(f"{context.paint(shown, style) if style else shown}\n")
        while True:
            sys.stderr.write("Fix this? [y]es, [n]o, [a]ll, [q]uit: ")
            sys.stderr.flush()
            line = sys.stdin.readline()
            if not line:
                sys.stderr.write("\n")
                return "quit"
            answer = _ANSWERS.get(line.strip().lower()[:1])
            if answer is not None:
                return answer
