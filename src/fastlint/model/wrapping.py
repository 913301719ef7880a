"""What stands in for a decorated function: the function inside a decorator of the project that is given it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.model.types import FunctionRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference


def wrappers(inference: Inference, ref: FunctionRef) -> Iterator[tuple[Expr, FunctionRef]]:
    """For each decorator of the project: where it is written, and what it gives when it is called with the function.

    Decorators of libraries, classes as decorators and decorators that give back the function itself add nothing.
    """
    node = ref.node
    for decorator in node.record.decorators:
        for one in inference.of(decorator, node.parent):
            if not isinstance(one, FunctionRef) or one.node.is_async or not one.node.record.params:
                continue
            names = [parameter.name for parameter in one.node.record.params]
            at = 1 if one.bound is not None and len(names) > 1 else 0
            given = FunctionRef(
                one.node, one.bound, (*one.env, ((one.node, names[at]), (FunctionRef(node, ref.bound),)))
            )
            inner = [f for f in inference.returns(given) if isinstance(f, FunctionRef) and f.node.parent is one.node]
            if len({f.node.is_async for f in inner}) > 1:  # one for coroutine functions, another for plain ones
                inner = [f for f in inner if f.node.is_async == node.is_async]
            yield from ((decorator, f) for f in inner)
