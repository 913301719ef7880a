"""What a file holds, once as `ast` says and once as the facts say, in a form that can be compared."""

from __future__ import annotations

import ast
import re
import warnings
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import records as r

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastlint.facts.store import File

KINDS = {
    "AnnAssign": "Assign",
    "AsyncFor": "For",
    "AsyncFunctionDef": "FunctionDef",
    "AsyncWith": "With",
    "AugAssign": "Assign",
    "BinOp": "arithmetic",
    "BoolOp": "boolean",
    "Break": "Jump",
    "Compare": "comparison",
    "Continue": "Jump",
    "DictComp": "Comprehension",
    "Expr": "ExprStatement",
    "GeneratorExp": "Comprehension",
    "Global": "Scope",
    "IfExp": "Conditional",
    "ImportFrom": "Import",
    "List": "list",
    "ListComp": "Comprehension",
    "Nonlocal": "Scope",
    "Pass": "Jump",
    "Set": "set",
    "SetComp": "Comprehension",
    "TryStar": "Try",
    "TypeAlias": "TypeAliasDef",
    "UnaryOp": "unary",
    "YieldFrom": "Yield",
}
COMPARED = {"Assert", "Await", "Call", "ClassDef", "Delete", "Dict", "If", "Lambda", "Match", "NamedExpr", "Raise"}
COMPARED |= {"Return", "Slice", "Try", "While", "With", "Yield", *KINDS.values()}


class Told(msgspec.Struct):
    """What is said of a function, or of a module as if it were one: its signature, and how much of what is in it."""

    name: str
    row: int
    is_async: bool
    params: list[str]
    contents: Counter[str]
    strings: Counter[str]


def module() -> Told:
    return Told("", 0, is_async=False, params=[], contents=Counter(), strings=Counter())


class AstTelling:
    """What `ast` says."""

    def __init__(self, tree: ast.Module) -> None:
        self.told = [module()]
        for statement in tree.body:
            self.visit(statement, self.told[0])

    def visit(self, node: ast.AST, owner: Told) -> None:
        kind = type(node).__name__
        kind = KINDS.get(kind, kind)
        if kind in COMPARED:
            owner.contents[kind] += 1
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for outer in (*node.decorator_list, node.args, *([node.returns] if node.returns else [])):
                self.visit(outer, owner)
            args = node.args
            params = [*args.posonlyargs, *args.args, args.vararg, *args.kwonlyargs, args.kwarg]
            is_async = isinstance(node, ast.AsyncFunctionDef)
            inner = Told(node.name, node.lineno, is_async, [arg.arg for arg in params if arg], Counter(), Counter())
            self.told.append(inner)
            for statement in node.body:
                self.visit(statement, inner)
            return
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            owner.strings[re.sub("[\ud800-\udfff]", "\ufffd", node.value)] += 1
        elif isinstance(node, ast.JoinedStr):
            if not any(isinstance(part, ast.FormattedValue) for part in node.values):
                owner.strings["".join(ast.literal_eval(part) for part in node.values)] += 1
            for part in node.values:
                if isinstance(part, ast.FormattedValue):
                    self.visit_interpolation(part, owner)
            return
        for child in ast.iter_child_nodes(node):
            if type(child).__name__ not in {"TypeVar", "ParamSpec", "TypeVarTuple"} and not isinstance(
                child, ast.pattern
            ):
                self.visit(child, owner)

    def visit_interpolation(self, node: ast.FormattedValue, owner: Told) -> None:
        if not (isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)):
            self.visit(node.value, owner)
        if isinstance(node.format_spec, ast.JoinedStr):
            for part in node.format_spec.values:
                if isinstance(part, ast.FormattedValue):
                    self.visit_interpolation(part, owner)


class FactTelling:
    """What the facts say."""

    def __init__(self, file: File, see: Callable[[r.Function], object] = lambda _: None) -> None:
        self.file = file
        self.see = see
        self.told = [module()]
        self.visit(file.header.statements, self.told[0])

    def visit(self, node: object, owner: Told) -> None:
        if isinstance(node, tuple):
            for item in node:
                self.visit(item, owner)
            return
        if not isinstance(node, msgspec.Struct):
            return
        kind = node.kind if isinstance(node, r.Operation | r.Sequence) else type(node).__name__
        if kind in COMPARED:
            owner.contents[kind] += 1
        match node:
            case r.FunctionDef():
                self.function(node.function, owner)
                return
            case r.Str():
                owner.strings[node.value] += 1
            case r.FString():
                self.visit(tuple(part for part in node.parts if not isinstance(part, r.Str)), owner)
                return
            case _:
                pass
        for name in node.__struct_fields__:
            self.visit(getattr(node, name), owner)

    def function(self, function: r.Function, owner: Told) -> None:
        self.see(function)
        self.visit((function.decorators, function.params, function.returns), owner)
        params = [param.name for param in function.params]
        row = self.file.source.row(function.start)
        inner = Told(function.name, row, function.is_async, params, Counter(), Counter())
        self.told.append(inner)
        self.visit(self.file.body(function).statements, inner)


def parsed(data: bytes) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of escapes that mean nothing, and the like
        try:
            return ast.parse(data)
        except (SyntaxError, ValueError, RecursionError):
            return None
