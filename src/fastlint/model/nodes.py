"""The named things of a project: modules, classes, functions. Compared by identity, made once each."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from fastlint.facts.records import ClassDef, FunctionDef, If, Sequence, Str, Try, With
from fastlint.model.scan import Binding, Scan, scan
from fastlint.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastlint.facts.files import FileFacts
    from fastlint.facts.records import Body, Class, Function, Import, Parameter, Stmt


class Module:
    """One Python file. `name` is the dotted name that the project imports it by."""

    def __init__(self, facts: FileFacts, name: str, *, is_package: bool) -> None:
        self.facts = facts
        self.path = facts.path
        self.name = name
        self.is_package = is_package
        self._functions: dict[int, FunctionNode] = {}
        self._classes: dict[int, ClassNode] = {}

    @cached_property
    def scan(self) -> Scan:
        """What the module's own statements say."""
        return scan(self.facts.header.statements)

    @cached_property
    def stars(self) -> tuple[Import, ...]:
        """Its own statements `from x import *`."""
        return tuple(one for one in self.scan.imports if one.is_from and one.names and one.names[0].name == "*")

    @property
    def postpones_annotations(self) -> bool:
        """Whether annotations are texts, by `from __future__ import annotations`."""
        return any(
            one.module == "__future__" and any(name.name == "annotations" for name in one.names)
            for one in self.scan.imports
        )

    @cached_property
    def exported(self) -> frozenset[str] | None:
        """The names in a literal `__all__`, or None where there is none."""
        for binding in self.scan.bindings.get("__all__", ()):
            if isinstance(binding.value, Sequence):
                return frozenset(item.value for item in binding.value.items if isinstance(item, Str))
        return None

    @property
    def qualname(self) -> str:
        """The dotted name."""
        return self.name

    @property
    def module(self) -> Module:
        """Itself."""
        return self

    @property
    def parent(self) -> None:
        """A module lies in no other scope."""
        return

    def function(self, record: Function, parent: Scope) -> FunctionNode:
        """The node of a function record that stands in `parent`."""
        node = self._functions.get(record.start)
        if node is None:
            node = self._functions[record.start] = FunctionNode(record, parent)
        return node

    def class_(self, record: Class, parent: Scope) -> ClassNode:
        """The node of a class record that stands in `parent`."""
        node = self._classes.get(record.start)
        if node is None:
            node = self._classes[record.start] = ClassNode(record, parent)
        return node

    @cached_property
    def classes(self) -> tuple[ClassNode, ...]:
        """All classes outside functions, nested ones included, in order."""
        return tuple(_classes(self, self.facts.header.statements))

    @cached_property
    def functions(self) -> tuple[FunctionNode, ...]:
        """All functions outside functions, methods included, in order."""
        found = [*_functions(self, self.facts.header.statements)]
        for node in self.classes:
            found += _functions(node, node.record.body)
        return tuple(sorted(found, key=lambda node: node.record.start))

    def innermost(self, at: int) -> Scope:
        """The function around an offset, or the module."""
        here: Scope = self
        todo = list(self.functions)
        while todo:
            node = todo.pop()
            if node.record.body_start <= at < node.record.body_end:
                here = node
                todo = list(node.nested.values())
        return here

    def span(self, start: int, end: int) -> Span:
        """A span of this file."""
        return Span(self.path, start, end)

    def __repr__(self) -> str:
        return f"<module {self.name}>"


class ClassNode:
    """A class of the project."""

    def __init__(self, record: Class, parent: Scope) -> None:
        self.record = record
        self.parent = parent
        self.module: Module = parent.module

    @cached_property
    def scan(self) -> Scan:
        """What the class body says."""
        return scan(self.record.body)

    @property
    def name(self) -> str:
        """The class's own name."""
        return self.record.name

    @cached_property
    def qualname(self) -> str:
        """`package.module.Class`."""
        return f"{self.parent.qualname}.{self.record.name}"

    @property
    def local_name(self) -> str:
        """The name inside its module: `Outer.Inner`."""
        return self.qualname[len(self.module.name) + 1 :]

    @cached_property
    def methods(self) -> dict[str, FunctionNode]:
        """Functions of the class body by name, the last one winning."""
        return {node.name: node for node in _functions(self, self.record.body)}

    @property
    def span(self) -> Span:
        """The whole definition."""
        return Span(self.module.path, self.record.start, self.record.end)

    @property
    def name_span(self) -> Span:
        """The name in the `class` line."""
        return Span(self.module.path, self.record.name_start, self.record.name_end)

    def __repr__(self) -> str:
        return f"<class {self.qualname}>"


