"""A project as a commit of git has it, read from git's objects: nothing is checked out, no hook or filter runs."""

from __future__ import annotations

import os
import subprocess
from hashlib import sha1, sha256
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from fastlint.errors import FastlintError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_FILE = ("100644", "100755")
_SHA1_LENGTH = 40
# A hook of git sets these for git's own state; they would point a question about the project elsewhere.
_MISLEADING = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_LITERAL_PATHSPECS")
_PARTED = "..."


class Commit(msgspec.Struct, frozen=True):
    """A commit as far as a project goes.

    Attributes:
        name: how the user called it.
        top: the folder of the repository.
        files: the object of each file below the project's root, by path relative to it.
    """

    name: str
    top: Path
    files: dict[str, str]

    def has(self, path: str, content: bytes) -> bool:
        """Whether a file had just this content."""
        known = self.files.get(path)
        return known is not None and known == object_of(content, len(known))

    def contents(self, paths: Iterable[str]) -> dict[str, bytes]:
        """The contents of files that the commit has.

        Raises:
            FastlintError: git does not hold them.
        """
        wanted = sorted({path for path in paths if path in self.files})
        blobs = _blobs(self.top, sorted({self.files[path] for path in wanted}))
        return {path: blobs[self.files[path]] for path in wanted}


def commit_at(root: Path, rev: str, option: str) -> Commit:
    """A commit by its name; `REV...` is where REV and HEAD parted.

    Args:
        root: the root of the project.
        rev: the name.
        option: the option that it was given to, for messages.

    Raises:
        FastlintError: there is no git, no repository, or no such commit in it.
    """
    top = _top(root, option)
    found = _resolved(top, rev, option)
    prefix = os.path.relpath(os.path.realpath(root), top).replace(os.sep, "/")
    start = "" if prefix == "." else f"{prefix}/"
    listing = _git(top, "ls-tree", "-r", "-z", "--full-tree", found).stdout
    return Commit(rev, top, dict(_entries(listing, start)))


def _entries(listing: bytes, start: str) -> Iterable[tuple[str, str]]:
    for entry in listing.split(b"\0"):
        told, _, name = entry.partition(b"\t")
        path = name.decode("utf-8", "surrogateescape")
        mode, _, rest = told.decode("ascii", "replace").partition(" ")
        if mode in _FILE and path.startswith(start):
            yield path[len(start) :], rest.partition(" ")[2]


def object_of(content: bytes, length: int) -> str:
    """The name of the object that git keeps a content in, in a repository whose names have so many digits."""
    digest = sha1(usedforsecurity=False) if length == _SHA1_LENGTH else sha256(usedforsecurity=False)
    digest.update(b"blob %d\0" % len(content))
    digest.update(content)
    return digest.hexdigest()


def _top(root: Path, option: str) -> Path:
    result = _git(root, "rev-parse", "--show-toplevel")
    if result.returncode:
        told = _told(result.stderr)
        if "not a git repository" in told:
            raise FastlintError(f"{option}: {root} is not in a git repository")
        raise FastlintError(f"{option}: git: {told}")
    return Path(os.fsdecode(result.stdout).rstrip("\n"))


def _resolved(top: Path, rev: str, option: str) -> str:
    name = rev.removesuffix(_PARTED)
    if not name or name.startswith("-"):
        raise FastlintError(f"{option}: `{rev}` is no name of a commit")
    result = _git(top, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    if result.returncode:
        raise FastlintError(f"{option}: there is no commit `{name}`{_advice(top, name)}")
    found = result.stdout.decode("ascii").strip()
    if not rev.endswith(_PARTED):
        return found
    result = _git(top, "merge-base", found, "HEAD")
    if result.returncode:
        raise FastlintError(f"{option}: `{name}` and HEAD have no common commit{_advice(top, name)}")
    return result.stdout.decode("ascii").split()[0]


def _advice(top: Path, name: str) -> str:
    if _git(top, "rev-parse", "--is-shallow-repository").stdout.strip() != b"true":
        return ""
    return (
        f" in this shallow clone; fetch it first: `git fetch --unshallow`, `git fetch --depth=1 origin {name}`, "
        "or `fetch-depth: 0` for actions/checkout"
    )


def _blobs(top: Path, names: list[str]) -> Mapping[str, bytes]:
    if not names:
        return {}
    result = _git(top, "cat-file", "--batch", given="".join(f"{name}\n" for name in names).encode())
    data = result.stdout
    found: dict[str, bytes] = {}
    at = 0
    for name in names:
        end = data.find(b"\n", at)
        words = data[at:end].split()
        if end < 0 or len(words) != 3 or words[1] != b"blob":  # noqa: PLR2004 - name, kind and size
            raise FastlintError(f"git does not hold the object {name}: {_told(result.stderr) or 'it is missing'}")
        size = int(words[2])
        found[name] = data[end + 1 : end + 1 + size]
        at = end + 1 + size + 1
    return found


def _git(folder: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if name not in _MISLEADING}
    environment |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    command = ["git", "-c", "core.fsmonitor=false", *arguments]
    try:
        return subprocess.run(  # noqa: S603 - no shell, and what the user names comes after a verb
            command, cwd=folder, env=environment, input=given, capture_output=True, check=False
        )
    except OSError as error:
        raise FastlintError(f"git cannot be run: {error.strerror}") from None


def _told(stderr: bytes) -> str:
    lines = stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[0].removeprefix("fatal: ") if lines else ""
