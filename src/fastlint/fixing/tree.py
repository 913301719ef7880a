"""The syntax tree of a file with the place of each node, and the nodes at given places."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import fields
from functools import cache, cached_property
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper

from fastlint.fixing.parse import is_too_deep
from fastlint.fixing.quotes import prefers_single, requoted
from fastlint.fixing.withheld import WithheldError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastlint.fixing.document import Document
    from fastlint.text import Span

Definition: TypeAlias = cst.FunctionDef | cst.ClassDef
Node = TypeVar("Node", bound=cst.CSTNode)
Statement: TypeAlias = cst.BaseSmallStatement | cst.BaseCompoundStatement

_KEPT = 50  # texts of new statements, of which the next question is about the same
_NOWHERE = "its place was not found"
_CHANGED = "other changes have made something else of it"


class Places(MetadataWrapper):
    """Where the nodes of a module are."""

    def __init__(self, module: cst.Module) -> None:
        super().__init__(module, unsafe_skip_copy=True)

    def visit_batched(self, *_: object, **__: object) -> cst.Module:
        """Visit nothing: what knows places needs no visit, and an idle one takes as long as all the rest."""
        return self.module


class Tree:
    """The tree of one file.

    Attributes:
        document: the file.
        module: its tree, of which every node is the only one of its kind.
        spans: where nodes start and end, in bytes from the start of the file; parentheses around an expression are
            not part of it.
        parents: what each node stands in, blanks and punctuation left out.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.module = parse(document.code)
        if self.module.code != document.code:
            raise WithheldError(f"the layout of {document.path} would not survive")
        base = document.base
        self.spans: Mapping[cst.CSTNode, tuple[int, int]] = {
            node: (base + span.start, base + span.start + span.length)
            for node, span in Places(self.module).resolve(ByteSpanPositionProvider).items()
        }
        self.parents: dict[cst.CSTNode, cst.CSTNode] = {}
        self._fresh: dict[cst.CSTNode, str] = {}
        self.names: dict[str, list[cst.Name]] = defaultdict(list)
        self._expressions: dict[tuple[int, int], list[cst.BaseExpression]] = defaultdict(list)
        self._statements: dict[int, list[Statement]] = defaultdict(list)
        pending: list[cst.CSTNode] = [self.module]
        while pending:
            node = pending.pop()
            self._enter(node)
            for name in _inner_fields(type(node)):
                value = getattr(node, name)
                if isinstance(value, cst.CSTNode):
                    self.parents[value] = node
                    pending.append(value)
                elif isinstance(value, (list, tuple)):
                    self.parents.update(dict.fromkeys(value, node))
                    pending.extend(value)

    def _enter(self, node: cst.CSTNode) -> None:
        if isinstance(node, cst.BaseExpression):
            if isinstance(node, cst.Name):
                self.names[node.value].append(node)
            self._expressions[self.spans[node]].append(node)
            if node.lpar and node.rpar:
                outer = self.spans[node.lpar[0]][0], self.spans[node.rpar[-1]][1]
                self._expressions[outer].append(node)
        elif isinstance(node, (cst.BaseSmallStatement, cst.BaseCompoundStatement)):
            self._statements[self.spans[node][0]].append(node)

    # --- nodes at places ---

    def expression(self, at: Span) -> cst.BaseExpression:
        """The expression that spans these bytes, with or without its parentheses.

        Raises:
            WithheldError: there is none.
        """
        found = self._expressions.get((at.start, at.end))
        if not found:
            raise WithheldError(_NOWHERE)
        return found[0]

    def call(self, at: Span) -> cst.Call:
        """The call that spans these bytes.

        Raises:
            WithheldError: there is none.
        """
        node = self.expression(at)
        if isinstance(node, cst.Await) and isinstance(node.expression, cst.Call):
            return node.expression
        if not isinstance(node, cst.Call):
            raise WithheldError(_NOWHERE)
        return node

    def statement(self, at: Span) -> Statement:
        """The statement that starts where a span starts; of a definition, the `def` or `class`, not its decorators.

        Raises:
            WithheldError: there is none.
        """
        found = self._statements.get(at.start)
        if not found:
            raise WithheldError(_NOWHERE)
        return found[0]

    def function(self, at: Span) -> cst.FunctionDef:
        """The function whose `def` starts where a span starts.

        Raises:
            WithheldError: there is none.
        """
        node = self.statement(at)
        if not isinstance(node, cst.FunctionDef):
            raise WithheldError(_NOWHERE)
        return node

    def decorator(self, at: Span) -> tuple[Definition, cst.Decorator]:
        """The decorator whose expression spans these bytes, and what it decorates.

        Raises:
            WithheldError: there is none.
        """
        decorator = self.parents.get(self.expression(at))
        owner = self.parents.get(decorator) if decorator is not None else None
        if not isinstance(decorator, cst.Decorator) or not isinstance(owner, (cst.FunctionDef, cst.ClassDef)):
            raise WithheldError(_NOWHERE)
        return owner, decorator

    # --- questions about nodes ---

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """What a node stands in, innermost first."""
        parent = self.parents.get(node)
        while parent is not None:
            yield parent
            parent = self.parents.get(parent)

    def code(self, module: cst.Module) -> str:
        """The text of a module that this tree has become; what has not changed is written once only."""
        if not self._is_plain:
            return module.code
        own = map(self._text, module.body)
        return "".join((*map(module.code_for_node, module.header), *own, *map(module.code_for_node, module.footer)))

    def new_code(self, module: cst.Module) -> str:
        """The text of those statements of a module that this tree does not have."""
        return "".join(self._text(line) for line in module.body if not self.has(line))

    def has(self, line: cst.CSTNode) -> bool:
        """Whether a statement of a module is one of this tree's, and so has not changed."""
        return line in self._written

    def _text(self, line: cst.CSTNode) -> str:
        text = self._written.get(line) or self._fresh.get(line)
        if text is None:
            if len(self._fresh) > _KEPT:
                self._fresh.clear()
            text = self._fresh[line] = self.module.code_for_node(line)
        return text

    @cached_property
    def _written(self) -> dict[cst.CSTNode, str]:
        """The text of each statement of the module."""
        return {line: self.module.code_for_node(line) for line in self.module.body}

    @cached_property
    def _is_plain(self) -> bool:
        """Whether the module is its parts in a row: a missing line break at its end makes a difference."""
        parts = (*self.module.header, *self.module.footer)
        ends = "".join(map(self.module.code_for_node, parts))
        return self.module.has_trailing_newline and len(ends) + sum(map(len, self._written.values())) == len(
            self.document.code
        )

    def fitted(self, node: Node) -> Node:
        """A new node in the style of the file."""
        return requoted(node, self.document.code) if self._single else node

    @cached_property
    def _single(self) -> bool:
        return prefers_single(self.document.code)

    @cached_property
    def lines(self) -> frozenset[str]:
        """The lines of the file."""
        return frozenset(self.document.code.split("\n"))


