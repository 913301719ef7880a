"""What makes a finding the same one after edits elsewhere: its rule, file, definition and line, never a line number."""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec

from fastlint.engine.report import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fastlint.engine.sources import Sources
    from fastlint.findings import Finding

_LONGEST = 200  # characters of a line that are kept as they are; the rest is told apart by a checksum


class Identity(msgspec.Struct, frozen=True, order=True):
    """A finding without its place in numbers; several findings may share one.

    Attributes:
        path: posix path relative to the project root.
        rule: the code.
        symbol: the innermost definition around it, local to its module.
        line: the text that it starts on, blanks evened out.
    """

    path: str
    rule: str
    symbol: str
    line: str


def identities(findings: Iterable[Finding], sources: Sources) -> list[Identity]:
    """The identity of each finding."""
    return [identity(finding, sources) for finding in findings]


def identity(finding: Finding, sources: Sources) -> Identity:
    """A finding's identity."""
    source = sources.get(finding.at.path)
    line = visible(" ".join(source.line(source.row(finding.at.start)).split())) if source.data else ""
    if len(line) > _LONGEST:
        line = f"{line[:_LONGEST]}… {blake2b(line.encode('utf-8', 'replace'), digest_size=8).hexdigest()}"
    return Identity(finding.at.path, finding.code, finding.symbol, line)


def numbered(found: Sequence[Identity]) -> list[tuple[Identity, int]]:
    """Each identity with the number that tells it from equal ones before it, from 1."""
    seen: Counter[Identity] = Counter()
    result = []
    for one in found:
        seen[one] += 1
        result.append((one, seen[one]))
    return result
