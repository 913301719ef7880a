"""Expressions as plain data.

Offsets are bytes from the start of the file. Records carry no name resolution and no knowledge of any framework.
"""

from __future__ import annotations

from typing import Literal, Protocol, TypeAlias

import msgspec


class Record(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Base of all records: frozen, compact when written."""


class _Located(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def size(self) -> int: ...


class Placed(Record, frozen=True):
    """Base of what knows where it starts, and of how many bytes it is.

    Of all the numbers in records most are these; sizes are small, and small numbers Python makes but once.
    """

    @property
    def end(self: _Located) -> int:
        """The byte past its last one."""
        return self.start + self.size


class Name(Placed, frozen=True, tag=0):
    """A name or a plain dotted chain of names: `a`, `a.b.c` (whitespace and line breaks inside are dropped)."""

    id: str
    start: int
    size: int


class Attribute(Placed, frozen=True, tag=1):
    """`value.attr` where `value` is not itself a plain dotted chain; the longest such tail is in `attr` (`f().a.b`)."""

    value: Expr
    attr: str
    start: int
    size: int


class Keyword(Placed, frozen=True):
    """A keyword argument; `name` is "" for `**value`."""

    name: str
    value: Expr
    start: int
    size: int


class Call(Placed, frozen=True, tag=2):
    """A call. `*args` stands in `args` as a Starred; a sole generator argument stands there as a Comprehension."""

    func: Expr
    args: tuple[Expr, ...]
    keywords: tuple[Keyword, ...]
    start: int
    size: int


class Await(Placed, frozen=True, tag=3):
    """`await value`."""

    value: Expr
    start: int
    size: int


class Starred(Placed, frozen=True, tag=4):
    """`*value`, also `**value` where it is no keyword argument."""

    value: Expr
    start: int
    size: int


class Subscript(Placed, frozen=True, tag=5):
    """`value[items]`; a slice stands in `items` as a Slice."""

    value: Expr
    items: tuple[Expr, ...]
    start: int
    size: int


class Str(Placed, frozen=True, tag=6):
    """A string without interpolation, its value decoded, implicit concatenation joined."""

    value: str
    start: int
    size: int


class FString(Placed, frozen=True, tag=7):
    """An f-string (or t-string); text between interpolations stands in `parts` as Str."""

    parts: tuple[Expr, ...]
    start: int
    size: int


class Constant(Placed, frozen=True, tag=8):
    """Any other literal as written: `None`, `True`, `...`, `1_000`, `1.5`, `b"x"`."""

    text: str
    start: int
    size: int


class Sequence(Placed, frozen=True, tag=9):
    """A list, tuple or set as written; a tuple may have no parentheses."""

    kind: Literal["list", "tuple", "set"]
    items: tuple[Expr, ...]
    start: int
    size: int


class Dict(Placed, frozen=True, tag=10):
    """A dict display; for `**x` the key is None."""

    keys: tuple[Expr | None, ...]
    values: tuple[Expr, ...]
    start: int
    size: int


class Operation(Placed, frozen=True, tag=11):
    """An operator and its operands: arithmetic, bitwise, unary (`-`, `not`), `and`/`or`, comparisons.

    A chain of equal `and`/`or` is flattened; for a comparison chain `op` has the operators joined by a blank (`< <=`).
    `kind` is `arithmetic`, `unary`, `boolean` or `comparison`.
    """

    kind: Literal["arithmetic", "unary", "boolean", "comparison"]
    op: str
    operands: tuple[Expr, ...]
    start: int
    size: int


class Conditional(Placed, frozen=True, tag=12):
    """`body if test else orelse`."""

    test: Expr
    body: Expr
    orelse: Expr
    start: int
    size: int


class Lambda(Placed, frozen=True, tag=13):
    """`lambda params: body`."""

    params: tuple[Parameter, ...]
    body: Expr
    start: int
    size: int


class Clause(Record, frozen=True):
    """`for target in iter if …` of a comprehension."""

    target: Expr
    iter: Expr
    conditions: tuple[Expr, ...]
    is_async: bool


class Comprehension(Placed, frozen=True, tag=14):
    """`element` is the value for a dict comprehension, whose key is `key`."""

    kind: Literal["list", "set", "dict", "generator"]
    element: Expr
    key: Expr | None
    clauses: tuple[Clause, ...]
    start: int
    size: int


class Yield(Placed, frozen=True, tag=15):
    """`yield value` or, with `delegated`, `yield from value`."""

    value: Expr | None
    delegated: bool
    start: int
    size: int


class NamedExpr(Placed, frozen=True, tag=16):
    """`target := value`."""

    target: Expr
    value: Expr
    start: int
    size: int


class Slice(Placed, frozen=True, tag=17):
    """`lower:upper:step`, each of which may be absent."""

    lower: Expr | None
    upper: Expr | None
    step: Expr | None
    start: int
    size: int


class Opaque(Placed, frozen=True, tag=18):
    """Syntax that the reader does not know, with the expressions found in it."""

    parts: tuple[Expr, ...]
    start: int
    size: int


class Parameter(Placed, frozen=True):
    """One parameter, from `start` to `end` is all of it (annotation and default included)."""

    name: str
    annotation: Expr | None
    default: Expr | None
    kind: Literal["positional", "normal", "*", "keyword", "**"]
    start: int
    size: int


Expr: TypeAlias = (
    Name
    | Attribute
    | Call
    | Await
    | Starred
    | Subscript
    | Str
    | FString
    | Constant
    | Sequence
    | Dict
    | Operation
    | Conditional
    | Lambda
    | Comprehension
    | Yield
    | NamedExpr
    | Slice
    | Opaque
)
