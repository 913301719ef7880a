"""One construct, broken over several lines."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeVar

import libcst as cst

from fastlint.fixing.comments import has_comment
from fastlint.fixing.layout import BLANK, NOTHING, Blank, after, comma_of, plain, without_end
from fastlint.fixing.tree import within

if TYPE_CHECKING:
    from collections.abc import Sequence

_Node = TypeVar("_Node", cst.Arg, cst.Param, cst.ImportAlias, cst.ParamStar, cst.ParamSlash)
_Element = TypeVar("_Element", cst.SubscriptElement, cst.BaseElement, cst.BaseDictElement)
_Left = TypeVar("_Left", cst.LeftSquareBracket, cst.LeftCurlyBrace)
_Right = TypeVar("_Right", cst.RightSquareBracket, cst.RightCurlyBrace)
_EMPTY = cst.Module([])


def broken(node: cst.CSTNode, indent: str, block: str, step: str, width: int) -> cst.CSTNode | None:
    """A call, a function's head or an import with its items on lines of their own; None if it cannot be broken.

    Args:
        node: what is on one line.
        indent: the indentation of that line.
        block: the indentation of the block around it, which is part of that.
        step: one level of indentation.
        width: how long lines may be.
    """
    if not indent.startswith(block):
        return None
    new = _broken(node, indent, block, step, width)
    return new if new is not None and _comments(new) == _comments(node) else None


def _broken(node: cst.CSTNode, indent: str, block: str, step: str, width: int) -> cst.CSTNode | None:
    outer = _line_break(indent[len(block) :])
    inner = _line_break(indent[len(block) :] + step)
    room = width - len(indent) - len(step)
    if isinstance(node, cst.Call):
        return _call(node, inner, outer, room)
    if isinstance(node, cst.FunctionDef):
        return _function(node, inner, outer, room)
    if isinstance(node, cst.ImportFrom):
        return _import(node, inner, outer)
    if isinstance(node, cst.Await):
        return _await(node, inner, outer)
    return _display(node, inner, outer, room)


def is_breakable(node: cst.CSTNode) -> bool:
    """Whether a node has items between brackets."""
    if isinstance(node, cst.Await):
        return len(node.lpar) == 1
    kinds = (cst.Call, cst.FunctionDef, cst.ImportFrom, cst.Dict, cst.List)
    return isinstance(node, kinds) or (isinstance(node, cst.Subscript) and len(node.slice) > 1)


def hung(node: cst.Await, step: str) -> cst.Await:
    """`(await f(…))` with lines of their own for its parentheses, where the call is broken already.

    Args:
        node: what was put into parentheses.
        step: one level of indentation.
    """
    call = node.expression
    if len(node.lpar) != 1 or not isinstance(call, cst.Call) or not call.args:
        return node
    comma = comma_of(call.args[-1])
    closing = comma.whitespace_after if comma is not None else after(call.args[-1])
    if not isinstance(closing, cst.ParenthesizedWhitespace):
        return node
    indent = closing.last_line.value
    moved = node.visit(_Indented(step))
    lpar = cst.LeftParen(whitespace_after=_line_break(indent + step))
    rpar = cst.RightParen(whitespace_before=_line_break(indent))
    return moved.with_changes(lpar=(lpar,), rpar=(rpar,)) if isinstance(moved, cst.Await) else node


class _Indented(cst.CSTTransformer):
    """Moves the lines of an expression, its first excepted, one level further in."""

    def __init__(self, step: str) -> None:
        super().__init__()
        self._step = step

    def leave_ParenthesizedWhitespace(  # noqa: N802 - libcst's name
        self, original_node: cst.ParenthesizedWhitespace, updated_node: cst.ParenthesizedWhitespace
    ) -> cst.ParenthesizedWhitespace:
        lines = [
            line.with_changes(whitespace=self._further(line.whitespace)) if line.comment else line
            for line in original_node.empty_lines
        ]
        return updated_node.with_changes(empty_lines=lines, last_line=self._further(original_node.last_line))

    def _further(self, blank: cst.SimpleWhitespace) -> cst.SimpleWhitespace:
        return cst.SimpleWhitespace(blank.value + self._step)


def _line_break(indent: str) -> cst.ParenthesizedWhitespace:
    return cst.ParenthesizedWhitespace(
        first_line=cst.TrailingWhitespace(whitespace=NOTHING), indent=True, last_line=cst.SimpleWhitespace(indent)
    )


def _call(node: cst.Call, inner: Blank, outer: Blank, room: int) -> cst.Call | None:
    if not node.args:
        return None
    hanging = _hanging(node.whitespace_before_args, node.args)
    if hanging is not None:
        inner, outer = hanging
    elif not _is_flat([node.whitespace_before_args, *node.args]):
        return None
    sole = len(node.args) == 1 and isinstance(node.args[0].value, cst.GeneratorExp) and not node.args[0].value.lpar
    fits = hanging is None and len(_code(node.args).rstrip(" ,")) <= room
    args = [_spaced(arg, BLANK if fits else inner) for arg in node.args]
    last = args[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=outer)
    if not fits and not sole:
        last = last.with_changes(comma=cst.Comma(whitespace_after=outer), whitespace_after_arg=NOTHING)
    return node.with_changes(args=[*args[:-1], last], whitespace_before_args=inner)


def _await(node: cst.Await, inner: Blank, outer: Blank) -> cst.Await | None:
    if not _is_flat([node]):
        return None
    lpar, rpar = cst.LeftParen(whitespace_after=inner), cst.RightParen(whitespace_before=outer)
    return node.with_changes(lpar=(lpar,), rpar=(rpar,))


def _hanging(opening: Blank, items: Sequence[cst.Arg | cst.Param]) -> tuple[Blank, Blank] | None:
    """The line breaks around items that share a line of their own between their brackets."""
    last = items[-1]
    comma = comma_of(last)
    closing = comma.whitespace_after if comma is not None else after(last)
    breaks = isinstance(opening, cst.ParenthesizedWhitespace) and isinstance(closing, cst.ParenthesizedWhitespace)
    if len(items) == 1 or not breaks:
        return None
    return (opening, closing) if _is_flat([*items[:-1], without_end(last)]) else None


def _function(node: cst.FunctionDef, inner: Blank, outer: Blank, room: int) -> cst.FunctionDef | None:
    params = node.params
    parts: Sequence[cst.CSTNode] = params.children
    items = [part for part in parts if isinstance(part, cst.Param)]
    hanging = _hanging(node.whitespace_before_params, items) if items and items[-1] is parts[-1] else None
    if hanging is not None:
        inner, outer = hanging
    elif not parts or not _is_flat([node.whitespace_before_params, params]):
        return None
    # formatters put a comma behind the only parameter
    fits = hanging is None and len(items) > 1 and len(_EMPTY.code_for_node(params).rstrip(" ,")) <= room
    gap = BLANK if fits else inner
    last = parts[-1]

    def placed(part: _Node) -> _Node:
        if part is not last:
            return _spaced(part, gap)
        if fits:
            part = part.with_changes(comma=cst.MaybeSentinel.DEFAULT)
            return part.with_changes(whitespace_after_param=outer) if isinstance(part, cst.Param) else part
        part = part.with_changes(comma=cst.Comma(whitespace_after=outer))
        return part.with_changes(whitespace_after_param=NOTHING) if isinstance(part, cst.Param) else part

    star, slash, double = params.star_arg, params.posonly_ind, params.star_kwarg
    if isinstance(last, (cst.ParamSlash, cst.ParamStar)):
        return None  # timid: `def f(a, /)` with a head that long has never been seen
    star = placed(star) if isinstance(star, cst.Param) else star
    star = placed(star) if isinstance(star, cst.ParamStar) else star
    return node.with_changes(
        whitespace_before_params=inner,
        params=params.with_changes(
            posonly_params=[placed(part) for part in params.posonly_params],
            posonly_ind=placed(slash) if isinstance(slash, cst.ParamSlash) else slash,
            params=[placed(part) for part in params.params],
            star_arg=star,
            kwonly_params=[placed(part) for part in params.kwonly_params],
            star_kwarg=placed(double) if double is not None else None,
        ),
    )


def _import(node: cst.ImportFrom, inner: Blank, outer: Blank) -> cst.ImportFrom | None:
    if isinstance(node.names, cst.ImportStar) or not _is_flat(node.names):
        return None
    names = [_spaced(alias, inner) for alias in node.names]
    names[-1] = names[-1].with_changes(comma=cst.Comma(whitespace_after=outer))
    left = cst.LeftParen(whitespace_after=inner)
    return node.with_changes(names=names, lpar=left, rpar=cst.RightParen(whitespace_before=NOTHING))


def _display(node: cst.CSTNode, inner: Blank, outer: Blank, room: int) -> cst.CSTNode | None:
    """A subscript, a list or a dict with its items on lines of their own."""
    if isinstance(node, cst.Subscript):
        slices = _elements(node.slice, inner, room)
        brackets = _opened(node.lbracket, inner), _closed(node.rbracket, outer)
        return node.with_changes(slice=slices, lbracket=brackets[0], rbracket=brackets[1]) if slices else None
    if isinstance(node, cst.List):
        items = _elements(node.elements, inner)
        brackets = _opened(node.lbracket, inner), _closed(node.rbracket, outer)
        return node.with_changes(elements=items, lbracket=brackets[0], rbracket=brackets[1]) if items else None
    if isinstance(node, cst.Dict):
        pairs = _elements(node.elements, inner)
        braces = _opened(node.lbrace, inner), _closed(node.rbrace, outer)
        return node.with_changes(elements=pairs, lbrace=braces[0], rbrace=braces[1]) if pairs else None
    return None


def _elements(elements: Sequence[_Element], inner: Blank, room: int = 0) -> list[_Element]:
    """Items on a line of their own where there is room, else each on its own; formatters leave a display no room."""
    if not elements or not _is_flat(elements):
        return []
    fits = len(_code(elements).rstrip(" ,")) <= room
    spaced = [one.with_changes(comma=cst.Comma(whitespace_after=BLANK if fits else inner)) for one in elements]
    last = cst.MaybeSentinel.DEFAULT if fits else cst.Comma(whitespace_after=NOTHING)
    spaced[-1] = spaced[-1].with_changes(comma=last)
    return spaced


def _opened(bracket: _Left, inner: Blank) -> _Left:
    return bracket.with_changes(whitespace_after=inner)


def _closed(bracket: _Right, outer: Blank) -> _Right:
    return bracket.with_changes(whitespace_before=outer)


def _spaced(part: _Node, gap: Blank) -> _Node:
    return part.with_changes(comma=cst.Comma(whitespace_after=plain(gap)))


def _is_flat(nodes: Sequence[cst.CSTNode]) -> bool:
    """Whether nodes stand on one line, and nothing in them says otherwise."""
    return "\n" not in _code(nodes) and not has_comment(nodes)


def _comments(node: cst.CSTNode) -> Counter[str]:
    return Counter(one.value for one in within(node) if isinstance(one, cst.Comment))


def _code(nodes: Sequence[cst.CSTNode]) -> str:
    return "".join(map(_EMPTY.code_for_node, nodes))
