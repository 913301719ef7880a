"""Blocks of statements, and what is found in them: places where names are bound, calls."""

from __future__ import annotations

import sys
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

from fastlint.facts.records import Attribute, ClassDef, For, FunctionDef, Name
from fastlint.model.plain import Distinct

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Sequence

    from fastlint.facts.records import (
        Assign,
        Await,
        Call,
        Class,
        Comprehension,
        Expr,
        Function,
        If,
        Import,
        ImportName,
        Lambda,
        Raise,
        Return,
        Stmt,
        Try,
        While,
        With,
        Yield,
    )

BlockKind: TypeAlias = Literal[
    "body",
    "if",
    "else",
    "for",
    "while",
    "try",
    "except",
    "try-else",
    "finally",
    "with",
    "case",
    "comprehension",
    "lambda",
]
BindingKind: TypeAlias = Literal[
    "value", "item", "enter", "function", "class", "import", "exception", "capture", "alias", "augmented", "declared"
]

_NOTHING: frozenset[str] = frozenset()
_LOOPS = ("for", "while", "comprehension")


def extent(node: Stmt | Expr) -> tuple[int, int]:
    """First byte and past-the-end byte of a statement or expression."""
    if isinstance(node, FunctionDef):
        return node.function.start, node.function.end
    if isinstance(node, ClassDef):
        return node.class_.start, node.class_.end
    return node.start, node.end


class Block:
    """A run of statements under one condition. `owner` is the statement (or expression) that opens it.

    Attributes:
        declared: what `shared` is, for the outermost block.
        looped: whether code here may run several times per run of the function.
        deferred: whether code here is the body of a lambda: it runs when that is called, not where it stands.
    """

    __slots__ = ("_body", "_end", "_start", "declared", "deferred", "kind", "looped", "once", "owner", "parent")

    def __init__(
        self, kind: BlockKind, parent: Block | None, owner: Stmt | Expr | None, body: Sequence[Stmt] = ()
    ) -> None:
        self.kind = kind
        self.parent = parent
        self.owner = owner
        self.once: bool | None = None
        self.declared: frozenset[str] = _NOTHING
        self._body = body
        self._start = -1  # measured when asked for
        if parent is None:
            self.looped = kind in _LOOPS
            self.deferred = kind == "lambda"
        else:
            self.looped = parent.looped or kind in _LOOPS
            self.deferred = parent.deferred or kind == "lambda"

    @property
    def shared(self) -> frozenset[str]:
        """The names declared `global` or `nonlocal` in the body that it is a part of."""
        return self._root.declared

    def share(self, names: Iterable[str]) -> None:
        """Take note of such names."""
        root = self._root
        root.declared = root.declared.union(names)

    @property
    def _root(self) -> Block:
        block = self
        while block.parent is not None:
            block = block.parent
        return block

    def covers(self, offset: int) -> bool:
        """Whether a byte offset lies in it."""
        if self._start < 0:
            self._measure()
        return self._start <= offset < self._end

    def _measure(self) -> None:
        if self._body:
            self._start, self._end = extent(self._body[0])[0], extent(self._body[-1])[1]
        elif self.owner is not None:
            self._start, self._end = extent(self.owner)
        else:
            self._start, self._end = 0, sys.maxsize

    def inside(self, other: Block) -> bool:
        """Whether this block is `other` or lies in it."""
        block: Block | None = self
        while block is not None:
            if block is other:
                return True
            block = block.parent
        return False

    def kinds(self) -> set[BlockKind]:
        """The kinds of this block and of all around it."""
        found: set[BlockKind] = set()
        block: Block | None = self
        while block is not None:
            found.add(block.kind)
            block = block.parent
        return found

    def within(self, kinds: Container[BlockKind]) -> bool:
        """Whether this block or one around it is of one of these kinds."""
        block: Block | None = self
        while block is not None:
            if block.kind in kinds:
                return True
            block = block.parent
        return False


