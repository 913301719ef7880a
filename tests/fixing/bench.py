"""Small tools for tests of fixes: places marked in the source with « and », fixes made by hand."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from fastlint.findings import Edit, Fix
from fastlint.fixing.apply import Applied, Bench
from fastlint.fixing.document import apply_edits
from fastlint.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable

PATH = "app/main.py"


class Marked:
    """Source without its marks, and the spans between them in the order in which they open."""

    def __init__(self, marked: str, path: str = PATH) -> None:
        source = ""
        opened: list[int] = []
        spans: dict[int, Span] = {}
        count = 0
        for character in text(marked):
            if character == "«":
                opened.append(count)
                spans[count] = Span(path, len(source.encode()), 0)
                count += 1
            elif character == "»":
                number = opened.pop()
                spans[number] = Span(path, spans[number].start, len(source.encode()))
            else:
                source += character
        self.source = source
        self.path = path
        self.at = [spans[number] for number in range(count)]

    def apply(self, *fixes: Fix) -> Applied:
        """What becomes of fixes of the file."""
        return apply(self.source.encode(), *fixes, path=self.path)


def apply(data: bytes, *fixes: Fix, path: str = PATH) -> Applied:
    """What becomes of fixes of a file; their text edits give what they write."""
    result = Bench(lambda wanted: data if wanted == path else b"").apply(fixes)
    if path in result.contents and b"coding" not in data[:200]:
        assert apply_edits(data, result.edits[path]) == result.contents[path]
    return result


def fix(*edits: Edit) -> Fix:
    """A fix made of edits."""
    return Fix("Mend it", "unsafe", edits)


def fixed(marked: str, *verbs: Callable[[Span], Edit], path: str = PATH) -> str:
    """A file after one fix of an edit for each mark, or of several edits for the one mark."""
    source = Marked(marked, path)
    places = source.at if len(source.at) == len(verbs) else source.at * len(verbs)
    result = source.apply(fix(*(verb(place) for verb, place in zip(verbs, places, strict=True))))
    assert not result.withheld, result.withheld
    return result.contents.get(path, source.source.encode()).decode()


def withheld(marked: str, *verbs: Callable[[Span], Edit]) -> str:
    """Why such a fix is not made."""
    source = Marked(marked)
    places = source.at if len(source.at) == len(verbs) else source.at * len(verbs)
    result = source.apply(fix(*(verb(place) for verb, place in zip(verbs, places, strict=True))))
    assert result.contents == {}
    return result.withheld[0]


def text(source: str) -> str:
    """Source without the indentation of the test around it."""
    return dedent(source).removeprefix("\n")
