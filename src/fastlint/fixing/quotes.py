"""Quotes around strings that fixes bring: those that the file prefers."""

from __future__ import annotations

import re
from typing import Final, TypeVar

import libcst as cst

_Node = TypeVar("_Node", bound=cst.CSTNode)
# comments and strings of several lines are matched first: what is quoted in them says nothing
_STRING: Final = re.compile(
    r"""#[^\n]*|(?:\"{3}(?:[^\\]|\\.)*?\"{3}|'{3}(?:[^\\]|\\.)*?'{3})|(?P<mark>['"])(?:[^\\\n]|\\.)*?(?P=mark)""",
    re.DOTALL,
)
_PLAIN: Final = re.compile(r'"[^"\'\\\n]*"')


def prefers_single(code: str) -> bool:
    """Whether most strings of a file stand in single quotes."""
    marks = [match["mark"] for match in _STRING.finditer(code)]
    return marks.count("'") > marks.count('"')


def requoted(node: _Node, code: str) -> _Node:
    """A new node with the quotes of a file around its strings, but for those that stand in the file as they are."""
    changed = node.visit(_Requote(code))
    return changed if isinstance(changed, type(node)) else node


class _Requote(cst.CSTTransformer):
    def __init__(self, code: str) -> None:
        super().__init__()
        self._code = code

    def leave_SimpleString(  # noqa: N802 - a name that libcst looks for
        self, original_node: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.BaseExpression:
        """Turn double quotes into single ones where nothing in the string speaks against it."""
        value = original_node.value
        if _PLAIN.fullmatch(value) and value not in self._code:
            return updated_node.with_changes(value=f"'{value[1:-1]}'")
        return updated_node
