"""What one Python file says, as plain data: expressions, statements, definitions, and what there is besides.

Offsets are bytes from the start of the file. Records carry no name resolution and no knowledge of any framework.
"""

from __future__ import annotations

from typing import Literal

from fastlint.facts.expression_records import (
    Attribute,
    Await,
    Call,
    Clause,
    Comprehension,
    Conditional,
    Constant,
    Dict,
    Expr,
    FString,
    Keyword,
    Lambda,
    Name,
    NamedExpr,
    Opaque,
    Operation,
    Parameter,
    Record,
    Sequence,
    Slice,
    Starred,
    Str,
    Subscript,
    Yield,
)
from fastlint.facts.statement_records import (
    Assert,
    Assign,
    Body,
    Case,
    Class,
    ClassDef,
    Delete,
    ExprStatement,
    For,
    Function,
    FunctionDef,
    Handler,
    If,
    Import,
    ImportName,
    Jump,
    Match,
    Raise,
    Return,
    Scope,
    Stmt,
    Try,
    TypeAliasDef,
    While,
    With,
    WithItem,
)

__all__ = [
    "Assert",
    "Assign",
    "Attribute",
    "Await",
    "Body",
    "Call",
    "Case",
    "Class",
    "ClassDef",
    "Clause",
    "Comprehension",
    "Conditional",
    "Constant",
    "Delete",
    "Dict",
    "Expr",
    "ExprStatement",
    "FString",
    "For",
    "Function",
    "FunctionDef",
    "Handler",
    "Header",
    "If",
    "Import",
    "ImportName",
    "Jump",
    "Keyword",
    "Lambda",
    "Match",
    "Name",
    "NamedExpr",
    "Opaque",
    "Operation",
    "Parameter",
    "Problem",
    "Raise",
    "Return",
    "Scope",
    "Sequence",
    "Slice",
    "Starred",
    "Stmt",
    "Str",
    "Subscript",
    "Suppression",
    "Try",
    "TypeAliasDef",
    "While",
    "With",
    "WithItem",
    "Yield",
]


class Suppression(Record, frozen=True):
    """A comment that silences findings.

    Attributes:
        kind: `ignore` (`# fastlint: ignore[…]`), `file` (`# fastlint: ignore-file[…]`) or `noqa` (`# noqa: FLT…`).
        codes: the codes of ours that it names, as written; empty for a bare `# fastlint: ignore` (all of them).
        malformed: codes or text in a comment of ours that are not codes at all; without codes, it silences nothing.
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


class Problem(Record, frozen=True):
    """Why (part of) a file could not be read: `message` and the byte offset where."""

    message: str
    offset: int


class Header(Record, frozen=True):
    """All of a file but the bodies of its functions.

    `statements` are the module's own; class bodies are read, function bodies are not.
    `encoding` is the codec of the file.
    """

    statements: tuple[Stmt, ...]
    suppressions: tuple[Suppression, ...]
    problems: tuple[Problem, ...]
    encoding: str
