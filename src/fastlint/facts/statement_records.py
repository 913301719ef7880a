"""Statements and definitions as plain data."""

from __future__ import annotations

from typing import Literal, TypeAlias

from fastlint.facts.expression_records import Expr, Keyword, Parameter, Record


class Assign(Record, frozen=True, tag=30):
    """`a = b = value`, `a: annotation = value` or `a += value` (`op` is `+=`); `value` is None for `a: annotation`."""

    targets: tuple[Expr, ...]
    value: Expr | None
    annotation: Expr | None
    op: str
    start: int
    end: int


class ExprStatement(Record, frozen=True, tag=31):
    """An expression that stands as a statement."""

    value: Expr
    start: int
    end: int


class Return(Record, frozen=True, tag=32):
    """`return value`."""

    value: Expr | None
    start: int
    end: int


class Raise(Record, frozen=True, tag=33):
    """`raise exception from cause`."""

    exception: Expr | None
    cause: Expr | None
    start: int
    end: int


class Assert(Record, frozen=True, tag=34):
    """`assert test, message`."""

    test: Expr
    message: Expr | None
    start: int
    end: int


class Delete(Record, frozen=True, tag=35):
    """`del targets`."""

    targets: tuple[Expr, ...]
    start: int
    end: int


class Scope(Record, frozen=True, tag=36):
    """`global a, b` or, with `nonlocal_`, `nonlocal a, b`."""

    names: tuple[str, ...]
    nonlocal_: bool
    start: int
    end: int


class Jump(Record, frozen=True, tag=37):
    """`pass`, `break` or `continue`."""

    kind: Literal["pass", "break", "continue"]
    start: int
    end: int


class If(Record, frozen=True, tag=38):
    """`elif` stands as an If alone in `orelse`."""

    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    start: int
    end: int


class For(Record, frozen=True, tag=39):
    """`for target in iter`, or `async for`."""

    target: Expr
    iter: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    is_async: bool
    start: int
    end: int


class While(Record, frozen=True, tag=40):
    """`while test`."""

    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    start: int
    end: int


class Handler(Record, frozen=True):
    """`except type as name: body`; `type` is None when bare."""

    type: Expr | None
    name: str
    body: tuple[Stmt, ...]
    start: int
    end: int


class Try(Record, frozen=True, tag=41):
    """`try` with its handlers (of `except` or of `except*`), `else` and `finally`."""

    body: tuple[Stmt, ...]
    handlers: tuple[Handler, ...]
    orelse: tuple[Stmt, ...]
    final: tuple[Stmt, ...]
    start: int
    end: int


class WithItem(Record, frozen=True):
    """`value as target` of a `with`."""

    value: Expr
    target: Expr | None


class With(Record, frozen=True, tag=42):
    """`with items`, or `async with`."""

    items: tuple[WithItem, ...]
    body: tuple[Stmt, ...]
    is_async: bool
    start: int
    end: int


class Case(Record, frozen=True):
    """`case pattern if guard: body`; `binds` are the names that the pattern binds."""

    binds: tuple[str, ...]
    guard: Expr | None
    body: tuple[Stmt, ...]
    start: int
    end: int


class Match(Record, frozen=True, tag=43):
    """`match subject`."""

    subject: Expr
    cases: tuple[Case, ...]
    start: int
    end: int


class ImportName(Record, frozen=True):
    """`name as bound`; for `import a.b` without `as`, `name` is `a.b` and `bound` is `a`."""

    name: str
    bound: str
    start: int
    end: int

    @property
    def is_renamed(self) -> bool:
        """Whether an `as` gives the name: `import redis.asyncio as redis` binds what `import redis.asyncio` doesn't."""
        return self.bound != self.name.partition(".")[0] or self.end - self.start > len(self.name) + len(" as ")


class Import(Record, frozen=True, tag=44):
    """`import names` (then `module` is "" and `level` 0) or `from .module import names` (`*` stands as a name)."""

    module: str
    level: int
    names: tuple[ImportName, ...]
    is_from: bool
    start: int
    end: int


class FunctionDef(Record, frozen=True, tag=45):
    """A `def` or `async def`."""

    function: Function


class ClassDef(Record, frozen=True, tag=46):
    """A `class`."""

    class_: Class


class TypeAliasDef(Record, frozen=True, tag=47):
    """PEP 695 `type name = value`."""

    name: str
    value: Expr
    start: int
    end: int


Stmt: TypeAlias = (
    Assign
    | ExprStatement
    | Return
    | Raise
    | Assert
    | Delete
    | Scope
    | Jump
    | If
    | For
    | While
    | Try
    | With
    | Match
    | Import
    | FunctionDef
    | ClassDef
    | TypeAliasDef
)


class Function(Record, frozen=True):
    """A `def`. Its body is read only when asked for: `FileFacts.body(function)`.

    `start` is at the `async`/`def` keyword, decorators come before it; `body_start`/`body_end` span the block.
    """

    name: str
    params: tuple[Parameter, ...]
    returns: Expr | None
    decorators: tuple[Expr, ...]
    is_async: bool
    start: int
    end: int
    name_start: int
    name_end: int
    body_start: int
    body_end: int


class Class(Record, frozen=True):
    """A `class`; `keywords` holds `metaclass=…` and the like. Methods stand in `body` as FunctionDef."""

    name: str
    bases: tuple[Expr, ...]
    keywords: tuple[Keyword, ...]
    decorators: tuple[Expr, ...]
    body: tuple[Stmt, ...]
    start: int
    end: int
    name_start: int
    name_end: int


class Body(Record, frozen=True):
    """The statements of one function; a nested `def` is a FunctionDef in it, its own body again read when asked for.

    `yields` tells whether the function is a generator.
    """

    statements: tuple[Stmt, ...]
    yields: bool
