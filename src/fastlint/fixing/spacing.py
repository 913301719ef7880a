"""Blank lines between statements that a fix puts next to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from fastlint.fixing.blocks import leading, with_leading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastlint.fixing.blocks import Line

EMPTY = cst.EmptyLine(indent=False)


def apart(lines: Iterable[Line], *, top: bool) -> list[Line]:
    """Lines with the customary blank lines around definitions; `top` if they stand at the top of a module."""
    result: list[Line] = []
    for line in lines:
        wanted = 0
        if result and (is_definition(line) or is_definition(result[-1])):
            wanted = 2 if top else 1
        result.append(spaced(line, wanted) if wanted else line)
    return result


def spaced(line: Line, wanted: int) -> Line:
    """A statement with at least so many blank lines above it and its comments."""
    above = tuple(leading(line))
    there = next((index for index, one in enumerate(above) if one.comment), len(above))
    return with_leading(line, (*[EMPTY] * (wanted - there), *above)) if there < wanted else line


def is_definition(line: cst.CSTNode) -> bool:
    """Whether a statement is a function or a class."""
    return isinstance(line, (cst.FunctionDef, cst.ClassDef))
