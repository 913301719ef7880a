"""Verbs about one expression."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from fastlint.findings import AddImport
from fastlint.fixing.breaking import hung
from fastlint.fixing.changes import AROUND, Change
from fastlint.fixing.comments import has_comment
from fastlint.fixing.layout import BLANK, NOTHING, on_one_line, plain
from fastlint.fixing.names import local_name
from fastlint.fixing.precedence import bare, in_place_of, parenthesized
from fastlint.fixing.tree import as_a, as_expression
from fastlint.fixing.withheld import WithheldError

if TYPE_CHECKING:
    from fastlint.findings import AwaitExpression, RenameAttribute, ReplaceExpression, RunInThreadpool
    from fastlint.fixing.verbs.site import Site

_HELPERS = (("fastapi.concurrency", "run_in_threadpool"), ("starlette.concurrency", "run_in_threadpool"))


def replace_expression(site: Site, edit: ReplaceExpression) -> Change:
    """Put source text in the place of an expression."""
    node = site.tree.expression(edit.at)
    parent = site.tree.parents.get(node)
    new = site.expression(edit.text)
    quoted = any(isinstance(outer, cst.FormattedStringExpression) for outer in site.tree.ancestors(node))
    if quoted and any(mark in edit.text for mark in "\"'\\\n#"):
        raise WithheldError("it stands in an f-string that cannot hold the new text")

    def make(_: cst.CSTNode) -> cst.CSTNode:
        return in_place_of(node, new, parent)

    return Change(edit, node, "value", make, AROUND, replaces=(node,))


def await_expression(site: Site, edit: AwaitExpression) -> Change:
    """Put `await` before an expression."""
    node = site.tree.expression(edit.at)
    parent = site.tree.parents.get(node)
    function = site.coroutine_function(node)
    if isinstance(node, cst.Await) or isinstance(parent, cst.Await):
        raise WithheldError("it is awaited already")
    outer = _awaited_around(site, node)
    step = site.tree.module.default_indent

    def make(updated: cst.CSTNode) -> cst.CSTNode:
        return _awaited(as_expression(updated), parent, step)

    def move(updated: cst.CSTNode) -> cst.CSTNode:
        whole = as_a(cst.Await, updated)
        return in_place_of(whole, _with_awaited(whole.expression, step), site.tree.parents.get(outer or node))

    if outer is not None:
        return Change(edit, outer, "value", move, AROUND, awaits=function)
    return Change(edit, node, "value", make, AROUND, awaits=function)


def _awaited_around(site: Site, node: cst.CSTNode) -> cst.Await | None:
    """The `await` of `await f().x`, which was meant for `f()`."""
    parents = site.tree.parents
    outer = parents.get(node)
    while isinstance(outer, (cst.Attribute, cst.Subscript)) and outer.value is node:
        node, outer = outer, parents.get(outer)
    return outer if isinstance(outer, cst.Await) else None


def _with_awaited(chain: cst.BaseExpression, step: str) -> cst.BaseExpression:
    """`(await f()).x` for `f().x`."""
    if isinstance(chain, (cst.Attribute, cst.Subscript)):
        return chain.with_changes(value=_with_awaited(chain.value, step))
    return hung(parenthesized(cst.Await(bare(chain))), step)


def run_in_threadpool(site: Site, edit: RunInThreadpool) -> Change:
    """Hand a call over to the thread pool, and await it."""
    node = site.tree.call(edit.at)
    parent = site.tree.parents.get(node)
    function = site.coroutine_function(node)
    if isinstance(parent, cst.Await):
        raise WithheldError("it is awaited already")
    if any(arg.keyword and arg.keyword.value == "func" for arg in node.args):
        raise WithheldError("`run_in_threadpool` keeps the keyword `func` to itself")
    name = next(filter(None, (local_name(site.tree, *helper) for helper in _HELPERS)), None)
    if name is None:
        name = _HELPERS[0][1]
        site.imports.append(AddImport(edit.at, *_HELPERS[0]))

    def make(updated: cst.CSTNode) -> cst.CSTNode:
        return _awaited(_handed_over(as_a(cst.Call, updated), name), parent, site.tree.module.default_indent)

    return Change(edit, node, "value", make, AROUND, awaits=function)


def _handed_over(call: cst.Call, name: str) -> cst.Call:
    """`name(f, a)` for `f(a)`, in the layout of the call."""
    gap = call.whitespace_before_args
    joined = call.args and on_one_line(call.args) and not has_comment([gap])
    below = isinstance(gap, cst.ParenthesizedWhitespace) and not joined
    between = plain(gap) if below else BLANK
    comma = cst.Comma(whitespace_after=between) if call.args else cst.MaybeSentinel.DEFAULT
    callee = cst.Arg(value=call.func, comma=comma)
    args = [arg.with_changes(value=_enclosed(arg.value)) for arg in call.args]
    return call.with_changes(func=cst.Name(name), args=(callee, *args), whitespace_after_func=NOTHING)


def _enclosed(value: cst.BaseExpression) -> cst.BaseExpression:
    """A generator in parentheses of its own: those of the call are only enough for a sole argument."""
    return parenthesized(value) if isinstance(value, cst.GeneratorExp) and not value.lpar else value


def _awaited(node: cst.BaseExpression, parent: cst.CSTNode | None, step: str) -> cst.BaseExpression:
    inner = bare(node)
    if not isinstance(inner, (cst.Name, cst.Attribute, cst.Call, cst.Subscript)):
        inner = parenthesized(inner)
    new = in_place_of(node, cst.Await(inner), parent)
    return new if node.lpar else hung(new, step)  # parentheses that were there stay as they are


def rename_attribute(site: Site, edit: RenameAttribute) -> Change:
    """Rename the last part of a dotted expression, or a plain name."""
    node = site.tree.expression(edit.at)
    if not edit.new.isidentifier():
        raise WithheldError(f"`{edit.new}` is no name")

    def make(updated: cst.CSTNode) -> cst.CSTNode:
        if isinstance(updated, cst.Attribute):
            return updated.with_changes(attr=updated.attr.with_changes(value=edit.new))
        if isinstance(updated, cst.Name):
            return updated.with_changes(value=edit.new)
        raise WithheldError("it does not end in a name")

    return Change(edit, node, "name", make)
