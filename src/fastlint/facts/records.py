"""What one Python file says, as plain data: expressions, statements, definitions.

Offsets are bytes from the start of the file. Records carry no name resolution and no knowledge of any framework.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec


class _Record(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Base of all records: frozen, compact when written."""


# --- expressions -------------------------------------------------------------------------------------------------


class Name(_Record, frozen=True, tag=0):
    """A name or a plain dotted chain of names: `a`, `a.b.c` (whitespace and line breaks inside are dropped)."""

    id: str
    start: int
    end: int


class Attribute(_Record, frozen=True, tag=1):
    """`value.attr` where `value` is not itself a plain dotted chain; the longest such tail is in `attr` (`f().a.b`)."""

    value: Expr
    attr: str
    start: int
    end: int


class Keyword(_Record, frozen=True):
    """A keyword argument; `name` is "" for `**value`."""

    name: str
    value: Expr
    start: int
    end: int


class Call(_Record, frozen=True, tag=2):
    """A call. `*args` stands in `args` as a Starred; a sole generator argument stands there as a Comprehension."""

    func: Expr
    args: tuple[Expr, ...]
    keywords: tuple[Keyword, ...]
    start: int
    end: int


class Await(_Record, frozen=True, tag=3):
    value: Expr
    start: int
    end: int


class Starred(_Record, frozen=True, tag=4):
    value: Expr
    start: int
    end: int


class Subscript(_Record, frozen=True, tag=5):
    """`value[items]`; a slice stands in `items` as a Slice."""

    value: Expr
    items: tuple[Expr, ...]
    start: int
    end: int


class Str(_Record, frozen=True, tag=6):
    """A string without interpolation, its value decoded, implicit concatenation joined."""

    value: str
    start: int
    end: int


class FString(_Record, frozen=True, tag=7):
    """An f-string (or t-string); text between interpolations stands in `parts` as Str."""

    parts: tuple[Expr, ...]
    start: int
    end: int


class Constant(_Record, frozen=True, tag=8):
    """Any other literal as written: `None`, `True`, `...`, `1_000`, `1.5`, `b"x"`."""

    text: str
    start: int
    end: int


class Sequence(_Record, frozen=True, tag=9):
    kind: Literal["list", "tuple", "set"]
    items: tuple[Expr, ...]
    start: int
    end: int


class Dict(_Record, frozen=True, tag=10):
    """A dict display; for `**x` the key is None."""

    keys: tuple[Expr | None, ...]
    values: tuple[Expr, ...]
    start: int
    end: int


class Operation(_Record, frozen=True, tag=11):
    """An operator and its operands: arithmetic, bitwise, unary (`-`, `not`), `and`/`or`, comparisons.

    A chain of equal `and`/`or` is flattened; for a comparison chain `op` has the operators joined by a blank (`< <=`).
    `kind` is `arithmetic`, `unary`, `boolean` or `comparison`.
    """

    kind: Literal["arithmetic", "unary", "boolean", "comparison"]
    op: str
    operands: tuple[Expr, ...]
    start: int
    end: int


class Conditional(_Record, frozen=True, tag=12):
    """`body if test else orelse`."""

    test: Expr
    body: Expr
    orelse: Expr
    start: int
    end: int


class Lambda(_Record, frozen=True, tag=13):
    params: tuple[Parameter, ...]
    body: Expr
    start: int
    end: int


class Clause(_Record, frozen=True):
    """`for target in iter if …` of a comprehension."""

    target: Expr
    iter: Expr
    conditions: tuple[Expr, ...]
    is_async: bool


class Comprehension(_Record, frozen=True, tag=14):
    """`element` is the value for a dict comprehension, whose key is `key`."""

    kind: Literal["list", "set", "dict", "generator"]
    element: Expr
    key: Expr | None
    clauses: tuple[Clause, ...]
    start: int
    end: int


class Yield(_Record, frozen=True, tag=15):
    """`yield value` or, with `delegated`, `yield from value`."""

    value: Expr | None
    delegated: bool
    start: int
    end: int


class NamedExpr(_Record, frozen=True, tag=16):
    """`target := value`."""

    target: Expr
    value: Expr
    start: int
    end: int


class Slice(_Record, frozen=True, tag=17):
    lower: Expr | None
    upper: Expr | None
    step: Expr | None
    start: int
    end: int


class Opaque(_Record, frozen=True, tag=18):
    """Syntax that the reader does not know, with the expressions found in it."""

    parts: tuple[Expr, ...]
    start: int
    end: int


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


# --- statements --------------------------------------------------------------------------------------------------


class Assign(_Record, frozen=True, tag=30):
    """`a = b = value`, `a: annotation = value`, `a += value` (then `op` is `+=`); `value` is None for `a: annotation`."""

    targets: tuple[Expr, ...]
    value: Expr | None
    annotation: Expr | None
    op: str
    start: int
    end: int


class ExprStatement(_Record, frozen=True, tag=31):
    value: Expr
    start: int
    end: int


