"""What a verb is given: the tree, and what else the same fix does to the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import libcst as cst

from fastlint.findings import AddImport, MakeAsync
from fastlint.fixing.withheld import WithheldError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastlint.findings import Edit
    from fastlint.fixing.tree import Tree

_COMPREHENSIONS = (cst.ListComp, cst.SetComp, cst.DictComp)


@dataclass
class Site:
    """One file as a fix sees it.

    Attributes:
        tree: its tree.
        edits: the fix's edits of the file.
        imports: what the file must import for the fix besides what the edits say; verbs add to it.
    """

    tree: Tree
    edits: Sequence[Edit]
    imports: list[AddImport] = field(default_factory=list)

    def coroutine_function(self, node: cst.CSTNode) -> cst.FunctionDef:
        """The function in whose body an expression stands, if one may await there.

        Raises:
            WithheldError: one may not.
        """
        inner = node
        comprehensions = 0
        for outer in self.tree.ancestors(node):
            if isinstance(outer, cst.FunctionDef):
                if inner is not outer.body:
                    raise WithheldError("it stands in the head of a function")
                if outer.asynchronous is None and not self._made_async(outer):
                    raise WithheldError(f"`{outer.name.value}` is not `async`")
                return outer
            if isinstance(outer, _COMPREHENSIONS):
                comprehensions += 1
            if isinstance(outer, (cst.Lambda, cst.GeneratorExp, cst.ClassDef)) or comprehensions > 1:
                break  # timid: nested comprehensions may await since Python 3.11 only
            inner = outer
        raise WithheldError("nothing can be awaited there")

    def _made_async(self, function: cst.FunctionDef) -> bool:
        start = self.tree.spans[function][0]
        return any(isinstance(edit, MakeAsync) and edit.at.start == start for edit in self.edits)

    def expression(self, text: str) -> cst.BaseExpression:
        """Source text as an expression.

        Raises:
            WithheldError: it is none.
        """
        config = self.tree.module.config_for_parsing
        written = self.in_file(text.strip())
        for attempt in (
            (written, f"({written})") if written else ()
        ):  # some, `a := b`, are expressions between parentheses only
            try:
                return self.tree.fitted(cst.parse_expression(attempt, config))
            except cst.ParserSyntaxError:
                continue
        raise WithheldError(f"`{text}` is no expression")

    def in_file(self, text: str) -> str:
        """Text of our own with the line endings of the file."""
        return text.replace("\n", self.tree.module.default_newline)
