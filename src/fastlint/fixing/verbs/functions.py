"""Verbs about functions: their kind and their return annotation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from fastlint.fixing.changes import Change
from fastlint.fixing.tree import as_a, children
from fastlint.fixing.withheld import WithheldError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.findings import AnnotateReturn, MakeAsync, MakeSync
    from fastlint.fixing.verbs.site import Site


def make_sync(site: Site, edit: MakeSync) -> Change:
    """Drop `async` from a function."""
    node = site.tree.function(edit.at)
    if node.asynchronous is None:
        raise WithheldError(f"`{node.name.value}` is not `async`")

    def make(updated: cst.CSTNode) -> cst.CSTNode:
        function = as_a(cst.FunctionDef, updated)
        if any(map(_suspends, _own(function.body))):
            raise WithheldError(f"`{node.name.value}` awaits")
        return function.with_changes(asynchronous=None)

    return Change(edit, node, "async", make, unawaits=node)


def make_async(site: Site, edit: MakeAsync) -> Change:
    """Put `async` before a function."""
    node = site.tree.function(edit.at)
    if node.asynchronous is not None:
        raise WithheldError(f"`{node.name.value}` is `async` already")

    def make(updated: cst.CSTNode) -> cst.CSTNode:
        function = as_a(cst.FunctionDef, updated)
        own = list(_own(function.body))
        yields = [inside for inside in own if isinstance(inside, cst.Yield)]
        if any(isinstance(one.value, cst.From) for one in yields):
            raise WithheldError("an async generator cannot `yield from`")
        if yields and any(isinstance(inside, cst.Return) and inside.value is not None for inside in own):
            raise WithheldError("an async generator cannot return a value")
        return function.with_changes(asynchronous=cst.Asynchronous())

    return Change(edit, node, "async", make)


def annotate_return(site: Site, edit: AnnotateReturn) -> Change:
    """Give a function a return annotation."""
    node = site.tree.function(edit.at)
    annotation = cst.Annotation(site.expression(edit.annotation))
    replaces = (node.returns,) if node.returns is not None else ()

    def make(updated: cst.CSTNode) -> cst.CSTNode:
        return updated.with_changes(returns=annotation)

    return Change(edit, node, "returns", make, replaces=replaces)


def _own(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """What a body is made of, functions in it left out."""
    pending = [node]
    while pending:
        found = pending.pop()
        yield found
        if isinstance(found, cst.FunctionDef):  # its head is evaluated here, its body is not
            pending.extend((*found.decorators, found.params))
        elif not isinstance(found, cst.Lambda):
            pending.extend(children(found))


def _suspends(node: cst.CSTNode) -> bool:
    if isinstance(node, (cst.For, cst.With, cst.CompFor)):
        return node.asynchronous is not None
    return isinstance(node, cst.Await)
