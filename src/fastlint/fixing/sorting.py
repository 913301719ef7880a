"""The order of imports, as far as a file keeps one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FUTURE, STANDARD, THIRD_PARTY, FIRST_PARTY, RELATIVE = range(5)

_STANDARD: Final = frozenset(sys.stdlib_module_names)


class Entry(msgspec.Struct, frozen=True):
    """An import statement as far as its place depends on it.

    Attributes:
        module: the module, with the dots of a relative one.
        name: the first name that is imported from it; "" for `import module`.
    """

    module: str
    name: str

    @property
    def root(self) -> str:
        """The package that the module is in."""
        return self.module.partition(".")[0]

    def section(self, own: str) -> int:
        """Which group of imports it belongs to in a file of the package `own`."""
        root = self.root
        if self.module.startswith("."):
            return RELATIVE
        if root == "__future__":
            return FUTURE
        if root in _STANDARD:
            return STANDARD
        return FIRST_PARTY if root == own else THIRD_PARTY

    def by_kind(self) -> tuple[int, str, str]:
        """As isort sorts by default: `import x` before `from x import y`."""
        return (int(bool(self.name)), self.module.casefold(), self.name.casefold())

    def by_module(self) -> tuple[int, str, str]:
        """As isort sorts with `force_sort_within_sections`."""
        return (0, self.module.casefold(), self.name.casefold())


def own_package(path: str, entries: Sequence[Entry]) -> str:
    """The package that a file belongs to: the outermost of its folders that imports start from."""
    roots = {entry.root for entry in entries}
    return next((folder for folder in path.split("/")[:-1] if folder in roots), "")


def place_among_entries(entries: Sequence[Entry], new: Entry) -> int:
    """Where a statement belongs among the others of its group.

    If they are in no known order, it is below those of the same package, else at the end.
    """
    for key in (Entry.by_kind, Entry.by_module):
        keys = [key(entry) for entry in entries]
        if keys == sorted(keys):
            return sum(one <= key(new) for one in keys)
    kin = [at for at, entry in enumerate(entries, 1) if entry.root == new.root]
    return kin[-1] if kin else len(entries)


def place_among(names: Sequence[str], new: str) -> int:
    """Where a name belongs among others: at the end if they are in no known order."""
    orders: tuple[Callable[[str], tuple[int, str]], ...] = (
        _by_type,
        lambda name: (0, name.casefold()),
        lambda name: (0, name),
    )
    for key in orders:
        keys = [key(name) for name in names]
        if keys == sorted(keys):
            return sum(one <= key(new) for one in keys)
    return len(names)


def _by_type(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest."""
    if name.isupper() and len(name) > 1:
        return (0, name)
    return (1 if name[:1].isupper() else 2, name)
