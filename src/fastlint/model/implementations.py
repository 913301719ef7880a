"""What stands in for abstract methods: those of subclasses, or of the classes that do what a Protocol asks for."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.facts.records import Constant, ExprStatement, Jump, Raise, Str, Subscript
from fastlint.facts.records import Name as NameExpr
from fastlint.model.expressions import last
from fastlint.model.layers import is_test

if TYPE_CHECKING:
    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import ClassNode, FunctionNode

# A base class with more implementations than this is a plug-in point: which one runs is not for source to tell.
_MOST = 3
_PROTOCOLS = ("typing.Protocol", "typing_extensions.Protocol")
# What a method without a body of its own says, perhaps after a docstring.
_STUB_WORDS = (b"...", b"pass", b"NotImplementedError", b'"""')
_LONGEST_STUB = 2000


class Implementations:
    """Answers which methods of the project run where an abstract one is called."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._abstract: dict[FunctionNode, bool] = {}

    def of(self, cls: ClassNode, node: FunctionNode) -> tuple[ClassNode, ...]:
        """The few classes whose own method runs for `node`, an abstract method that `cls` has; none if it isn't one."""
        if not self._is_abstract(node):
            return ()
        name = node.name
        found = [
            sub for sub in self.subclasses(cls) if name in sub.methods and not self._is_abstract(sub.methods[name])
        ] or [one for one in self._alike(cls) if name in one.methods]
        real = [sub for sub in found if not is_test(sub.module.path)] or found
        return tuple(real) if 0 < len(real) <= _MOST else ()

    def _is_abstract(self, node: FunctionNode) -> bool:
        found = self._abstract.get(node)
        if found is None:
            found = self._abstract[node] = self._only_asks(node)
        return found

    def _only_asks(self, node: FunctionNode) -> bool:
        """Whether a method only says what others must have."""
        if node.record.decorators and "abc.abstractmethod" in self._inference.decorator_names(node):
            return True
        start, end = node.record.body_start, node.record.body_end
        data = node.module.facts.source.data
        if end - start > _LONGEST_STUB or not any(data.find(word, start, end) >= 0 for word in _STUB_WORDS):
            return False
        return all(_says_nothing(one) for one in node.body.statements)

    def subclasses(self, cls: ClassNode, *, renamed: bool = False) -> tuple[ClassNode, ...]:
        """The project's classes that inherit from a class, directly or not.

        `renamed` takes in those that import it by another name, which mostly are plug-ins.
        """
        found: dict[ClassNode, None] = {}
        todo = [cls]
        while todo:
            name = todo.pop().name
            for sub in (*self._by_base.get(name, ()), *(self._by_alias.get(name, ()) if renamed else ())):
                if sub not in found and sub is not cls and cls in self._inference.members.mro(sub):
                    found[sub] = None
                    todo.append(sub)
        return tuple(found)

    @cached_property
    def _by_base(self) -> dict[str, list[ClassNode]]:
        """Classes by the last names of what they inherit from."""
        index: defaultdict[str, list[ClassNode]] = defaultdict(list)
        for module in self._inference.modules.by_path.values():
            for node in module.classes:
                for expr in node.record.bases:
                    target = expr.value if isinstance(expr, Subscript) else expr
                    if isinstance(target, NameExpr):
                        index[target.id.rpartition(".")[2]].append(node)
        return index

    @cached_property
    def _by_alias(self) -> dict[str, list[ClassNode]]:
        """Classes by the names that what they inherit from has at home, where they import it by another one."""
        index: defaultdict[str, list[ClassNode]] = defaultdict(list)
        for name, nodes in self._by_base.items():
            for node in nodes:
                for binding in node.module.scan.bindings.get(name, ()):
                    if isinstance(binding.node, tuple) and binding.node[1].is_renamed:
                        index[binding.node[1].name.rpartition(".")[2]].append(node)
        return index

    def _alike(self, cls: ClassNode) -> list[ClassNode]:
        """The classes that have all the methods of a Protocol, each with the same parameters."""
        wanted = [one for one in cls.methods.values() if not one.name.startswith("__")]
        if not wanted or not self._is_protocol(cls):
            return []
        rare = min(wanted, key=lambda one: len(self._by_method.get(one.name, ())))
        return [
            sub
            for sub in self._by_method.get(rare.name, ())
            if sub is not cls
            and all(one.name in sub.methods and _shape(sub.methods[one.name]) == _shape(one) for one in wanted)
            and not self._is_protocol(sub)
        ]

    def _is_protocol(self, cls: ClassNode) -> bool:
        return any(last(_plain(base)) == "Protocol" for base in cls.record.bases) and any(
            base in _PROTOCOLS for base in self._inference.members.bases(cls)
        )

    @cached_property
    def _by_method(self) -> dict[str, list[ClassNode]]:
        """Classes by the names of their methods."""
        index: defaultdict[str, list[ClassNode]] = defaultdict(list)
        for module in self._inference.modules.by_path.values():
            for node in module.classes:
                for name in node.methods:
                    index[name].append(node)
        return index


def _shape(node: FunctionNode) -> tuple[bool, tuple[str, ...]]:
    return node.is_async, tuple(one.name for one in node.record.params[1:])


def _plain(expr: Expr) -> Expr:
    return expr.value if isinstance(expr, Subscript) else expr


def _says_nothing(statement: object) -> bool:
    match statement:
        case Jump() | ExprStatement(value=Str() | Constant()):
            return True
        case Raise(exception=exception) if exception is not None:
            return last(getattr(exception, "func", exception)) == "NotImplementedError"
        case _:
            return False
