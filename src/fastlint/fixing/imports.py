"""Imports that fixes need, and imports that nothing needs any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import libcst as cst

from fastlint.fixing.blocks import as_line, leading, with_leading
from fastlint.fixing.comments import comments_of
from fastlint.fixing.grouping import placed
from fastlint.fixing.layout import BLANK, inserted, plain, removed
from fastlint.fixing.names import Imported, bindings, dotted, imported_by, is_type_checking, module_of, used
from fastlint.fixing.sorting import place_among
from fastlint.fixing.withheld import WithheldError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fastlint.findings import AddImport, RemoveImport
    from fastlint.fixing.blocks import Line
    from fastlint.fixing.tree import Tree


def is_missing(tree: Tree, edit: AddImport, offsets: Sequence[int]) -> bool:
    """Whether what an edit wants imported is not yet there at run time for code at some places of a file.

    Raises:
        WithheldError: its name means something else there.
    """
    wanted = Imported(edit.module, edit.name) if edit.name else Imported(edit.module.partition(".")[0], "")
    name = edit.name or wanted.module
    missing = not (edit.name == "" and "." in edit.module) or not _has_plain(tree, edit.module)
    for binding in bindings(tree, name):
        same = binding.imported is not None and binding.imported.same(wanted)
        if binding.scope is None:
            if not same:
                raise WithheldError(f"`{name}` means something else in {tree.document.path}")
            if not binding.guarded and (edit.name or "." not in edit.module):
                missing = False
        else:
            start, end = tree.spans[binding.scope]
            inside = [offset for offset in offsets if start <= offset < end]
            if inside and not (same and binding.end <= min(inside)):
                raise WithheldError(f"`{name}` means something else where it would be used")
    return missing


def _has_plain(tree: Tree, module: str) -> bool:
    root = module.partition(".")[0]
    for node in tree.names.get(root, ()):
        for outer in tree.ancestors(node):
            if isinstance(outer, cst.ImportAlias):
                own_line = tree.parents.get(tree.parents[outer])
                if (
                    dotted(outer.name) == module
                    and outer.asname is None
                    and isinstance(own_line, cst.SimpleStatementLine)
                ):
                    return isinstance(tree.parents.get(own_line), cst.Module)
                break
    return False


def with_imports(
    module: cst.Module, path: str, added: Iterable[AddImport], gone: Iterable[RemoveImport], old: Sequence[cst.CSTNode]
) -> cst.Module:
    """A module with more imports and without those that are asked to go and are not used.

    Args:
        module: the module, all else in it changed already.
        path: where it is.
        added: what to import; each is missing.
        gone: what not to import if nothing uses it.
        old: the statements that the module had: code that needs an import stands in others, and after it.
    """
    body = [as_line(line) for line in module.body]
    known = set(map(id, old))
    for edit in _each(added):
        if edit.name:
            body = _unguarded(body, Imported(edit.module, edit.name), path)
        first = next((at for at, line in enumerate(body) if id(line) not in known and not _is_import(line)), len(body))
        body = _with_one(body, edit, path, first)
    wanted = _each(gone)
    if wanted and not path.endswith("__init__.py"):  # what a package imports, others import from it
        names = used(module.with_changes(body=body))
        for removal in wanted:
            body = _without(body, Imported(removal.module, removal.name), names, path)
    return module.with_changes(body=body)


_Edit = TypeVar("_Edit", bound="AddImport | RemoveImport")


def _each(edits: Iterable[_Edit]) -> list[_Edit]:
    """Edits in order, one for each thing."""
    by_thing = {(edit.module, edit.name): edit for edit in edits}
    return [by_thing[thing] for thing in sorted(by_thing)]


def _with_one(body: list[Line], edit: AddImport, path: str, first: int) -> list[Line]:
    if edit.name:
        for at, line in enumerate(body[:first]):
            statement = from_import(line)
            if statement is not None and _takes(statement, edit, path):
                if _one_each(body[:first], statement, path):
                    break
                return [*body[:at], _extended(line, statement, edit.name), *body[at + 1 :]]
    return placed(body, edit, path, first)


def _takes(statement: cst.ImportFrom, edit: AddImport, path: str) -> bool:
    if isinstance(statement.names, cst.ImportStar):
        return False
    found = module_of(statement, path)
    return found == edit.module or (bool(statement.relative) and Imported(found, "x").same(Imported(edit.module, "x")))


def _one_each(lines: Sequence[Line], statement: cst.ImportFrom, path: str) -> bool:
    """Whether the file imports each name of this module by a statement of its own."""
    module = module_of(statement, path)
    same = [one for line in lines if (one := from_import(line)) and module_of(one, path) == module]
    return len(same) > 1 and all(not isinstance(one.names, cst.ImportStar) and len(one.names) == 1 for one in same)


def _extended(line: Line, statement: cst.ImportFrom, name: str) -> Line:
    names = tuple(statement.names) if not isinstance(statement.names, cst.ImportStar) else ()
    opening = statement.lpar.whitespace_after if statement.lpar is not None else BLANK
    closing = statement.rpar.whitespace_before if statement.rpar is not None else BLANK
    rpar = statement.rpar
    if rpar is not None and not isinstance(names[-1].comma, cst.Comma) and comments_of(closing):
        names = (*names[:-1], names[-1].with_changes(comma=cst.Comma(whitespace_after=closing)))
        rpar = rpar.with_changes(whitespace_before=plain(cst.SimpleWhitespace("")))
    place = place_among([dotted(alias.name) for alias in names], name)
    extended = inserted(names, place, cst.ImportAlias(cst.Name(name)), opening)
    return _with_statement(line, statement.with_changes(names=extended, rpar=rpar))


def _unguarded(body: list[Line], wanted: Imported, path: str) -> list[Line]:
    """The module without what it imports for type checkers only and will import at run time, too."""
    result: list[Line] = []
    for line in body:
        guarded = isinstance(line, cst.If) and is_type_checking(line.test)
        shorter = _emptied(line, wanted, path) if guarded and isinstance(line, cst.If) else line
        if shorter is not None:
            result.append(shorter)
    return result


def _emptied(line: cst.If, wanted: Imported, path: str) -> cst.If | None:
    if not isinstance(line.body, cst.IndentedBlock):
        return line
    inner = [as_line(one) for one in line.body.body]
    left = _without(inner, wanted, set(), path)
    if left == inner:
        return line
    if not left and line.orelse is None and not comments_of(line):
        return None
    return line.with_changes(body=line.body.with_changes(body=left or [cst.SimpleStatementLine([cst.Pass()])]))


def _without(body: list[Line], wanted: Imported, names: set[str], path: str) -> list[Line]:
    """Statements without the import of something that no name uses."""
    result: list[Line] = []
    dropped: Line | None = None
    for line in body:
        shorter = _shortened(line, wanted, names, path)
        if shorter is None:
            dropped = line if dropped is None else dropped
            continue
        if dropped is not None and not result:
            shorter = with_leading(shorter, _without_blanks(shorter) if not leading(dropped) else leading(shorter))
        elif dropped is not None and not leading(shorter):
            shorter = with_leading(shorter, leading(dropped))
        dropped = None
        result.append(shorter)
    return result


def _without_blanks(line: Line) -> list[cst.EmptyLine]:
    lines = list(leading(line))
    while lines and lines[0].comment is None:
        lines.pop(0)
    return lines


def _shortened(line: Line, wanted: Imported, names: set[str], path: str) -> Line | None:
    """An import statement without one thing; None if nothing else is in it."""
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
        return line
    statement = line.body[0]
    if not isinstance(statement, (cst.Import, cst.ImportFrom)) or isinstance(statement.names, cst.ImportStar):
        return line
    for place, alias in enumerate(statement.names):
        own = alias.asname.name if alias.asname is not None else alias.name
        bound = dotted(own).partition(".")[0]
        plain_module = isinstance(statement, cst.Import) and dotted(alias.name) == wanted.module and not wanted.name
        if bound in names or not (plain_module or imported_by(alias, statement, path).same(wanted)):
            continue
        if comments_of(line):
            return line  # timid: the comment may be about what is imported, or about something else
        if len(statement.names) == 1:
            return None
        left = removed(tuple(statement.names), place)
        if place == len(statement.names) - 1 and not (isinstance(statement, cst.ImportFrom) and statement.lpar):
            left[-1] = left[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return _with_statement(line, statement.with_changes(names=left))
    return line


def from_import(line: Line) -> cst.ImportFrom | None:
    """The `from … import …` that is alone on a line."""
    if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1 and isinstance(line.body[0], cst.ImportFrom):
        return line.body[0]
    return None


def _is_import(line: Line) -> bool:
    return isinstance(line, cst.SimpleStatementLine) and isinstance(line.body[0], (cst.Import, cst.ImportFrom))


def _with_statement(line: Line, statement: cst.BaseSmallStatement) -> Line:
    changed: Line = line.with_changes(body=(statement,))
    return changed
