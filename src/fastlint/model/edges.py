"""One call with one thing that it may reach, and the conditions it stands under."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from fastlint.facts.records import Assign, Constant, For, If, Name, Operation, Try, While, With
from fastlint.model.plain import Distinct

if TYPE_CHECKING:
    from fastlint.facts.records import Expr, Stmt
    from fastlint.model.blocks import Block, Site
    from fastlint.model.knowledge.verdict import BlockingCall
    from fastlint.model.types import External, FunctionRef, MethodRef

Outside: TypeAlias = "External | MethodRef"


class Edge(Distinct):
    """One call with one thing that it may reach.

    Attributes:
        site: the call; None for what isn't a call (entering a `with`, iterating).
        start, end: its place in the caller's file.
        target: the project's function that runs; None for a library's.
        outside: the library's function or method.
        blocking: why it blocks, if it does.
        greenlet: the target runs in a greenlet of SQLAlchemy's: what it asks of the database does not block.
    """

    site: Site | None
    start: int
    end: int
    target: FunctionRef | None
    outside: Outside | None
    blocking: BlockingCall | None
    block: Block
    greenlet: bool = False

    def lets_pass(self, rule: str) -> bool:
        """Whether blocking work of a rule behind the target blocks here, too."""
        return not (self.greenlet and rule == "FLT103")

    @property
    def choice(self) -> int:
        """The same for all edges of one call, of which only one is taken when it is made."""
        return id(self.site) if self.site is not None else id(self)

    @property
    def once(self) -> bool:
        """Whether it runs at most once per process (behind `if x is None:` in a block that sets x)."""
        return runs_once(self.block)


def runs_once(block: Block) -> bool:
    """Whether code stands behind `if x is None:` (or `not x`) that then sets x, which outlives the call: set-up."""
    if block.once is None:
        found = block.parent is not None and runs_once(block.parent)
        if not found and block.kind == "if" and isinstance(block.owner, If):
            name = missing(block.owner.test)
            outlives = name is not None and ("." in name or name in block.shared)
            found = outlives and name is not None and _sets(block.owner, name)
        block.once = found
    return block.once


def missing(test: Expr) -> str | None:
    """The name that a test finds to be None or empty: `x is None`, `not x`."""
    match test:
        case Operation(kind="comparison", op="is", operands=(Name(id=name), Constant(text="None"))):
            return name
        case Operation(kind="unary", op="not", operands=(Name(id=name),)):
            return name
        case Operation(kind="boolean", operands=operands):
            return next((found for one in operands if (found := missing(one)) is not None), None)
        case _:
            return None


def _sets(statement: If, name: str) -> bool:
    """Whether the branch sets the name, in whatever block of it."""
    todo: list[Stmt] = list(statement.body)
    while todo:
        inner = todo.pop()
        if isinstance(inner, Assign):
            if any(isinstance(target, Name) and target.id == name for target in inner.targets):
                return True
        elif isinstance(inner, (If, For, While, With)):
            todo += inner.body
            todo += inner.orelse if not isinstance(inner, With) else ()
        elif isinstance(inner, Try):
            todo += (*inner.body, *inner.orelse, *inner.final)
            todo += (one for handler in inner.handlers for one in handler.body)
    return False


def excluded(block: Block, absent: frozenset[str]) -> bool:
    """Whether code stands in `if p:` for a parameter p that is left at a false default."""
    here: Block | None = block
    while here is not None:
        if (
            here.kind == "if"
            and isinstance(here.owner, If)
            and isinstance(here.owner.test, Name)
            and here.owner.test.id in absent
        ):
            return True
        here = here.parent
    return False
