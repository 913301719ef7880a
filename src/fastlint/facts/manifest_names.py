"""Files that are not Python and still tell about a project."""

from __future__ import annotations

LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock")
DECLARATIONS = ("pyproject.toml", "Pipfile", "setup.cfg", "setup.py")
CONFIGURATIONS = ("alembic.ini",)  # these name no libraries, but say how the project uses one

_NAMES = frozenset([*LOCKS, *DECLARATIONS, *CONFIGURATIONS])
_MOST_LEVELS = 3  # deeper, a manifest is a sample's or a vendored package's


def is_manifest(name: str, folder: str) -> bool:
    """Whether a file tells which libraries the project uses, or how; `folder` is posix, relative to the root."""
    if not name.endswith((".toml", ".lock", ".txt", ".in", ".cfg", ".py", ".ini", "Pipfile")):
        return False
    if name not in _NAMES and not is_requirements(name, folder):
        return False
    return folder.count("/") < _MOST_LEVELS


def is_requirements(name: str, folder: str) -> bool:
    """Whether a file lists requirements: `requirements*.txt`, `dev-requirements.txt`, `requirements/*.txt`, `.in`."""
    if not name.endswith((".txt", ".in")):
        return False
    stem = name.rpartition(".")[0]
    return (
        name.startswith(("requirements", "constraints"))
        or stem.endswith(("-requirements", "_requirements", ".requirements"))
        or folder.rpartition("/")[2] == "requirements"
    )
