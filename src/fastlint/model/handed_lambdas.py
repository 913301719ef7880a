"""Lambdas that a call hands to a function of the project which calls them itself: their bodies run where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Lambda, Name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.blocks import Block, Site
    from fastlint.model.calls import Calls
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.types import Env, FunctionRef


def sites_within(calls: Calls, inference: Inference, node: FunctionNode, env: Env) -> Iterator[Site]:
    """The calls in such lambdas of a function: `retrying(lambda: client.get(url))`."""
    if not node.scan.lambdas:
        return
    run = {id(one) for one in _called(calls, inference, node, env)}
    for site in node.scan.calls if run else ():
        around = _lambda_around(site.block)
        if around is not None and id(around) in run:
            yield site


def _lambda_around(block: Block) -> Lambda | None:
    here: Block | None = block
    while here is not None and here.kind != "lambda":
        here = here.parent
    return here.owner if here is not None and isinstance(here.owner, Lambda) else None


def _called(calls: Calls, inference: Inference, node: FunctionNode, env: Env) -> Iterator[Lambda]:
    for site in node.scan.calls:
        if site.block.deferred or not _hands_lambda(site.call):
            continue
        for one in inference.of(site.call.func, node, env):
            target = calls.target(one)
            if target is None or calls.offloaded(target.node) or (target.node.is_async and not site.awaited):
                continue
            for name, value in inference.arguments.matched(target.node, site.call, _bound(target)):
                if isinstance(value, Lambda) and _calls(target.node, name):
                    yield value


def _hands_lambda(call: Call) -> bool:
    return any(isinstance(one, Lambda) for one in call.args) or any(
        isinstance(one.value, Lambda) for one in call.keywords
    )


def _bound(target: FunctionRef) -> int:
    return 1 if target.bound is not None else 0


def _calls(node: FunctionNode, name: str) -> bool:
    """Whether a function itself calls what it is given: not a thread that it starts, nor a function in it."""
    return name not in node.scan.bindings and any(
        isinstance(site.call.func, Name) and site.call.func.id == name and not site.block.deferred
        for site in node.scan.calls
    )