class Binding(Distinct, gc=False):
    """One place where a name gets a value.

    Attributes:
        kind: `value` (the value itself), `item` (an item of iterating `value`), `enter` (what entering the context
            manager `value` gives), `function`, `class`, `import`, `exception` (`value` is the type caught),
            `capture` (match), `alias` (PEP 695), `augmented` (`+=`), `declared` (annotation only).
        value: the source expression.
        path: positions to unpack it by, outermost first; -1 marks a starred target.
        is_async: for `item` and `enter`: `async for`, `async with`.
    """

    name: str
    kind: BindingKind
    value: Expr | None
    start: int
    block: Block
    annotation: Expr | None = None
    path: tuple[int, ...] = ()
    node: Function | Class | tuple[Import, ImportName] | None = None
    is_async: bool = False


class Site(Distinct, gc=False):
    """A call and the circumstances it is made in.

    Attributes:
        awaited: it stands right behind `await`.
        statement: the innermost statement around it.
        use: `statement` when the call (with its `await`) is a whole expression statement, `with` for an item of a
            `with`, `for` for the iterable of a loop, `return` when directly returned, else `value`.
    """

    call: Call
    statement: Stmt
    block: Block
    use: str
    awaited: bool


_LISTS = (
    "attributes",
    "unpacked",
    "calls",
    "returns",
    "yields",
    "raises",
    "loops",
    "withs",
    "ifs",
    "tries",
    "assigns",
    "comprehensions",
    "functions",
    "classes",
    "imports",
    "awaits",
    "lambdas",
    "statements",
)
_NO_LIST: list[object] = []
_NO_SET: set[str] = set()


class Scan:
    """What one function body, class body or module says, nested functions and classes left out.

    Attributes:
        unpacked: attributes that get their value otherwise than by an assignment of their own: `self.a, self.b = pair`.
    """

    def __init__(self) -> None:
        self.root = Block("body", None, None)
        self.bindings: dict[str, list[Binding]] = {}
        self.attributes: list[tuple[Assign, Name | Attribute]] = []
        self.unpacked: list[Binding] = []
        self.calls: list[Site] = []
        self.returns: list[Return] = []
        self.yields: list[tuple[Yield, Block]] = []
        self.raises: list[tuple[Raise, Block]] = []
        self.loops: list[tuple[For | While, Block]] = []
        self.withs: list[tuple[With, Block]] = []
        self.ifs: list[tuple[If, Block]] = []
        self.tries: list[tuple[Try, Block]] = []
        self.assigns: list[tuple[Assign, Block]] = []
        self.comprehensions: list[tuple[Comprehension, Block]] = []
        self.functions: list[tuple[Function, Block]] = []
        self.classes: list[tuple[Class, Block]] = []
        self.imports: list[Import] = []
        self.awaits: list[Await] = []
        self.lambdas: list[Lambda] = []
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()
        self.statements: list[tuple[Stmt, Block]] = []

    def settle(self) -> None:
        """Let all that is empty be one and the same: of thousands of scans, most of this is. Nothing is added after."""
        for name in _LISTS:
            if not getattr(self, name):
                setattr(self, name, _NO_LIST)
        if not self.globals:
            self.globals = _NO_SET
        if not self.nonlocals:
            self.nonlocals = _NO_SET

    @cached_property
    def _by_name(self) -> dict[str, list[int]]:
        """Places among the calls by the last name of what is called."""
        found: dict[str, list[int]] = {}
        for place, site in enumerate(self.calls):
            func = site.call.func
            kind = type(func)
            name = func.id if kind is Name else func.attr if kind is Attribute else ""  # type: ignore[union-attr]
            found.setdefault(name[name.rfind(".") + 1 :], []).append(place)
        return found

    @property
    def called(self) -> Collection[str]:
        """The last names of all that is called; "" for what has none."""
        return self._by_name.keys()

    def named(self, names: Container[str]) -> list[Site]:
        """The calls whose last name is one of these, `all` for `x.y().all()`, in order."""
        found = [places for name, places in self._by_name.items() if name in names]
        if len(found) == 1:
            return [self.calls[place] for place in found[0]]
        return [self.calls[place] for place in sorted(place for places in found for place in places)]

    @property
    def suspends(self) -> bool:
        """Whether it awaits anything: `await`, `async for`, `async with`, an async comprehension."""
        return bool(
            self.awaits
            or any(isinstance(loop, For) and loop.is_async for loop, _ in self.loops)
            or any(item.is_async for item, _ in self.withs)
            or any(clause.is_async for found, _ in self.comprehensions for clause in found.clauses)
        )
