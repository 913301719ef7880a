"""Attributes that ask a service when they are read: `AsyncResult.status` goes to Celery's result backend."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.facts.records import Name
from fastlint.model.alternatives import any_of
from fastlint.model.edges import Edge, excluded
from fastlint.model.knowledge.terminals import lazy_attributes
from fastlint.model.types import Instance, MethodRef
from fastlint.model.uses import attributes_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Attribute
    from fastlint.model.inference import Inference
    from fastlint.model.knowledge.blocking import Blocking
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.types import Env, Types


class LazyReads:
    """Finds reads of such attributes; few projects use a library that has some, and the others are not looked at."""

    def __init__(self, inference: Inference, blocking: Blocking) -> None:
        self._inference = inference
        self._blocking = blocking

    def of(self, node: FunctionNode, env: Env, absent: frozenset[str]) -> Iterator[Edge]:
        """The first read of each object in a function; none, where a call of its methods waits as well."""
        record = node.record
        if self._text is None or not self._text.search(
            node.module.facts.source.data, record.body_start, record.body_end
        ):
            return
        seen: set[str] = set()
        for statement, block in node.scan.statements:
            if block.deferred or (absent and excluded(block, absent)):
                continue
            for expr in sorted(attributes_in(statement), key=lambda one: one.start):
                for owner, types, name in self._read(expr, node, env):
                    for one in types if owner not in seen else ():
                        if not isinstance(one, Instance) or not isinstance(one.cls, str):
                            continue
                        verdict = self._blocking.attribute(one.cls, name)
                        if verdict is not None and not self._asks(owner, one.cls, node):
                            seen.add(owner)
                            outside = MethodRef(one.cls, name, one)
                            yield Edge(None, expr.start, expr.end, None, outside, verdict, block)

    def _read(self, expr: Name | Attribute, node: FunctionNode, env: Env) -> Iterator[tuple[str, Types, str]]:
        """Each part of a chain that has the name of such an attribute: what it is read of, and the types of that."""
        if isinstance(expr, Name):
            head, *rest = expr.id.split(".")
            types = self._inference.lookup.name(head, node, expr.start, env) if self._names(rest) else ()
            path = head
        else:
            rest = expr.attr.split(".")
            types = self._inference.of(expr.value, node, env) if self._names(rest) else ()
            path = str(expr.value.start)
        for part in rest if types else ():
            if part in self._attributes:
                yield path, types, part
            types = self._inference.path(types, part)
            path = f"{path}.{part}"

    def _asks(self, owner: str, cls: str, node: FunctionNode) -> bool:
        """Whether the function calls a method of the same object that blocks: `task.ready()` before `task.status`."""
        on = [site.call.func for site in node.scan.calls if isinstance(site.call.func, Name)]
        methods = [func.id.rpartition(".")[2] for func in on if func.id.rpartition(".")[0] == owner]
        return any(self._blocking.method(cls, method) is not None for method in methods)

    def _names(self, parts: list[str]) -> bool:
        return not self._attributes.isdisjoint(parts)

    @cached_property
    def _attributes(self) -> frozenset[str]:
        return lazy_attributes()[0]

    @cached_property
    def _text(self) -> re.Pattern[bytes] | None:
        """What the text of a function holds that reads one; None in a project without such a library."""
        libraries = any_of(name.encode() for name in lazy_attributes()[1])
        imported = re.compile(rb"m(?:port)?[ \t]+(?:" + libraries + rb")\b")  # the ends of `from` and `import`
        if not any(imported.search(one.facts.source.data) for one in self._inference.modules.by_path.values()):
            return None
        return re.compile(rb"\.\s*(?:" + any_of(name.encode() for name in self._attributes) + rb")\b")
