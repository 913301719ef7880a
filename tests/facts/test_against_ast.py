"""The running interpreter's own library, read by its own parser and by us: the same functions with the same in them."""

from __future__ import annotations

import pytest

from facts.corpus import LIBRARY, paths
from facts.tellings import AstTelling, FactTelling, parsed
from fastlint.facts.load import facts_of

CHOSEN = [
    *paths("*.py", "asyncio/*.py", "collections/*.py", "email/*.py", "importlib/*.py", "unittest/*.py"),
    *paths("test/test_[gp]*.py", "test/test_f[aosu]*.py", "test/test_type_*.py", "test/test_asyncio/test_[s]*.py"),
]
# What the grammar stumbles over; the rest of the file is read nevertheless.
STUMBLES = {"test/test_compile.py"}  # a dedent within parentheses, behind a dot


@pytest.mark.parametrize("path", CHOSEN)
def test_the_library_is_read_as_python_reads_it(path: str) -> None:
    data = (LIBRARY / path).read_bytes()
    file = facts_of(path, data)
    ours = FactTelling(file).told
    tree = parsed(data)
    if tree is None:  # some tests are about what cannot be parsed; we must not crash
        return
    theirs = AstTelling(tree).told
    if path in STUMBLES:
        assert len(ours) > len(theirs) * 0.9
        return
    assert not file.header.problems
    assert ours == theirs


def test_the_library_is_there() -> None:
    assert len(CHOSEN) > 200
