"""How migrations are named and whether they can be taken back, as Alembic's configuration and their files say."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from fastlint.facts.records import Constant, ExprStatement, Jump, Str
from fastlint.findings import ReplaceText
from fastlint.model.layers import is_test
from fastlint.text import Span

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.manifests import Manifests
    from fastlint.model.migrations import Migrations
    from fastlint.model.nodes import FunctionNode, Module

_DATE = "%%(year)d_%%(month).2d_%%(day).2d_%%(hour).2d%%(minute).2d-"
_DATED = f"{_DATE}%%(rev)s_%%(slug)s"
_DATES = ("(year)", "(epoch)")
_TEMPLATE = re.compile(r"(?m)^(?P<comment>[#;][ \t]*)?file_template[ \t]*=[ \t]*(?P<value>[^\r\n]*?)[ \t]*\r?$")
_LOCATION = re.compile(r"(?m)^(?P<line>[ \t]*script_location[ \t]*=[^\r\n]*)")
_NUMBERED = re.compile(r"\d{3,}[_-]")
_WORD = re.compile(r"[^\W\d_]{2,}")
# Fewer migrations don't show how a project names them.
_FEW = 10
# A body of more bytes than this does something.
_LONGEST = 400


class Template:
    """A configuration whose names of files lack something; `edit` mends it."""

    __slots__ = ("at", "edit", "lacks")

    def __init__(self, at: Span, lacks: str, edit: ReplaceText | None) -> None:
        self.at = at
        self.lacks = lacks
        self.edit = edit


class Revisions:
    """Answers what is missing."""

    def __init__(self, manifests: Manifests, migrations: Migrations) -> None:
        self._manifests = manifests
        self._migrations = migrations

    def templates(self) -> Iterator[Template]:
        """The configurations that name new migrations without date or description."""
        numbered = self._are_numbered()
        for path, text in self._manifests.texts.items():
            values = _templates_in(path, text)
            for value in values:
                lacks = "a description" if "(slug)" not in value else "a date"
                if lacks == "a date" and (numbered or any(one in value for one in _DATES)):
                    continue
                edit = _edit(path, text, value, lacks) if len(values) == 1 else None
                yield Template(_place(path, text, value), lacks, edit)

    def _are_numbered(self) -> bool:
        """Whether most migrations have a date or number in front, whoever put it there."""
        stems = [one.path.rpartition("/")[2] for one in self._migrations.revisions]
        return bool(stems) and sum(_NUMBERED.match(one) is not None for one in stems) * 2 > len(stems)

    def nameless(self) -> Iterator[Module]:
        """Migrations whose file says nothing but the revision's id; where most are so, it is the template's doing."""
        files = tuple(self._files())
        found = tuple(filter(_is_nameless, files))
        if len(found) * 2 <= len(files) or len(files) < _FEW:
            yield from found

    def one_way(self) -> Iterator[tuple[Module, FunctionNode | None]]:
        """Migrations that do something and don't take it back, without a word on why."""
        for module in self._files():
            functions = {node.name: node for node in module.functions if node.parent is module}
            upgrade, downgrade = functions.get("upgrade"), functions.get("downgrade")
            if upgrade is None or _is_empty(upgrade):
                continue
            if downgrade is None or (_is_empty(downgrade) and not _is_explained(downgrade)):
                yield module, downgrade

    def _files(self) -> Iterator[Module]:
        return (one for one in sorted(self._migrations.revisions, key=lambda one: one.path) if not is_test(one.path))

    def place(self, module: Module) -> Span:
        """Where a migration says its id."""
        binding = module.scan.bindings["revision"][0]
        value = binding.value
        return module.span(value.start, value.end) if value is not None else module.span(0, 0)


def _templates_in(path: str, text: str) -> list[str]:
    """The template of each of a file's configurations of Alembic; "" where it is the default, which has no date."""
    name = path.rpartition("/")[2]
    if name == "pyproject.toml":
        if "[tool.alembic]" not in text:
            return []
        try:
            table = tomllib.loads(text)["tool"]["alembic"]
        except (tomllib.TOMLDecodeError, KeyError, TypeError):
            return []
        return [str(table.get("file_template", "%(rev)s_%(slug)s"))] if "script_location" in table else []
    if name != "alembic.ini":
        return []
    import configparser

    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return []
    sections = [parser[one] for one in parser.sections() if "script_location" in parser[one]]
    return [one.get("file_template", "%(rev)s_%(slug)s") for one in sections]


def _edit(path: str, text: str, value: str, lacks: str) -> ReplaceText | None:
    """Uncomment a template with a date, complete the one that is there, or add one."""
    quote = '"' if path.endswith(".toml") else ""
    matches = list(_TEMPLATE.finditer(text))
    active = [one for one in matches if one["comment"] is None]
    if active:
        if active[0]["value"].strip("\"'") != value:
            return None
        full = f"{_DATE}{value}" if lacks == "a date" else f"{value}_%%(slug)s"
        return ReplaceText(_span(path, text, *active[0].span("value")), f"{quote}{full}{quote}")
    for one in matches:
        if one["comment"] is not None and "(year)" in one["value"] and "/" not in one["value"]:
            return ReplaceText(_span(path, text, *one.span("comment")), "")
    location = _LOCATION.search(text)
    if location is None:
        return None
    told = next((one for one in matches if one.start() > location.end() and not _is_between(text, location, one)), None)
    location = told or location  # a template that is commented out stands where one is looked for
    return ReplaceText(_span(path, text, location.end(), location.end()), f"\nfile_template = {quote}{_DATED}{quote}")


def _is_between(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    """Whether another section begins between two places."""
    return "\n[" in text[one.end() : other.start()]


def _place(path: str, text: str, value: str) -> Span:
    """The line of the template, of one that is commented out, or of where the scripts are."""
    found = sorted(_TEMPLATE.finditer(text), key=lambda one: (one["comment"] is not None, value not in one[0]))
    if found:
        return _span(path, text, *found[0].span())
    location = _LOCATION.search(text)
    return _span(path, text, *location.span("line")) if location is not None else Span(path, 0, 0)


def _span(path: str, text: str, start: int, end: int) -> Span:
    first = len(text[:start].encode())
    return Span(path, first, first + len(text[start:end].encode()))


def _is_nameless(module: Module) -> bool:
    stem = module.path.rpartition("/")[2].removesuffix(".py")
    revision = _text(module, "revision")
    return bool(revision) and revision in stem and _WORD.search(stem.replace(revision, "")) is None


def _text(module: Module, name: str) -> str:
    values = [one.value for one in module.scan.bindings.get(name, ())]
    return values[0].value if values and isinstance(values[0], Str) else ""


def _is_empty(node: FunctionNode) -> bool:
    if node.record.body_end - node.record.body_start > _LONGEST:
        return False
    return all(
        (isinstance(one, Jump) and one.kind == "pass")
        or (isinstance(one, ExprStatement) and isinstance(one.value, (Str, Constant)))
        for one in node.body.statements
    )


def _is_explained(node: FunctionNode) -> bool:
    """Whether a comment or docstring of somebody's stands in a function; Alembic's own begin with `###`."""
    # comments above the first statement stand before what is the body
    body = node.module.facts.source.data[node.record.name_end : node.record.body_end].decode()
    comments = [line.partition("#")[2] for line in body.splitlines() if "#" in line]
    written = [one for one in comments if not one.lstrip().startswith("##")]
    said = [
        one.value.value
        for one in node.body.statements
        if isinstance(one, ExprStatement) and isinstance(one.value, Str) and one.value.value != "Downgrade schema."
    ]
    return bool(written or said)