class Return(_Record, frozen=True, tag=32):
    value: Expr | None
    start: int
    end: int


class Raise(_Record, frozen=True, tag=33):
    exception: Expr | None
    cause: Expr | None
    start: int
    end: int


class Assert(_Record, frozen=True, tag=34):
    test: Expr
    message: Expr | None
    start: int
    end: int


class Delete(_Record, frozen=True, tag=35):
    targets: tuple[Expr, ...]
    start: int
    end: int


class Scope(_Record, frozen=True, tag=36):
    """`global a, b` or, with `nonlocal_`, `nonlocal a, b`."""

    names: tuple[str, ...]
    nonlocal_: bool
    start: int
    end: int


class Jump(_Record, frozen=True, tag=37):
    """`pass`, `break` or `continue`."""

    kind: Literal["pass", "break", "continue"]
    start: int
    end: int


class If(_Record, frozen=True, tag=38):
    """`elif` stands as an If alone in `orelse`."""

    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    start: int
    end: int


class For(_Record, frozen=True, tag=39):
    target: Expr
    iter: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    is_async: bool
    start: int
    end: int


class While(_Record, frozen=True, tag=40):
    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    start: int
    end: int


class Handler(_Record, frozen=True):
    """`except type as name: body`; `type` is None when bare."""

    type: Expr | None
    name: str
    body: tuple[Stmt, ...]
    start: int
    end: int


class Try(_Record, frozen=True, tag=41):
    body: tuple[Stmt, ...]
    handlers: tuple[Handler, ...]
    orelse: tuple[Stmt, ...]
    final: tuple[Stmt, ...]
    start: int
    end: int


class WithItem(_Record, frozen=True):
    value: Expr
    target: Expr | None


class With(_Record, frozen=True, tag=42):
    items: tuple[WithItem, ...]
    body: tuple[Stmt, ...]
    is_async: bool
    start: int
    end: int


class Case(_Record, frozen=True):
    """`case pattern if guard: body`; `binds` are the names that the pattern binds."""

    binds: tuple[str, ...]
    guard: Expr | None
    body: tuple[Stmt, ...]
    start: int
    end: int


class Match(_Record, frozen=True, tag=43):
    subject: Expr
    cases: tuple[Case, ...]
    start: int
    end: int


class ImportName(_Record, frozen=True):
    """`name as bound`; for `import a.b` without `as`, `name` is `a.b` and `bound` is `a`."""

    name: str
    bound: str
    start: int
    end: int


class Import(_Record, frozen=True, tag=44):
    """`import names` (then `module` is "" and `level` 0) or `from .module import names` (`*` stands as a name)."""

    module: str
    level: int
    names: tuple[ImportName, ...]
    is_from: bool
    start: int
    end: int


class FunctionDef(_Record, frozen=True, tag=45):
    function: Function


class ClassDef(_Record, frozen=True, tag=46):
    class_: Class


class TypeAliasDef(_Record, frozen=True, tag=47):
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


# --- definitions -------------------------------------------------------------------------------------------------


class Parameter(_Record, frozen=True):
    """One parameter, `start`/`end` around all of it (annotation and default included)."""

    name: str
    annotation: Expr | None
    default: Expr | None
    kind: Literal["positional", "normal", "*", "keyword", "**"]
    start: int
    end: int


class Function(_Record, frozen=True):
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


class Class(_Record, frozen=True):
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


class Body(_Record, frozen=True):
    """The statements of one function. A nested `def` stands in it as FunctionDef, its own body again read when asked for.

    `yields` tells whether the function is a generator.
    """

    statements: tuple[Stmt, ...]
    yields: bool


class Suppression(_Record, frozen=True):
    """A comment that silences findings.

    Attributes:
        kind: `ignore` (`# fastlint: ignore[…]`), `file` (`# fastlint: ignore-file[…]`) or `noqa` (`# noqa: FLT…`).
        codes: the codes of ours that it names, as written; empty for a bare `# fastlint: ignore` (all of them).
        malformed: codes or text in a comment of ours that are not codes at all.
        reason: the text after the codes.
        start, end: the comment; `applies_from`/`applies_to`: first and last row (1-based) that it covers.
        alone: whether nothing else stands on its line.
    """

    kind: Literal["ignore", "file", "noqa"]
    codes: tuple[str, ...]
    malformed: tuple[str, ...]
    reason: str
    start: int
    end: int
    applies_from: int
    applies_to: int
    alone: bool


class Problem(_Record, frozen=True):
    """Why (part of) a file could not be read: `message` and the byte offset where."""

    message: str
    offset: int


class Header(_Record, frozen=True):
    """All of a file but the bodies of its functions.

    `statements` are the module's own; class bodies are read, function bodies are not.
    `encoding` is the codec of the file.
    """

    statements: tuple[Stmt, ...]
    suppressions: tuple[Suppression, ...]
    problems: tuple[Problem, ...]
    encoding: str