class FunctionNode:
    """A function or method of the project.

    Attributes:
        owner: the class whose body it stands in.
        is_async: whether it is an `async def`.
    """

    def __init__(self, record: Function, parent: Scope) -> None:
        self.record = record
        self.parent = parent
        self.module: Module = parent.module
        self.owner: ClassNode | None = parent if isinstance(parent, ClassNode) else None
        self.is_async: bool = record.is_async

    @cached_property
    def body(self) -> Body:
        """Its statements, read on first use."""
        return self.module.facts.body(self.record)

    @cached_property
    def scan(self) -> Scan:
        """What its body says."""
        return scan(self.body.statements)

    @property
    def name(self) -> str:
        """The function's own name."""
        return self.record.name

    @cached_property
    def qualname(self) -> str:
        """`package.module.Class.method`."""
        return f"{self.parent.qualname}.{self.record.name}"

    @property
    def local_name(self) -> str:
        """The name inside its module: `Class.method`."""
        return self.qualname[len(self.module.name) + 1 :]

    @property
    def runtime_name(self) -> str:
        """`__qualname__`, as the running function has it: `make.<locals>.inner`."""
        if isinstance(self.parent, FunctionNode):
            return f"{self.parent.runtime_name}.<locals>.{self.name}"
        return self.local_name

    def name_in(self, module: Module) -> str:
        """What people call it who look at a module: its local name there, elsewhere its qualified one."""
        return self.local_name if module is self.module else self.qualname

    @cached_property
    def is_generator(self) -> bool:
        """Whether it yields."""
        record = self.record
        if self.module.facts.source.data.find(b"yield", record.body_start, record.body_end) < 0:
            return False
        return self.body.yields

    @cached_property
    def params(self) -> dict[str, Parameter]:
        """Parameters by name."""
        return {parameter.name: parameter for parameter in self.record.params}

    @cached_property
    def nested(self) -> dict[str, FunctionNode]:
        """Functions defined directly in its body, by name."""
        return {record.name: self.module.function(record, self) for record, _ in self.scan.functions}

    @property
    def span(self) -> Span:
        """The whole definition, decorators left out."""
        return Span(self.module.path, self.record.start, self.record.end)

    @property
    def name_span(self) -> Span:
        """The name in the `def` line."""
        return Span(self.module.path, self.record.name_start, self.record.name_end)

    def bindings(self, name: str) -> list[Binding]:
        """Where its body binds a name."""
        return self.scan.bindings.get(name, [])

    def __repr__(self) -> str:
        return f"<function {self.qualname}>"


Scope: TypeAlias = Module | ClassNode | FunctionNode


_OPENING = frozenset({If, Try, With})
"""Statements in whose blocks functions and classes of a module are looked for."""


def _blocks(statement: Stmt) -> Iterator[Iterable[Stmt]]:
    match statement:
        case If():
            yield statement.body
            yield statement.orelse
        case Try():
            yield statement.body
            for handler in statement.handlers:
                yield handler.body
            yield statement.orelse
            yield statement.final
        case With():
            yield statement.body


def _functions(scope: Module | ClassNode, statements: Iterable[Stmt]) -> Iterator[FunctionNode]:
    for statement in statements:
        kind = type(statement)
        if kind is FunctionDef:
            yield scope.module.function(statement.function, scope)  # type: ignore[union-attr]
        elif kind in _OPENING:
            for block in _blocks(statement):
                yield from _functions(scope, block)


def _classes(scope: Module | ClassNode, statements: Iterable[Stmt]) -> Iterator[ClassNode]:
    for statement in statements:
        kind = type(statement)
        if kind is ClassDef:
            node = scope.module.class_(statement.class_, scope)  # type: ignore[union-attr]
            yield node
            yield from _classes(node, node.record.body)
        elif kind in _OPENING:
            for block in _blocks(statement):
                yield from _classes(scope, block)
