"""The formats of manifests: what each says about libraries and their versions.

Lock files are read by their generated shape, not as TOML: they are large, and parsing one takes longer than a check.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

import msgspec

from fastlint.text import Span

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Table: TypeAlias = Mapping[str, object]


class Declared(msgspec.Struct, frozen=True):
    """One library in one manifest; in a lock file `specifier` is its version."""

    name: str
    specifier: str
    extras: tuple[str, ...]
    at: Span


_REQUIREMENT = re.compile(
    r"\s*(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[(?P<extras>[^\]]*)\])?\s*"
    r"(?P<specifier>\(?\s*(?:===?|~=|!=|[<>]=?)[^;#@\\]*)?(?:$|[;#@\\]|--)"
)
_LOCKED = re.compile(
    r'^\[\[packages?\]\]\r?\n(?:#.*\n)*name = "(?P<name>[^"]+)"\r?\nversion = "(?P<version>[^"]+)"', re.MULTILINE
)
_SETUP_LIST = re.compile(r"(?:install_requires|tests_require)\s*=\s*\[(.*?)\]", re.DOTALL)
_QUOTED = re.compile(r"""["']([^"'\n]+)["']""")
_PLAIN_VERSION = re.compile(r"^v?\d+(?:\.\d+)*(?:\.\*)?(?:[a-z0-9.+-]*)$")


def canonical(name: str) -> str:
    """A distribution's name as PEP 503 writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked_in(path: str, text: str) -> Iterator[Declared]:
    """The libraries of a lock file; one that is locked at several versions is passed over."""
    if path.endswith("Pipfile.lock"):
        yield from _pipfile_lock(path, text)
        return
    matches: dict[str, list[re.Match[str]]] = {}
    for match in _LOCKED.finditer(text):
        matches.setdefault(canonical(match["name"]), []).append(match)
    for name, same in matches.items():
        if len({match["version"] for match in same}) == 1:
            start = len(text[: same[0].start("name")].encode())
            yield Declared(name, same[0]["version"], (), Span(path, start, start + len(same[0]["name"].encode())))


def declared_in(path: str, text: str) -> Iterator[Declared]:
    """The libraries that a manifest declares, what is needed to run before what is needed to develop."""
    name = path.rpartition("/")[2]
    reader = _READERS.get(name, _requirements)
    yield from reader(path, text)


def _requirements(path: str, text: str) -> Iterator[Declared]:
    start = 0
    for line in text.splitlines(keepends=True):
        if not line.lstrip().startswith(("-", "#")):
            yield from _one(path, line.split(" #")[0].rstrip("\\\r\n "), start)
        start += len(line.encode())


def _pyproject(path: str, text: str) -> Iterator[Declared]:
    document = _toml(text)
    project = _table(document, "project")
    python = project.get("requires-python")
    if isinstance(python, str):
        yield Declared("python", python, (), _place(path, text, python))
    lists: list[object] = [project.get("dependencies")]
    lists.extend(_table(project, "optional-dependencies").values())
    lists.extend(_table(document, "dependency-groups").values())
    lists.extend(_table(document, "tool", "pdm", "dev-dependencies").values())
    lists.append(_table(document, "tool", "uv").get("dev-dependencies"))
    for words in lists:
        yield from _quoted(path, text, words)
    poetry = _table(document, "tool", "poetry")
    yield from _pairs(path, text, _table(poetry, "dependencies"))
    yield from _pairs(path, text, _table(poetry, "dev-dependencies"))
    for group in _table(poetry, "group").values():
        if isinstance(group, dict):
            yield from _pairs(path, text, _table(group, "dependencies"))


def _pipfile(path: str, text: str) -> Iterator[Declared]:
    document = _toml(text)
    yield from _pairs(path, text, _table(document, "packages"))
    yield from _pairs(path, text, _table(document, "dev-packages"))


def _setup_cfg(path: str, text: str) -> Iterator[Declared]:
    import configparser

    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    words = parser.get("options", "install_requires", fallback="").splitlines()
    if parser.has_section("options.extras_require"):
        for _, value in parser.items("options.extras_require"):
            words.extend(value.splitlines())
    yield from _quoted(path, text, words)


