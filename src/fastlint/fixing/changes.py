"""Changes of single nodes, and the tree that many of them make together.

A change waits at a node of the tree as it was read and is made when all that is inside the node has been made: so the
changes of nested nodes all survive.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import libcst as cst

from fastlint.fixing.comments import comments_of
from fastlint.fixing.tree import field_names
from fastlint.fixing.withheld import ConflictError, WithheldError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from fastlint.findings import Edit
    from fastlint.fixing.tree import Tree

Nodes: TypeAlias = tuple[cst.CSTNode, ...]
Make: TypeAlias = "Callable[[cst.CSTNode], cst.CSTNode | Nodes]"

INSIDE: Final = 0  # changes parts of a node
AROUND: Final = 1  # puts the node into another one
BESIDE: Final = 2  # puts nodes before or after it
INSTEAD: Final = 3  # puts other nodes, or none, in its place


@dataclass(frozen=True, eq=False)
class Change:
    """One change.

    Attributes:
        edit: what asked for it; equal edits are one change.
        node: the node that it changes, of the tree as it was read.
        slot: what of the node it changes; of two changes of one slot only the first is made.
        make: from the node, its inside already changed, to what takes its place.
        rank: when it is made among the changes of one node.
        kept: which of the nodes that a change `BESIDE` gives is the one that it was given, 0 or -1.
        replaces: nodes that vanish with all that is in them.
        awaits: the function that must be a coroutine function for it.
        unawaits: the function that is no coroutine function any more.
    """

    edit: Edit
    node: cst.CSTNode
    slot: str
    make: Make
    rank: int = INSIDE
    kept: int = 0
    replaces: Nodes = ()
    awaits: cst.FunctionDef | None = None
    unawaits: cst.FunctionDef | None = None


class Changes:
    """The changes of one tree that can be made together."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._all: list[Change] = []
        self._slots: dict[tuple[cst.CSTNode, str], Change] = {}
        self._touched: set[cst.CSTNode] = set()  # changed nodes and all that they stand in
        self._replaced: set[cst.CSTNode] = set()

    def __len__(self) -> int:
        return len(self._all)

    def news(self, changes: Iterable[Change]) -> list[Change]:
        """Those of more changes that are not yet here.

        Raises:
            ConflictError: they cannot be made together with those that are.
        """
        fresh: list[Change] = []
        for change in changes:
            other = self._slots.get((change.node, change.slot))
            if other is not None and other.edit == change.edit:
                continue
            if other is not None or self._is_replaced(change.node) or not self._touched.isdisjoint(change.replaces):
                raise ConflictError
            if any(_quarrel(change, one) for one in self._all):
                raise ConflictError
            fresh.append(change)
        return fresh

    def add(self, changes: Sequence[Change]) -> None:
        """Take in changes that `news` has passed."""
        for change in changes:
            self._all.append(change)
            self._slots[change.node, change.slot] = change
            self._touched.update((change.node, *self._tree.ancestors(change.node)))
            self._replaced.update(change.replaces)

    def _is_replaced(self, node: cst.CSTNode) -> bool:
        return bool(self._replaced) and not self._replaced.isdisjoint((node, *self._tree.ancestors(node)))

    def made(self) -> cst.Module:
        """The tree with all changes made.

        Raises:
            WithheldError: one of them turned out to be impossible.
        """
        waiting: dict[cst.CSTNode, list[Change]] = defaultdict(list)
        for change in sorted(self._all, key=lambda change: change.rank):
            waiting[change.node].append(change)
        try:
            remade = _remade(self._tree.module, waiting, self._touched)
        except (cst.CSTValidationError, cst.ParserSyntaxError) as error:
            raise WithheldError("the result would not be valid") from error
        module = only(remade)
        if not isinstance(module, cst.Module):
            raise WithheldError("the result would not be valid")
        return module


def _quarrel(one: Change, other: Change) -> bool:
    """Whether one takes away the coroutine function that the other needs."""
    return (one.awaits is not None and one.awaits is other.unawaits) or (
        one.unawaits is not None and one.unawaits is other.awaits
    )


def _remade(node: cst.CSTNode, waiting: Mapping[cst.CSTNode, list[Change]], touched: set[cst.CSTNode]) -> Nodes:
    """What takes the place of a node once everything in it and it itself has been changed."""
    updates: dict[str, cst.CSTNode | Nodes] = {}
    for name in field_names(type(node)):
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            if value in touched:
                updates[name] = only(_remade(value, waiting, touched))
        elif isinstance(value, (list, tuple)) and not touched.isdisjoint(value):
            updates[name] = tuple(
                new for child in value for new in (_remade(child, waiting, touched) if child in touched else (child,))
            )
    result = node.with_changes(**updates) if updates else node
    above: Nodes = ()
    below: Nodes = ()
    for change in waiting.get(node, ()):
        made = _one_made(change, result)
        if change.rank == INSTEAD:
            return (*above, *made, *below)
        place = change.kept % len(made)
        above, result, below = (*above, *made[:place]), made[place], (*made[place + 1 :], *below)
    return (*above, result, *below)


def _one_made(change: Change, node: cst.CSTNode) -> Nodes:
    made = change.make(node)
    nodes = made if isinstance(made, tuple) else (made,)
    lost = Counter(comments_of(node))
    for one in nodes:
        lost.subtract(comments_of(one))
    if any(count > 0 for count in lost.values()):
        raise WithheldError("a comment would be lost")
    return nodes


def only(nodes: Nodes) -> cst.CSTNode:
    """The one node where there can be only one.

    Raises:
        WithheldError: there are several, or none.
    """
    if len(nodes) != 1:
        raise WithheldError("one statement cannot stand in the place of several")
    return nodes[0]
