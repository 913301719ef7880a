"""Comments in a tree: what a change must not lose."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import libcst as cst

from fastlint.fixing.tree import within

if TYPE_CHECKING:
    from collections.abc import Sequence

_FOR_TOOLS: Final = re.compile(
    r"\s*(?:noqa|type:|pyright:|mypy:|pylint:|pragma:|fastlint:|nosec|fmt:|isort:|ruff:)", re.IGNORECASE
)


def is_for_tools(comment: str) -> bool:
    """Whether a comment speaks to tools only, about the code on its line: it may go with that code."""
    return all(map(_FOR_TOOLS.match, comment.split("#")[1:]))


def comments_of(node: cst.CSTNode) -> list[str]:
    """The comments in a node that people wrote for people."""
    return [
        inside.value for inside in within(node) if isinstance(inside, cst.Comment) and not is_for_tools(inside.value)
    ]


def has_comment(nodes: Sequence[cst.CSTNode]) -> bool:
    """Whether any comment stands in nodes."""
    return any(isinstance(inside, cst.Comment) for node in nodes for inside in within(node))