def _setup_py(path: str, text: str) -> Iterator[Declared]:
    # timid: only lists written out in the call are read, the file is never run
    for match in _SETUP_LIST.finditer(text):
        yield from _quoted(path, text, _QUOTED.findall(match[1]))


def _pipfile_lock(path: str, text: str) -> Iterator[Declared]:
    import json

    try:
        document = json.loads(text)
    except ValueError:
        return
    for section in ("default", "develop"):
        for name, entry in _table(document, section).items():
            version = entry.get("version") if isinstance(entry, dict) else None
            if isinstance(version, str):
                yield Declared(canonical(name), version.removeprefix("=="), (), _place(path, text, f'"{name}"'))


_READERS: Mapping[str, Callable[[str, str], Iterator[Declared]]] = {
    "pyproject.toml": _pyproject,
    "Pipfile": _pipfile,
    "setup.cfg": _setup_cfg,
    "setup.py": _setup_py,
}


def _quoted(path: str, text: str, words: object) -> Iterator[Declared]:
    """Requirements in PEP 508 notation, from a list of strings."""
    for word in words if isinstance(words, list) else ():
        if isinstance(word, str) and word.strip():
            yield from _one(path, word, _place(path, text, word).start)


def _one(path: str, word: str, start: int) -> Iterator[Declared]:
    match = _REQUIREMENT.match(word)
    if match is None:
        return
    extras = tuple(extra.strip() for extra in (match["extras"] or "").split(",") if extra.strip())
    specifier = (match["specifier"] or "").split(" --")[0].strip("() ")
    at = Span(path, start, start + len(word.encode()))
    yield Declared(canonical(match["name"]), specifier, extras, at)


def _pairs(path: str, text: str, table: Table) -> Iterator[Declared]:
    """Requirements as Poetry and Pipenv write them: `name = "^1.2"` or `name = { version = "^1.2", extras = […] }`."""
    for name, entry in table.items():
        version: object = entry
        extras: object = ()
        if isinstance(entry, dict):
            version, extras = entry.get("version", "*"), entry.get("extras", ())
        if isinstance(version, str):
            named = tuple(str(extra) for extra in extras) if isinstance(extras, (list, tuple)) else ()
            yield Declared(canonical(name), _pep440(version), named, _key_place(path, text, name))


def _pep440(constraint: str) -> str:
    """A range in Poetry's notation as PEP 440 text; "" for what PEP 440 cannot say (alternatives)."""
    if "|" in constraint:
        return ""
    return ",".join(
        filter(None, (_pep440_part(part.strip()) for part in re.split(r"\s*,\s*|\s+(?=[<>=!^~])", constraint)))
    )


def _pep440_part(part: str) -> str:
    if part in ("", "*", "latest"):
        return ""
    if part[0] == "^" or (part[0] == "~" and not part.startswith("~=")):
        version = part[1:].strip()
        numbers = [int(number) for number in re.findall(r"\d+", version.split("-")[0])][:3]
        if not numbers:
            return ""
        place = min(1, len(numbers) - 1)
        if part[0] == "^":  # the first number that is not zero may not change
            place = next((index for index, number in enumerate(numbers) if number), len(numbers) - 1)
        upper = [*numbers[:place], numbers[place] + 1]
        return f">={version},<{'.'.join(map(str, upper))}"
    return f"=={part.removeprefix('v')}" if _PLAIN_VERSION.match(part) else part


def _toml(text: str) -> Table:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def _table(document: object, *path: str) -> Table:
    for key in path:
        document = document.get(key) if isinstance(document, dict) else None
    return document if isinstance(document, dict) else {}


def _place(path: str, text: str, word: str) -> Span:
    at = text.find(word)
    start = len(text[:at].encode()) if at >= 0 else 0
    return Span(path, start, start + (len(word.encode()) if at >= 0 else 0))


def _key_place(path: str, text: str, key: str) -> Span:
    match = re.search(rf"(?m)^[ \t]*[\"']?({re.escape(key)})[\"']?[ \t]*=", text)
    if match is None:
        return Span(path, 0, 0)
    start = len(text[: match.start(1)].encode())
    return Span(path, start, start + len(key.encode()))
