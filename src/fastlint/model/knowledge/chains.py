"""Whether a method, or a chain that ends in one, is among those of a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.model.knowledge.lookup import matches

if TYPE_CHECKING:
    from fastlint.model.knowledge.schema import ClassRow, Severity


def leaf(path: str) -> str:
    """The last name of a chain, which is what is called."""
    return _bare(path.rpartition(".")[2])


def _bare(part: str) -> str:
    return part.partition("(")[0].partition("[")[0]


def severity(row: ClassRow, path: str) -> Severity | None:
    """How surely calling `path` on an instance blocks; None if it isn't known to, or only iterating its result does."""
    if "." in path:
        return row.severity if _deep(row, path) else None
    name = _bare(path)
    if name in row.iter_methods:
        return None
    given = override(row, name)
    if given is not None:
        return given
    if name in row.methods:
        return row.severity
    public = not name.startswith("_") and name not in row.returns
    return row.severity if row.all_methods and public and not matches(name, row.except_methods) else None


def override(row: ClassRow, name: str) -> Severity | None:
    """The severity that a method has apart from the others of its class."""
    if name in row.methods_certain:
        return "certain"
    if name in row.methods_likely:
        return "likely"
    if name in row.methods_cpu:
        return "cpu"
    return "cheap" if name in row.methods_cheap else None


def _deep(row: ClassRow, path: str) -> bool:
    parts = [_bare(part) for part in path.split(".")]
    if any(part in row.except_path for part in parts):
        return False
    if ".".join(parts) in {".".join(_bare(part) for part in known.split(".")) for known in row.paths}:
        return True
    if not row.deep or row.paths_as or (row.deep_under and parts[0] not in row.deep_under):
        return False
    if row.deep_leaf:
        return matches(parts[-1], row.deep_leaf)
    return not parts[-1].startswith("_") and not matches(parts[-1], row.except_methods)