def parse(code: str) -> cst.Module:
    """The tree of a module.

    Raises:
        WithheldError: it cannot be parsed.
    """
    try:
        if is_too_deep(code.encode()):
            raise WithheldError("the file nests too deeply")
        return cst.parse_module(code)
    except (cst.ParserSyntaxError, SyntaxError, RecursionError, ValueError) as error:
        raise WithheldError("the file cannot be parsed") from error


def children(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The nodes that a node is made of, in order."""
    for name in field_names(type(node)):
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from value


@cache
def field_names(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    """The fields of a kind of node."""
    return tuple(field.name for field in fields(kind))


# What is never looked for: blanks, which are most of a tree, and punctuation.
_OUTER = re.compile(
    r"whitespace.*|.*_whitespace|lpar|rpar|lbracket|rbracket|lbrace|rbrace|comma|equal|semicolon|dot|colon|first_colon"
    r"|second_colon|leading_lines|lines_after_decorators|header|footer|empty_lines|asynchronous|operator|operators"
)


@cache
def _inner_fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    return tuple(name for name in field_names(kind) if not _OUTER.fullmatch(name))


def within(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A node and all that it is made of, in no particular order."""
    pending = [node]
    while pending:
        found = pending.pop()
        yield found
        pending.extend(children(found))


def as_a(kind: type[Node], node: cst.CSTNode) -> Node:
    """A node that is known to be of a kind.

    Raises:
        WithheldError: another change has made something else of it.
    """
    if not isinstance(node, kind):
        raise WithheldError(_CHANGED)
    return node


def as_expression(node: cst.CSTNode) -> cst.BaseExpression:
    """A node that is known to be an expression.

    Raises:
        WithheldError: another change has made something else of it.
    """
    if not isinstance(node, cst.BaseExpression):
        raise WithheldError(_CHANGED)
    return node


def as_small(node: cst.CSTNode) -> cst.BaseSmallStatement:
    """A node that is known to be a statement that can share its line with others.

    Raises:
        WithheldError: another change has made something else of it.
    """
    if not isinstance(node, cst.BaseSmallStatement):
        raise WithheldError(_CHANGED)
    return node
