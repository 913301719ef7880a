"""Names in one file: where they are bound, to what, and whether anything uses them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import libcst as cst

from fastlint.fixing.tree import children

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.fixing.tree import Tree

_TARGETS: Final = (
    cst.AssignTarget,
    cst.AnnAssign,
    cst.AugAssign,
    cst.For,
    cst.CompFor,
    cst.NamedExpr,
    cst.TypeAlias,
)
_ALWAYS: Final = (
    cst.NameItem,
    cst.MatchAs,
    cst.MatchStar,
    cst.MatchMapping,
    cst.TypeVar,
    cst.TypeVarTuple,
    cst.ParamSpec,
)
_SCOPES: Final = (cst.FunctionDef, cst.ClassDef, cst.Lambda, cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp)
_WORD: Final = re.compile(r"[^\W\d]\w*")

# One thing under several names.
_SAME: Final = {
    "typing_extensions": "typing",
    "collections.abc": "typing",
    "starlette.concurrency": "fastapi.concurrency",
    "starlette.requests": "fastapi",
    "fastapi.requests": "fastapi",
    "starlette.background": "fastapi",
    "fastapi.background": "fastapi",
    "fastapi.param_functions": "fastapi",
    "starlette.responses": "fastapi.responses",
    "starlette.status": "fastapi.status",
}


@dataclass(frozen=True)
class Imported:
    """What an import binds: `module` with "" as `name`, or `name` of `module`."""

    module: str
    name: str

    def same(self, other: Imported) -> bool:
        """Whether both are one thing, perhaps under two names."""
        one, two = (_SAME.get(each.module, each.module) for each in (self, other))
        return self.name == other.name and (one == two or (bool(self.name) and _tail(self.module, other.module)))


def _tail(one: str, other: str) -> bool:
    """Whether one name is the other seen from further up: `src.app.db` and `app.db`."""
    return f".{one}".endswith(f".{other}") or f".{other}".endswith(f".{one}")


@dataclass(frozen=True)
class Binding:
    """One place where a name is bound.

    Attributes:
        node: the name.
        scope: the definition in which it is bound; None at the top of the module.
        imported: what it is bound to, if by an import.
        guarded: whether that happens for type checkers only.
        end: where the statement that binds it ends, in bytes.
    """

    node: cst.CSTNode
    scope: cst.CSTNode | None
    imported: Imported | None
    guarded: bool
    end: int


def bindings(tree: Tree, name: str) -> Iterator[Binding]:
    """All places in a file where a name is bound."""
    for node in tree.names.get(name, ()):
        if not _binds(tree, node):
            continue
        alias = next((one for one in tree.ancestors(node) if isinstance(one, cst.ImportAlias)), None)
        statement = tree.parents[alias] if alias is not None else node
        guarded = alias is not None and any(
            isinstance(outer, cst.If) and is_type_checking(outer.test) for outer in tree.ancestors(node)
        )
        imported = None
        if alias is not None and isinstance(statement, (cst.Import, cst.ImportFrom)):
            imported = imported_by(alias, statement, tree.document.path)
        yield Binding(node, _scope(tree, node), imported, guarded, tree.spans[statement][1])


def _binds(tree: Tree, node: cst.Name) -> bool:
    inner: cst.CSTNode = node
    for outer in tree.ancestors(node):
        if isinstance(outer, (cst.Tuple, cst.List, cst.Element, cst.StarredElement)):
            inner = outer
            continue
        if isinstance(outer, cst.ImportAlias):
            return outer.asname is None if inner is outer.name else False
        if isinstance(outer, cst.Attribute) and isinstance(tree.parents.get(outer), (cst.ImportAlias, cst.Attribute)):
            if outer.value is not inner:
                return False
            inner = outer
            continue
        if isinstance(outer, (cst.FunctionDef, cst.ClassDef, cst.Param)):
            return outer.name is inner
        if isinstance(outer, _TARGETS):
            target = outer.name if isinstance(outer, cst.TypeAlias) else outer.target
            return target is inner
        return isinstance(outer, (cst.AsName, *_ALWAYS))
    return False


def _scope(tree: Tree, node: cst.Name) -> cst.CSTNode | None:
    inner: cst.CSTNode = node
    for outer in tree.ancestors(node):
        if isinstance(outer, (cst.FunctionDef, cst.ClassDef)):
            if inner is outer.body or (isinstance(outer, cst.FunctionDef) and inner is outer.params):
                return outer
        elif isinstance(outer, _SCOPES):
            return outer
        inner = outer
    return None


def imported_by(alias: cst.ImportAlias, statement: cst.Import | cst.ImportFrom, path: str) -> Imported:
    """What one name of an import statement stands for."""
    if isinstance(statement, cst.Import):
        module = dotted(alias.name)
        return Imported(module if alias.asname else module.partition(".")[0], "")
    return Imported(module_of(statement, path), alias.name.value if isinstance(alias.name, cst.Name) else "")


def module_of(statement: cst.ImportFrom, path: str) -> str:
    """The module that a `from` names; a relative one as a path from the root, joined by dots."""
    written = dotted(statement.module) if statement.module is not None else ""
    level = len(statement.relative)
    if not level:
        return written
    folders = path.split("/")[:-1]
    return ".".join(filter(None, (*folders[: len(folders) - level + 1], written)))


def dotted(node: cst.BaseExpression | None) -> str:
    """`a.b.c` for the tree of it."""
    if isinstance(node, cst.Attribute):
        return f"{dotted(node.value)}.{node.attr.value}"
    return node.value if isinstance(node, cst.Name) else ""


def is_type_checking(test: cst.BaseExpression) -> bool:
    """Whether a condition is true for type checkers only."""
    return dotted(test).rpartition(".")[2] == "TYPE_CHECKING"


def local_name(tree: Tree, module: str, name: str) -> str | None:
    """How the file calls something that it imports at its top at run time."""
    wanted = Imported(module, name)
    for node in tree.names.get(name, ()):
        alias = tree.parents.get(node)
        if not isinstance(alias, cst.ImportAlias):
            continue
        own = alias.asname.name if alias.asname is not None else None
        bound = own.value if isinstance(own, cst.Name) else name
        found = list(bindings(tree, bound))
        if found and all(one.imported == wanted and one.scope is None and not one.guarded for one in found):
            return bound
    return None


def used(module: cst.Module) -> set[str]:
    """The names that a module uses, in quoted annotations and `__all__`, too; those that imports bind are no use."""
    found: set[str] = set()
    pending: list[tuple[cst.CSTNode, bool]] = [(module, False)]
    while pending:
        node, quoted = pending.pop()
        if isinstance(node, cst.Name):
            found.add(node.value)
        elif isinstance(node, cst.SimpleString) and quoted:
            found.update(_WORD.findall(node.value))
        elif isinstance(node, (cst.Attribute, cst.Arg)):
            pending.append((node.value, quoted))
        elif isinstance(node, cst.Assign) and any(dotted(target.target) == "__all__" for target in node.targets):
            pending.append((node.value, True))
        elif not isinstance(node, (cst.Import, cst.ImportFrom)):
            inside = quoted or isinstance(node, cst.Annotation)
            pending.extend((child, inside) for child in children(node))
    return found
