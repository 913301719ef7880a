"""Where a new import statement goes: into the group of its kind, or into a group of its own between the others."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import libcst as cst

from fastlint.fixing.blocks import as_line, leading, split_leading, with_leading
from fastlint.fixing.names import dotted
from fastlint.fixing.sorting import FUTURE, Entry, own_package, place_among_entries
from fastlint.fixing.spacing import EMPTY, is_definition, spaced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastlint.findings import AddImport
    from fastlint.fixing.blocks import Line


def placed(body: Sequence[Line], edit: AddImport, path: str, first: int) -> list[Line]:
    """The statements of a module with one more import among those before the statement at `first`."""
    new = _statement(edit)
    entry = Entry(edit.module, edit.name)
    there = _entries(body[:first])
    own = own_package(path, [entry, *(one for _, one in there)])
    section = entry.section(own)
    kin = _group(body, [(at, one) for at, one in there if one.section(own) == section], entry)
    if kin:
        return _in_group(body, [at for at, _ in kin], place_among_entries([one for _, one in kin], entry), new)
    gap = (EMPTY,) if _grouped(body, there, own) else ()
    lower = [at for at, one in there if one.section(own) < section]
    if lower:
        return _after(body, max(lower), new, gap)
    if there:
        return _before(body, there[0][0], new, gap)
    return _alone(body, new)


def _entries(lines: Sequence[Line]) -> list[tuple[int, Entry]]:
    """The imports above the first definition, by their place."""
    found: list[tuple[int, Entry]] = []
    for at, line in enumerate(lines):
        if is_definition(line):
            break
        entry = _entry(line)
        if entry is not None:
            found.append((at, entry))
    return found


def _group(body: Sequence[Line], entries: Sequence[tuple[int, Entry]], new: Entry) -> Sequence[tuple[int, Entry]]:
    """Of imports of one kind those that stand together: those beside imports of the same package, else the first.

    Some files keep `import x` and `from x import y` apart.
    """
    groups: list[list[tuple[int, Entry]]] = []
    for at, entry in entries:
        if not groups or _is_apart(body[at]):
            groups.append([])
        groups[-1].append((at, entry))
    kin = [group for group in groups if any(entry.root == new.root for _, entry in group)]
    alike = [group for group in groups if any(bool(entry.name) == bool(new.name) for _, entry in group)]
    return next(iter(kin or alike or groups), ())


def _grouped(body: Sequence[Line], entries: Sequence[tuple[int, Entry]], own: str) -> bool:
    """Whether imports of different kinds are kept apart."""
    turns = [at for (_, one), (at, other) in pairwise(entries) if one.section(own) != other.section(own)]
    return not turns or any(_is_apart(body[at]) for at in turns)


def _is_apart(line: Line) -> bool:
    return any(one.comment is None for one in leading(line))


def _in_group(body: Sequence[Line], group: Sequence[int], place: int, new: Line) -> list[Line]:
    if place:
        at = group[place - 1] + 1
        return [*body[:at], new, *body[at:]]
    at = group[0]  # what stands above the group, a heading perhaps, stays above it
    return [*body[:at], with_leading(new, leading(body[at])), with_leading(body[at], ()), *body[at + 1 :]]


def _after(body: Sequence[Line], at: int, new: Line, gap: tuple[cst.EmptyLine, ...]) -> list[Line]:
    """Below the last import of another group, as a group of its own."""
    following = body[at + 1 :]
    result = [*body[: at + 1], with_leading(new, gap)]
    if following and not gap and _entry(following[0]) is not None:
        result.extend(following)
    elif following:
        result.append(spaced(following[0], _wanted(following[0])))
        result.extend(following[1:])
    return result


def _before(body: Sequence[Line], at: int, new: Line, gap: tuple[cst.EmptyLine, ...]) -> list[Line]:
    """Above the first import, as a group of its own."""
    blank, own = split_leading(body[at])
    return [*body[:at], with_leading(new, blank), with_leading(body[at], (*gap, *own)), *body[at + 1 :]]


def _alone(body: Sequence[Line], new: Line) -> list[Line]:
    """The first import of a file: below its docstring and `__future__`."""
    at = 0
    for index, line in enumerate(body):
        entry = _entry(line)
        if (index == 0 and _is_docstring(line)) or (entry is not None and entry.section("") == FUTURE):
            at = index + 1
        else:
            break
    result = [*body[:at], with_leading(new, (EMPTY,) if at else ())]
    if at < len(body):
        result.append(spaced(body[at], _wanted(body[at])))
        result.extend(body[at + 1 :])
    return result


def _wanted(line: Line) -> int:
    """How many blank lines stand between imports and a statement."""
    return 2 if is_definition(line) else 1


def _statement(edit: AddImport) -> Line:
    text = f"from {edit.module} import {edit.name}" if edit.name else f"import {edit.module}"
    return as_line(cst.parse_statement(text))


def _entry(line: Line) -> Entry | None:
    """What an import statement is for the order; None for any other statement."""
    if not isinstance(line, cst.SimpleStatementLine):
        return None
    statement = line.body[-1]
    if isinstance(statement, cst.ImportFrom):
        module = dotted(statement.module) if statement.module is not None else ""
        names = statement.names
        name = "*" if isinstance(names, cst.ImportStar) else dotted(names[0].name)
        return Entry("." * len(statement.relative) + module, name)
    if isinstance(statement, cst.Import):
        return Entry(dotted(statement.names[0].name), "")
    return None


def _is_docstring(line: Line) -> bool:
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
        return False
    statement = line.body[0]
    return isinstance(statement, cst.Expr) and isinstance(statement.value, (cst.SimpleString, cst.ConcatenatedString))
