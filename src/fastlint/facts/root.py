"""Where a project begins: the folder that imports, settings and paths in reports are relative to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from fastlint.settings import configured_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_VCS = (".git", ".hg", ".jj", ".svn")
_STRONG = ("pyproject.toml", "setup.py", "setup.cfg", "uv.lock", "poetry.lock", "pdm.lock", "Pipfile")
_WEAK = ("requirements.txt", "manage.py", "alembic.ini", "Dockerfile")


class Root(msgspec.Struct, frozen=True):
    """The root of a project.

    Attributes:
        path: the folder, absolute.
        config: the configuration file in it, if it has one.
        marked: whether anything says that this is a project; if not, only what the user names is looked at, since the
            folder may be a home directory or a whole disk.
    """

    path: Path
    config: Path | None
    marked: bool


def find_root(places: Sequence[Path], *, isolated: bool = False) -> Root:
    """The root of the project that files and folders belong to.

    The nearest configuration upwards decides; then the nearest folder with a package's manifest, a repository's root, a
    list of requirements. A folder that is itself a package (`__init__.py`) is no root. Configurations outside the
    repository are not looked for.
    """
    start = _common_folder(places)
    candidates = list(_upwards(start))
    if not isolated:
        for folder in candidates:
            if config := configured_in(folder):
                return Root(folder, config, marked=True)
    for names in (_STRONG, _VCS, _WEAK):
        for folder in candidates:
            if _has_any(folder, names) and not (folder / "__init__.py").exists():
                return Root(folder, None, marked=True)
    while (start / "__init__.py").exists():  # imports start above the outermost package
        start = start.parent
    return Root(start, None, marked=False)


def repository_of(folder: Path) -> Path | None:
    """The nearest folder upwards, itself included, that a version control system calls its root."""
    for candidate in (folder, *folder.parents):
        if _has_any(candidate, _VCS):
            return candidate
    return None


def _common_folder(places: Sequence[Path]) -> Path:
    folders = [place if place.is_dir() else place.parent for place in places] or [Path.cwd()]
    try:
        return Path(os.path.commonpath(folders))
    except ValueError:  # different drives
        return folders[0]


def _upwards(start: Path) -> Iterator[Path]:
    """The folder and its parents up to the root of the repository."""
    for folder in (start, *start.parents):
        yield folder
        if _has_any(folder, _VCS):
            return


def _has_any(folder: Path, names: Sequence[str]) -> bool:
    return any((folder / name).exists() for name in names)
