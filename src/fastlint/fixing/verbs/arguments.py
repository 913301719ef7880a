"""Verbs about the arguments of one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from fastlint.fixing.changes import Change
from fastlint.fixing.comments import has_comment
from fastlint.fixing.layout import BLANK, NOTHING, appended, inserted, on_one_line, plain, removed
from fastlint.fixing.precedence import parenthesized
from fastlint.fixing.tree import as_a
from fastlint.fixing.withheld import WithheldError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastlint.findings import RemoveArgument, RenameArgument, SetArgument, UnpackCall
    from fastlint.fixing.verbs.site import Site

_EQUAL = cst.AssignEqual(whitespace_before=NOTHING, whitespace_after=NOTHING)


def set_argument(site: Site, edit: SetArgument) -> Change:
    """Give a call a keyword argument, or another value to the one that it has."""
    node = site.tree.call(edit.at)
    value = site.expression(edit.value)
    if isinstance(value, (cst.NamedExpr, cst.Yield, cst.Tuple, cst.GeneratorExp)) and not value.lpar:
        value = parenthesized(value)
    place = _place(node, edit.name)
    replaces = (node.args[place].value,) if place is not None else ()

    def make(updated: cst.CSTNode) -> cst.CSTNode:
        call = as_a(cst.Call, updated)
        at = _place(call, edit.name)
        if at is None:
            return call.with_changes(
                args=_with_one_more(call, cst.Arg(value, keyword=cst.Name(edit.name), equal=_EQUAL))
            )
        arg = call.args[at].with_changes(value=value)
        return call.with_changes(args=(*call.args[:at], arg, *call.args[at + 1 :]))

    return Change(edit, node, f"keyword {edit.name}", make, replaces=replaces)


def remove_argument(site: Site, edit: RemoveArgument) -> Change:
    """Take a keyword argument from a call."""
    node = site.tree.call(edit.at)
    place = _place(node, edit.name)
    if place is None:
        raise WithheldError(f"there is no argument `{edit.name}`")

    def make(updated: cst.CSTNode) -> cst.CSTNode:
        call = as_a(cst.Call, updated)
        at = _place(call, edit.name)
        if at is None:
            raise WithheldError(f"there is no argument `{edit.name}`")
        args = removed(call.args, at)
        opening = call.whitespace_before_args
        if not args:
            opening = NOTHING
        elif at == 0 and isinstance(opening, cst.SimpleWhitespace):  # `f(a,\n  b)` becomes `f(b)`
            opening = plain(opening)
        if args and on_one_line(args) and not has_comment([opening, args[-1]]):  # it may fit on the line of the call
            opening, args[-1] = NOTHING, args[-1].with_changes(whitespace_after_arg=NOTHING)
        return call.with_changes(args=args, whitespace_before_args=opening)

    return Change(edit, node, f"keyword {edit.name}", make, replaces=(node.args[place],))


def rename_argument(site: Site, edit: RenameArgument) -> Change:
    """Rename a keyword argument of a call."""
    node = site.tree.call(edit.at)
    if _place(node, edit.name) is None:
        raise WithheldError(f"there is no argument `{edit.name}`")
    if _place(node, edit.new) is not None:
        raise WithheldError(f"there is an argument `{edit.new}` already")

    def make(updated: cst.CSTNode) -> cst.CSTNode:
        call = as_a(cst.Call, updated)
        at = _place(call, edit.name)
        if at is None or _place(call, edit.new) is not None:
            raise WithheldError(f"`{edit.name}` cannot be renamed")
        arg = call.args[at].with_changes(keyword=cst.Name(edit.new))
        return call.with_changes(args=(*call.args[:at], arg, *call.args[at + 1 :]))

    return Change(edit, node, f"keyword {edit.name}", make)


def unpack_call(site: Site, edit: UnpackCall) -> Change:
    """`g(f(a), b)` becomes `g(f, a, b)`."""
    node = site.tree.call(edit.at)
    _inner_call(node)

    def make(updated: cst.CSTNode) -> cst.CSTNode:
        call = as_a(cst.Call, updated)
        inner = _inner_call(call)
        rest = call.args[1:]
        named = any(arg.keyword or arg.star == "**" for arg in inner.args)
        if named and any(not arg.keyword and arg.star != "**" for arg in rest):
            raise WithheldError("a positional argument would follow a keyword")
        return call.with_changes(args=_unpacked(call, inner))

    return Change(edit, node, "first argument", make)


def _unpacked(call: cst.Call, inner: cst.Call) -> Sequence[cst.Arg]:
    first, *rest = call.args
    opening = inner.whitespace_before_args
    gap = plain(opening) if isinstance(opening, cst.ParenthesizedWhitespace) else BLANK
    if not inner.args:
        return (first.with_changes(value=inner.func), *rest)
    callee = cst.Arg(inner.func, comma=cst.Comma(whitespace_after=gap))
    *head, last = inner.args
    if len(inner.args) == 1 and isinstance(last.value, cst.GeneratorExp) and not last.value.lpar:
        last = last.with_changes(value=parenthesized(last.value))
    # what stood after the inner call, a comma or the closing bracket, now stands after its last argument
    last = last.with_changes(comma=first.comma, whitespace_after_arg=first.whitespace_after_arg)
    return (callee, *head, last, *rest)


def _inner_call(call: cst.Call) -> cst.Call:
    value = call.args[0].value if call.args and not call.args[0].keyword and not call.args[0].star else None
    if not isinstance(value, cst.Call):
        raise WithheldError("its first argument is no call")
    return value


def _with_one_more(call: cst.Call, arg: cst.Arg) -> Sequence[cst.Arg]:
    """The arguments with one at the end, or before the `**` that end them."""
    args = tuple(call.args)
    if len(args) == 1 and isinstance(args[0].value, cst.GeneratorExp) and not args[0].value.lpar:
        args = (args[0].with_changes(value=parenthesized(args[0].value)),)
    place = len(args)
    while place and args[place - 1].star == "**":
        place -= 1
    if place < len(args):
        return inserted(args, place, arg, call.whitespace_before_args)
    return appended(args, arg, call.whitespace_before_args)


def _place(call: cst.Call, name: str) -> int | None:
    for index, arg in enumerate(call.args):
        if arg.keyword is not None and arg.keyword.value == name:
            return index
    return None
