"""What stood on several lines, on one: where that is too long, it is broken anew."""

from __future__ import annotations

from typing import TypeVar

import libcst as cst

from fastlint.fixing.comments import has_comment
from fastlint.fixing.layout import BLANK, NOTHING

_Node = TypeVar("_Node", bound=cst.CSTNode)
_LEFT = (cst.LeftParen, cst.LeftSquareBracket, cst.LeftCurlyBrace)
_RIGHT = (cst.RightParen, cst.RightSquareBracket, cst.RightCurlyBrace)


def flat(node: _Node) -> _Node:
    """An expression without line breaks; itself where comments or texts need them."""
    before = cst.Module([]).code_for_node(node)
    if "\n" not in before or has_comment([node]):
        return node
    changed = node.visit(_Flat())
    if not isinstance(changed, type(node)) or "\n" in cst.Module([]).code_for_node(changed):
        return node
    return changed


class _Flat(cst.CSTTransformer):
    def on_leave(  # type: ignore[override]
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> cst.CSTNode:
        if isinstance(original_node, cst.ParenthesizedWhitespace):
            return BLANK
        if isinstance(original_node, _LEFT) and _breaks(original_node.whitespace_after):
            return updated_node.with_changes(whitespace_after=NOTHING)
        if isinstance(original_node, _RIGHT) and _breaks(original_node.whitespace_before):
            return updated_node.with_changes(whitespace_before=NOTHING)
        if isinstance(original_node, cst.Dot):
            return cst.Dot()
        if isinstance(updated_node, cst.Call) and isinstance(original_node, cst.Call):
            return _call(original_node, updated_node)
        if isinstance(updated_node, (cst.List, cst.Set, cst.Dict)) and updated_node.elements:
            *head, last = updated_node.elements
            return updated_node.with_changes(elements=[*head, last.with_changes(comma=cst.MaybeSentinel.DEFAULT)])
        return updated_node


def _call(before: cst.Call, call: cst.Call) -> cst.Call:
    opening = NOTHING if _breaks(before.whitespace_before_args) else call.whitespace_before_args
    if not call.args:
        return call.with_changes(whitespace_before_args=opening)
    *head, last = call.args
    if "\n" in cst.Module([]).code_for_node(before.args[-1]):
        last = last.with_changes(comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=NOTHING)
    return call.with_changes(args=[*head, last], whitespace_before_args=opening)


def _breaks(blank: cst.BaseParenthesizableWhitespace) -> bool:
    return isinstance(blank, cst.ParenthesizedWhitespace)
