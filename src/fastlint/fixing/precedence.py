"""Parentheses: where an expression needs them that takes the place of another."""

from __future__ import annotations

from typing import Final, TypeVar

import libcst as cst

_Expression = TypeVar("_Expression", bound=cst.BaseExpression)

_PRIMARY: Final = (
    cst.Name,
    cst.Attribute,
    cst.Call,
    cst.Subscript,
    cst.BaseString,
    cst.BaseNumber,
    cst.Ellipsis,
    cst.BaseList,
    cst.BaseSet,
    cst.BaseDict,
)
_NEVER_BARE: Final = (cst.NamedExpr, cst.Yield, cst.Tuple, cst.GeneratorExp)
_OPEN: Final = (
    cst.Arg,
    cst.Assign,
    cst.AnnAssign,
    cst.AugAssign,
    cst.Return,
    cst.Expr,
    cst.Element,
    cst.DictElement,
    cst.Index,
    cst.Annotation,
    cst.Param,
    cst.If,
    cst.While,
    cst.WithItem,
    cst.Decorator,
    cst.For,
    cst.FormattedStringExpression,
    cst.Raise,
)
_TIGHT: Final = (cst.Attribute, cst.Subscript, cst.Call, cst.Await)


def in_place_of(old: cst.BaseExpression, new: _Expression, parent: cst.CSTNode | None) -> _Expression:
    """`new` with the parentheses of `old` around it, or with its own where it needs some in `old`'s place."""
    if new.lpar:
        return new
    if old.lpar:
        return new.with_changes(lpar=old.lpar, rpar=old.rpar)
    return parenthesized(new) if _needs_parentheses(new, parent) else new


def _needs_parentheses(new: cst.BaseExpression, parent: cst.CSTNode | None) -> bool:
    if isinstance(new, _PRIMARY):
        return isinstance(new, cst.BaseNumber) and isinstance(parent, cst.Attribute)
    if isinstance(new, cst.Await):
        return isinstance(parent, _TIGHT)
    return isinstance(new, _NEVER_BARE) or not isinstance(parent, _OPEN)


def bare(node: _Expression) -> _Expression:
    """An expression without the parentheses around it."""
    return node.with_changes(lpar=(), rpar=())


def parenthesized(node: _Expression) -> _Expression:
    """An expression in parentheses."""
    return node.with_changes(lpar=(cst.LeftParen(), *node.lpar), rpar=(*node.rpar, cst.RightParen()))
