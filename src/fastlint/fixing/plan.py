"""What a fix does to one file, and what several fixes make of it together."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.findings import AddImport, RemoveImport, ReplaceText
from fastlint.fixing.changes import Change, Changes
from fastlint.fixing.difference import difference
from fastlint.fixing.document import Document, TextEdit
from fastlint.fixing.imports import is_missing, with_imports
from fastlint.fixing.tidy import tidied
from fastlint.fixing.tree import Tree, parse
from fastlint.fixing.verbs import Site, change
from fastlint.fixing.withheld import ConflictError, WithheldError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import libcst as cst

    from fastlint.findings import Edit


_INVALID = "the result would not be valid"


class File:
    """One file that fixes change; parsed when first an edit needs its tree."""

    def __init__(self, path: str, raw: bytes) -> None:
        self.document = Document(path, raw)
        self._tree: Tree | None = None
        self._trouble = ""

    @cached_property
    def compiles(self) -> bool:
        """Whether the interpreter that runs here reads the file as it is."""
        return _compiles(self.document.code)

    @property
    def tree(self) -> Tree:
        """The syntax tree."""
        if not self.document.path.endswith(".py"):
            raise WithheldError(f"{self.document.path} is no Python file")
        if self._trouble:  # what could not be parsed for one fix need not be tried for the next
            raise WithheldError(self._trouble)
        if self._tree is None:
            try:
                self._tree = Tree(self.document)
            except WithheldError as error:
                self._trouble = str(error)
                raise
        return self._tree


@dataclass(frozen=True)
class Plan:
    """What one fix does to one file."""

    changes: tuple[Change, ...] = ()
    added: tuple[AddImport, ...] = ()
    gone: tuple[RemoveImport, ...] = ()
    texts: tuple[TextEdit, ...] = ()


def planned(file: File, edits: Sequence[Edit]) -> Plan:
    """How a fix's edits of one file are made.

    Raises:
        WithheldError: they cannot be made as they are.
    """
    changes: list[Change] = []
    gone: list[RemoveImport] = []
    texts: list[TextEdit] = []
    wanted: list[AddImport] = []
    site: Site | None = None
    for edit in edits:
        if isinstance(edit, ReplaceText):
            texts.append(_text_edit(file.document, edit))
            continue
        site = site or Site(file.tree, edits)
        made = change(site, edit)
        if isinstance(made, AddImport):
            wanted.append(made)
        elif isinstance(made, RemoveImport):
            gone.append(made)
        elif isinstance(made, Change):
            changes.append(made)
    added: list[AddImport] = []
    if site is not None:
        offsets = [edit.at.start for edit in edits if not isinstance(edit, (AddImport, RemoveImport))]
        added = [one for one in (*wanted, *site.imports) if is_missing(site.tree, one, offsets)]
    if changes:  # what cannot be made alone need not be tried together with others
        alone = Changes(file.tree)
        alone.add(alone.news(changes))
        alone.made()
    return Plan(tuple(changes), tuple(added), tuple(gone), tuple(texts))


def _text_edit(document: Document, edit: ReplaceText) -> TextEdit:
    if not 0 <= edit.at.start <= edit.at.end <= len(document.data):
        raise WithheldError("its place was not found")
    text = edit.text.replace("\n", document.newline.decode()).encode()
    return TextEdit(edit.at.start, edit.at.end, text)


class Workpiece:
    """A file and the plans for it that go together."""

    def __init__(self, file: File, width: int) -> None:
        self._file = file
        self._width = width
        self._changes: Changes | None = None
        self._added: list[AddImport] = []
        self._gone: list[RemoveImport] = []
        self._texts: list[TextEdit] = []

    def check(self, plan: Plan) -> None:
        """Make sure that a plan goes with those that are here.

        Raises:
            ConflictError: it does not.
        """
        if plan.changes and self._changes is not None:
            self._changes.news(plan.changes)
        for text in plan.texts:
            if any(_overlap(text, other) for other in self._texts):
                raise ConflictError
        bound = {_bound(one): one for one in self._added}
        if any(bound.get(_bound(one), one).module != one.module for one in plan.added):
            raise ConflictError

    def take(self, plan: Plan) -> None:
        """Take a plan in that `check` has passed."""
        if plan.changes:
            if self._changes is None:
                self._changes = Changes(self._file.tree)
            self._changes.add(self._changes.news(plan.changes))
        self._added.extend(plan.added)
        self._gone.extend(plan.gone)
        self._texts.extend(text for text in plan.texts if text not in self._texts)

    def edits(self, *, to_write: bool = True) -> tuple[TextEdit, ...]:
        """All plans as text edits that do not overlap.

        Args:
            to_write: whether the result is to be written, and so must be fit to be edited again.

        Raises:
            WithheldError: the result is not valid.
            ConflictError: two of the plans turn out not to go together.
        """
        module = self._module()
        edits = list(self._tree_edits(module)) if module is not None else []
        for text in self._texts:
            if any(_overlap(text, other) for other in edits):
                raise ConflictError
            edits.append(text)
        document = self._file.document
        result = tuple(sorted(edit for edit in edits if document.data[edit.start : edit.end] != edit.text))
        if not document.path.endswith(".py") or not result:
            return result
        if b"\x0c" in document.data and document.changed(result).count(b"\x0c") < document.data.count(b"\x0c"):
            raise WithheldError("a form feed would be lost")  # the tree has a blank in the place of one
        if to_write or self._texts or module is None or not self._file.compiles:
            _check_syntax(self._file, document.changed(result))
        elif not _compiles(self._file.tree.new_code(module)):
            raise WithheldError(_INVALID)
        return result

    def _module(self) -> cst.Module | None:
        if self._changes is None and not self._added and not self._gone:
            return None
        tree = self._file.tree
        document = self._file.document
        module = self._changes.made() if self._changes is not None else tree.module
        if self._added or self._gone:
            module = with_imports(module, document.path, self._added, self._gone, tree.module.body)
        return tidied(tree, module, self._width)

    def _tree_edits(self, module: cst.Module) -> tuple[TextEdit, ...]:
        tree = self._file.tree
        document = self._file.document
        edits = difference(document.code.encode(), tree.code(module).encode(), document.base)
        if document.newline != b"\r":
            return edits
        return tuple(TextEdit(edit.start, edit.end, edit.text.replace(b"\n", b"\r")) for edit in edits)


def _check_syntax(file: File, raw: bytes) -> None:
    """Make sure that new bytes are Python, of the kind that the old were."""
    changed = Document(file.document.path, raw)
    parse(changed.code)
    # The tree's grammar takes more than Python does: an `await` in a plain function, a parameter that stands twice.
    # The interpreter's own word counts where it reads the file as it was; it may be older than the file.
    if file.compiles and not _compiles(changed.code):
        raise WithheldError(_INVALID)


def _compiles(code: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(code, "<file>", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def _overlap(one: TextEdit, other: TextEdit) -> bool:
    """Whether edits touch the same text; two that insert at one place do."""
    if one == other:
        return False
    return (one.start < other.end and other.start < one.end) or one.start == other.start


def _bound(edit: AddImport) -> str:
    return edit.name or edit.module.partition(".")[0]
