"""How deep a file nests: what is too deep for parsers that call themselves must be known before they are asked."""

from __future__ import annotations

from typing import Final

from fastlint.facts.syntax import kinds, parse

# What other trees nest, though it stands side by side in this one.
_ELIF: Final = kinds("elif_clause")
_TEXTS: Final = kinds("concatenated_string")


def depth_of(data: bytes) -> int:
    """The number of levels in the syntax of a file; long chains of `elif` and of texts count as levels, too."""
    deepest = 0
    pending = [(parse(data).root_node, 1)]
    while pending:
        node, depth = pending.pop()
        chained = node.named_child_count if node.kind_id in _TEXTS else 0
        for child in node.named_children:
            chained += child.kind_id in _ELIF
            if child.named_child_count:
                pending.append((child, depth + 1))
        deepest = max(deepest, depth + chained)
    return deepest
