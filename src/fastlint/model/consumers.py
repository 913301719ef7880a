"""What runs an iterator where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Starred
from fastlint.model.expressions import last

if TYPE_CHECKING:
    from collections.abc import Collection

    from fastlint.facts.records import Call
    from fastlint.model.nodes import FunctionNode

# To its end, or one step.
_CONSUMERS = frozenset(
    {"list", "tuple", "set", "frozenset", "dict", "sorted", "sum", "max", "min", "any", "all", "next", "join", "extend"}
)


def runs_out(node: FunctionNode, call: Call) -> bool:
    """Whether an iterator that a call in a function makes is run through on the spot: `list(f())`, `g(*f())`."""
    return is_handed_to(node, call, _CONSUMERS) or any(
        isinstance(one, Starred) and one.value is call for site in node.scan.calls for one in site.call.args
    )


def is_handed_to(node: FunctionNode, call: Call, names: Collection[str]) -> bool:
    """Whether a call is an argument of a call of something that has one of these names."""
    return any(last(site.call.func) in names for site in node.scan.calls if any(one is call for one in site.call.args))
