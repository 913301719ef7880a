"""Which versions of which libraries a project uses, as its manifests say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts.manifest_names import CONFIGURATIONS, DECLARATIONS, LOCKS
from fastlint.facts.manifest_readers import Declared, canonical, declared_in, locked_in
from fastlint.text import Span

if TYPE_CHECKING:
    from pathlib import Path

    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

_EXACT = re.compile(r"^===?\s*([^*,;\s]+)$")
_NEWEST = 99999  # stands for a version later than any


class Requirement(msgspec.Struct, frozen=True):
    """What the manifests say about one library.

    Attributes:
        name: canonical (`sqlalchemy`, `python-multipart`).
        specifier: the declared range as PEP 440 text; "" where none is declared.
        pinned: the version of the lock file, or of a `==` requirement; None where it is open.
        extras: the extras asked for.
        at: the place of the declaration, or in the lock file where it is not declared.
        declared: whether the project itself asks for it; otherwise only a lock file names it.
    """

    name: str
    specifier: str
    pinned: str | None
    extras: tuple[str, ...]
    at: Span
    declared: bool = True


class Manifests(msgspec.Struct, frozen=True):
    """The requirements of a project by canonical name; `python` stands for the interpreter.

    Attributes:
        requirements: from lock files, declarations and lists of requirements; nearer to the root wins.
        targets: versions that the settings name; they win over all.
        texts: what stands in the manifests by path, lock files left out; what is nearer to the root comes first.
    """

    requirements: Mapping[str, Requirement] = {}
    targets: Mapping[str, str] = {}
    texts: Mapping[str, str] = {}

    def version_range(self, name: str) -> SpecifierSet | None:
        """The versions that the project may run on; None where nothing tells."""
        text = self._range(canonical(name))
        return _specifiers(text) if text is not None else None

    def may_be(self, name: str, versions: str) -> bool:
        """Whether the project may run on one of these versions: `may_be("fastapi", ">=0.118")`.

        A library that no manifest names counts as the newest one.
        """
        return any(map(_specifiers(versions).contains, self._candidates(name, versions)))

    def surely(self, name: str, versions: str) -> bool:
        """Whether every version that the project may run on is one of these; an unnamed library counts as newest."""
        return all(map(_specifiers(versions).contains, self._candidates(name, versions)))

    def uses(self, name: str) -> bool:
        """Whether any manifest names the library."""
        return canonical(name) in self.requirements or canonical(name) in self.targets

    def _range(self, name: str) -> str | None:
        if name in self.targets:
            return f"=={self.targets[name]}.*"
        requirement = self.requirements.get(name)
        if requirement is None:
            return None
        return f"=={requirement.pinned}" if requirement.pinned else requirement.specifier

    def _candidates(self, name: str, versions: str) -> list[Version]:
        """Versions that the project allows, enough of them to tell the two ranges apart."""
        own = self._range(canonical(name))
        if own is None:
            return [_version((_NEWEST,))]
        allowed = _specifiers(own)
        found = [version for version in _edges(own, versions) if allowed.contains(version)]
        return found or [_version((_NEWEST,))]


def read_manifests(root: Path, paths: Iterable[str], targets: Mapping[str, str] | None = None) -> Manifests:
    """The manifests at paths relative to a root; a file that cannot be read says nothing."""
    return manifests_of(_contents(root, paths), targets)


def manifests_of(files: Mapping[str, bytes], targets: Mapping[str, str] | None = None) -> Manifests:
    """The manifests among files in memory, by path; other files are passed over."""
    found: dict[str, Declared] = {}
    locked: dict[str, Declared] = {}
    texts: dict[str, str] = {}
    for path in sorted(files, key=_rank):
        text = files[path].decode("utf-8-sig", "replace")
        name = path.rpartition("/")[2]
        if name not in LOCKS:
            texts[path] = text
        if name in CONFIGURATIONS:
            continue
        if name in LOCKS:
            for entry in locked_in(path, text):
                locked.setdefault(entry.name, entry)
        else:
            for entry in declared_in(path, text):
                found.setdefault(entry.name, entry)
    requirements = {name: _joined(found.get(name), locked.get(name)) for name in sorted({*found, *locked})}
    return Manifests(
        {name: requirement for name, requirement in requirements.items() if requirement},
        {canonical(name): version.removesuffix(".*") for name, version in (targets or {}).items()},
        texts,
    )


def _joined(declared: Declared | None, locked: Declared | None) -> Requirement | None:
    entry = declared or locked
    if entry is None:
        return None
    specifier = declared.specifier if declared else ""
    exact = _EXACT.match(specifier)
    pinned = (locked.specifier if locked else "") or (exact[1] if exact else None)
    return Requirement(entry.name, specifier, pinned, entry.extras, entry.at, declared is not None)


def _rank(path: str) -> tuple[int, int, str]:
    """What is nearer to the root comes first, then what says more about the project itself."""
    name = path.rpartition("/")[2]
    order = [*DECLARATIONS, "requirements.txt", "requirements.in"]
    return path.count("/"), order.index(name) if name in order else len(order), path


def _contents(root: Path, paths: Iterable[str]) -> dict[str, bytes]:
    contents: dict[str, bytes] = {}
    for path in paths:
        try:
            contents[path] = (root / path).read_bytes()
        except OSError:
            continue
    return contents


# `packaging` is imported where a version is asked about: most runs on most projects ask about few


@lru_cache(maxsize=512)
def _specifiers(text: str) -> SpecifierSet:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(text, prereleases=True)
    except InvalidSpecifier:
        return SpecifierSet("", prereleases=True)


@lru_cache(maxsize=4096)
def _version(release: tuple[int, ...]) -> Version:
    from packaging.version import Version

    return Version(".".join(map(str, release)))


def _edges(*ranges: str) -> Iterator[Version]:
    """The versions that ranges name, what lies just below and above each, and one later than all."""
    from packaging.version import InvalidVersion, Version

    for text in ranges:
        for specifier in _specifiers(text):
            try:
                named = Version(specifier.version.removesuffix(".*"))
            except InvalidVersion:  # `===` may name anything
                continue
            yield named
            release = named.release
            yield _version((*release, 1))
            yield _version((*release[:-1], release[-1] + 1))
            for place in range(len(release)):
                if release[place]:
                    yield _version((*release[:place], release[place] - 1, *[_NEWEST] * (len(release) - place)))
    yield _version((_NEWEST,))
