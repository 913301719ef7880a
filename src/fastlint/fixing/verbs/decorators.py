"""Verbs about decorators."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from fastlint.fixing.changes import INSTEAD, Change
from fastlint.fixing.tree import as_a
from fastlint.fixing.withheld import WithheldError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastlint.findings import AddDecorator, MoveDecorator, RemoveDecorator
    from fastlint.fixing.changes import Nodes
    from fastlint.fixing.verbs.site import Site


def add_decorator(site: Site, edit: AddDecorator) -> Change:
    """Put a decorator next to the `def`."""
    node = site.tree.function(edit.at)
    decorator = cst.Decorator(site.expression(edit.text.removeprefix("@")))

    def make(updated: cst.CSTNode) -> cst.CSTNode:
        function = as_a(cst.FunctionDef, updated)
        return function.with_changes(decorators=(*function.decorators, decorator))

    return Change(edit, node, f"decorator {edit.text}", make)


def remove_decorator(site: Site, edit: RemoveDecorator) -> Change:
    """Remove a decorator."""
    _, decorator = site.tree.decorator(edit.at)

    def make(_: cst.CSTNode) -> Nodes:
        return ()  # timid: a comment above it cannot be told from one about the function, and keeps it

    return Change(edit, decorator, "decorator", make, INSTEAD, replaces=(decorator,))


def move_decorator(site: Site, edit: MoveDecorator) -> Change:
    """Move a decorator, with the comments above it, to another place."""
    node, decorator = site.tree.decorator(edit.at)
    place = node.decorators.index(decorator)

    def make(updated: cst.CSTNode) -> cst.CSTNode:
        decorators = list(_decorators(updated))
        if len(decorators) != len(node.decorators):
            raise WithheldError("the decorators change otherwise, too")
        decorators.insert(edit.place, decorators.pop(place))
        return updated.with_changes(decorators=decorators)

    return Change(edit, node, "decorators", make)


def _decorators(node: cst.CSTNode) -> Sequence[cst.Decorator]:
    return node.decorators if isinstance(node, (cst.FunctionDef, cst.ClassDef)) else ()
