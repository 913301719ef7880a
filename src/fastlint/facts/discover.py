"""Which files a run looks at: the project's Python files, its manifests, and which of them are reported on."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from fastlint.errors import FastlintError
from fastlint.facts.ignore import IgnoreSpec
from fastlint.facts.manifest_names import is_manifest
from fastlint.facts.root import repository_of
from fastlint.settings.mistakes import shown_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from fastlint.facts.root import Root
    from fastlint.settings import Settings

_NO_TEXT: Final = "its name is no text"


class Scope(msgspec.Struct, frozen=True):
    """The part of a project that is reported on; the model is built from all of it.

    Attributes:
        folders: posix paths relative to the root that count with all that is below; "" is everything.
        files: single files.
    """

    folders: tuple[str, ...] = ("",)
    files: frozenset[str] = frozenset()

    def covers(self, path: str) -> bool:
        """Whether findings in a file are reported."""
        return path in self.files or any(
            not folder or path == folder or path.startswith(f"{folder}/") for folder in self.folders
        )


class Discovery(msgspec.Struct, frozen=True):
    """What was found below a root; paths are posix and relative to it, in sorted order.

    Attributes:
        files: the project's Python files.
        manifests: what tells about dependencies and deployment.
        scope: which findings are reported.
        passed_over: files that the user named, and folders and files that nobody can read, each with the reason.
    """

    files: tuple[str, ...]
    manifests: tuple[str, ...]
    scope: Scope
    passed_over: tuple[str, ...] = ()

    @property
    def reported(self) -> tuple[str, ...]:
        """The Python files that are reported on."""
        return tuple(path for path in self.files if self.scope.covers(path))


def discover(root: Root, given: Sequence[Path], settings: Settings, unsaved: Iterable[str] = ()) -> Discovery:
    """Find the files of a project.

    Args:
        root: the project's root.
        given: files and folders to report on, absolute; none means all of it.
        settings: exclusions.
        unsaved: paths relative to the root whose content comes from elsewhere; they need not exist.

    Raises:
        FastlintError: a given path does not exist.
    """
    missing = [place for place in given if not place.exists() and _relative(place, root.path) not in set(unsaved)]
    if missing:
        raise FastlintError("\n".join(f"no such file or folder: {shown_file(place)}" for place in missing))
    walk = _Walk(root.path, settings)
    starts = [root.path] if root.marked or not given else [_package_top(place) for place in given]
    for start in starts:
        if start.is_dir():
            walk.visit(start)
    folders: list[str] = []
    files: list[str] = []
    passed_over: list[str] = []
    for place in given:
        path = _relative(place, root.path)
        if place.is_dir():
            folders.append(path)
            if path not in walk.folders and not settings.force_exclude:
                walk.visit(place)
        elif reason := _unwanted(place, path, walk, force_exclude=settings.force_exclude):
            passed_over.append(f"{path}: {reason}")
        else:
            files.append(path)
    fresh = set(filter(_is_manifest, unsaved))
    every = {*walk.files, *files, *unsaved} - {path for path in fresh if not path.endswith(".py")}
    manifests = {*walk.manifests, *fresh}
    scope = Scope(tuple(folders) if given else ("",), frozenset(files))
    unread = sorted(f"{path}: {reason}" for path, reason in walk.unread.items() if scope.covers(path))
    return Discovery(tuple(sorted(every)), tuple(sorted(manifests)), scope, (*passed_over, *unread))


def _unwanted(place: Path, path: str, walk: _Walk, *, force_exclude: bool) -> str:
    if place.suffix == ".pyi":
        return "a stub, of which nothing runs"
    if place.suffix not in (".py", ""):
        return "not a Python file"
    if place.exists() and not place.is_file():
        return "not a regular file"
    if not _encodable(path):
        return _NO_TEXT
    if force_exclude and place.exists() and path not in walk.files:
        return "excluded"
    return ""


def _is_manifest(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return is_manifest(name, folder)


def _package_top(place: Path) -> Path:
    """The outermost package around a file, or the file itself: what a lone file needs to be understood."""
    if place.is_dir():
        return place
    top = place
    while (top.parent / "__init__.py").exists():
        top = top.parent
    return top


def _relative(place: Path, root: Path) -> str:
    path = os.path.relpath(place, root).replace(os.sep, "/")
    return "" if path == "." else path


class _Walk:
    """One pass over folders; collects what it meets."""

    def __init__(self, root: Path, settings: Settings) -> None:
        self.files: set[str] = set()
        self.manifests: set[str] = set()
        self.folders: set[str] = set()
        self.unread: dict[str, str] = {}  # with the reason
        self._root = os.fspath(root)
        self._excluded = IgnoreSpec([*settings.exclude, *settings.extend_exclude])
        self._gitignore = settings.respect_gitignore
        self._outer = _outer_specs(root) if self._gitignore else ()
        self._seen: set[str] = set()  # real paths of folders reached through links

    def visit(self, start: Path) -> None:
        """Walk a folder below the root."""
        path = _relative(start, Path(self._root))
        pending = [(os.fspath(start), path, self._outer)]
        while pending:
            pending.extend(self._visit_one(*pending.pop()))

    def _visit_one(
        self, folder: str, path: str, specs: tuple[IgnoreSpec, ...]
    ) -> list[tuple[str, str, tuple[IgnoreSpec, ...]]]:
        """Read one folder; gives the folders in it that are to be read, too."""
        try:
            with os.scandir(folder) as scan:
                entries = list(scan)
        except OSError as error:  # nothing in it can be looked at
            self.unread[path] = error.strerror or "unreadable"
            return []
        names = {entry.name for entry in entries}
        if path and "pyvenv.cfg" in names:  # a virtual environment, whatever it is called
            return []
        self.folders.add(path)
        if self._gitignore and ".gitignore" in names:
            specs = (_read_spec(Path(folder, ".gitignore"), base=path), *specs)
        below = []
        for entry in entries:
            name = entry.name
            child = f"{path}/{name}" if path else name
            if is_manifest(name, path):
                self.manifests.add(child)
            if name.endswith(".py"):
                if self._is_file(entry) and not self._ignored(child, name, specs, folder=False):
                    self.files.add(child)
            elif self._is_folder(entry) and not self._ignored(child, name, specs, folder=True):
                below.append((entry.path, child, specs))
        return below

    def _ignored(self, path: str, name: str, specs: tuple[IgnoreSpec, ...], *, folder: bool) -> bool:
        if self._excluded.verdict(path, name, folder=folder):
            return True
        for spec in specs:  # the list nearest to the file decides
            verdict = spec.verdict(path, name, folder=folder)
            if verdict is not None:
                return verdict
        if path.isprintable() or _encodable(path):
            return False
        self.unread[path] = _NO_TEXT
        return True

    def _is_file(self, entry: os.DirEntry[str]) -> bool:
        if not entry.is_symlink():
            return entry.is_file(follow_symlinks=False)
        return _follows(entry.is_file) and self._leads_out(entry.path)

    def _is_folder(self, entry: os.DirEntry[str]) -> bool:
        if not entry.is_symlink():
            return entry.is_dir(follow_symlinks=False)
        if not _follows(entry.is_dir) or not self._leads_out(entry.path):
            return False
        real = os.path.realpath(entry.path)
        if real in self._seen:
            return False
        self._seen.add(real)
        return True

    def _leads_out(self, link: str) -> bool:
        """Whether a link's target is outside the root: what is inside is met by its own name."""
        real = os.path.realpath(link)
        home = os.path.realpath(self._root)
        return os.path.commonpath([real, home]) not in (home, real)


def _follows(question: Callable[[], bool]) -> bool:
    """What is asked of a link's target; no, where the link leads round in a circle."""
    try:
        return question()
    except OSError:
        return False


def _encodable(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:  # a name that is no text: no module can be imported by it
        return False
    return True


def _read_spec(file: Path, base: str = "", above: str = "") -> IgnoreSpec:
    try:
        lines = file.read_text("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    return IgnoreSpec(lines, base, above)


def _outer_specs(root: Path) -> tuple[IgnoreSpec, ...]:
    """The lists that stand above the root, the nearest first, and the repository's own."""
    # timid: the user's global list (core.excludesFile) is not read, so that a run does not depend on the machine
    repository = repository_of(root)
    if repository is None:
        return ()
    specs = []
    folder = root
    while folder != repository:
        folder = folder.parent
        specs.append(_read_spec(folder / ".gitignore", above=_relative(root, folder)))
    specs.append(_read_spec(repository / ".git" / "info" / "exclude", above=_relative(root, repository)))
    return tuple(spec for spec in specs if spec)
