"""What stands in for a decorated function: the function inside a decorator of the project that is given it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.model.types import FunctionRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode


def wrappers(inference: Inference, ref: FunctionRef) -> Iterator[tuple[Expr, FunctionRef]]:
    """For each decorator of the project: where it is written, and what it gives when it is called with the function.

    Decorators of libraries, classes as decorators and decorators that give back the function itself add nothing.
    """
    node = ref.node
    for decorator, one, name in _own_decorators(inference, node):
        given = FunctionRef(one.node, one.bound, (*one.env, ((one.node, name), (FunctionRef(node, ref.bound),))))
        inner = [f for f in inference.returns(given) if isinstance(f, FunctionRef) and f.node.parent is one.node]
        if len({f.node.is_async for f in inner}) > 1:  # one for coroutine functions, another for plain ones
            inner = [f for f in inner if f.node.is_async == node.is_async]
        yield from ((decorator, f) for f in inner)


def is_replaced(inference: Inference, node: FunctionNode) -> bool:
    """Whether a decorator of the project puts a function in place of it that never runs it: one that sends a message.

    Who keeps the function itself, in a table or as an attribute, may run it; calls of its name don't.
    """
    for _, one, name in _own_decorators(inference, node):
        found = inference.returns(one)
        inner = [f.node for f in found if isinstance(f, FunctionRef) and f.node.parent is one.node]
        if inner and len(inner) == len(found) and not any(_uses(f, name) for f in inner):
            kept = (binding.value for bound in one.node.scan.bindings.values() for binding in bound)
            if not any(_keeps(value, one.node, name) for value in kept):
                return True
    return False


def _own_decorators(inference: Inference, node: FunctionNode) -> Iterator[tuple[Expr, FunctionRef, str]]:
    """The plain functions of the project that decorate a function, each with the parameter that is given it."""
    for decorator in node.record.decorators:
        for one in inference.of(decorator, node.parent):
            if isinstance(one, FunctionRef) and not one.node.is_async and one.node.record.params:
                names = [parameter.name for parameter in one.node.record.params]
                yield decorator, one, names[1 if one.bound is not None and len(names) > 1 else 0]


def _uses(node: FunctionNode, name: str) -> bool:
    """Whether the body of a function, or a default of its parameters, speaks of a name."""
    record = node.record
    return _says(node, record.body_start, record.body_end, name, rb"") or any(
        _keeps(one.default, node, name) for one in record.params
    )


def _keeps(value: Expr | None, node: FunctionNode, name: str) -> bool:
    """Whether a value may be what a name stands for, or be made of it; what is read from it is another thing."""
    return value is not None and _says(node, value.start, value.end, name, rb"(?!\s*\.)")


def _says(node: FunctionNode, start: int, end: int, name: str, behind: bytes) -> bool:
    text = node.module.facts.source.data[start:end]
    return re.search(rb"\b" + re.escape(name.encode()) + rb"\b" + behind, text) is not None
