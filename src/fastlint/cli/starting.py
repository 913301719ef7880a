"""`fastlint init`: a configuration to start from, made of what is seen in the project. It never overwrites one."""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from posixpath import basename, dirname
from typing import TYPE_CHECKING

import msgspec

from fastlint.cli.configure import request_of
from fastlint.cli.options import CheckOptions
from fastlint.cli.screen import write
from fastlint.engine import Report, check_project, open_project
from fastlint.errors import FastlintError
from fastlint.reporting.summary import counted
from fastlint.settings import configured_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fastlint.model.project import Project

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_BASELINE = "fastlint-baseline.jsonl"
_ROLES = ("router", "service", "repo", "model", "schema", "dependency")
_LIBRARIES = ("fastapi", "starlette", "pydantic", "sqlalchemy", "sqlmodel", "httpx")
_MOST_PATTERNS = 4


class Seen(msgspec.Struct, frozen=True):
    """What a project shows of itself.

    Attributes:
        roots: folders that imports start from, but for the project's own.
        roles: patterns of the files that play a role, by role.
        versions: ranges of versions by library.
        report: what a check finds.
    """

    roots: tuple[str, ...]
    roles: dict[str, tuple[str, ...]]
    versions: dict[str, str]
    report: Report


def start_project(path: str) -> int:
    """Write a configuration for the project around a folder, and say what to do next.

    Raises:
        FastlintError: the project has a configuration, or it cannot be written.
    """
    place = Path(path)
    if not place.is_dir():
        raise FastlintError(f"no such folder: {path}")
    request = request_of(CheckOptions(paths=(path,), no_cache=True))
    root = request.root.path
    if existing := request.root.config or configured_in(root):
        raise FastlintError(f"{os.path.relpath(existing)} configures this project already; it is left as it is")
    whole = msgspec.structs.replace(request, given=())
    report = check_project(whole).report
    with open_project(whole) as project:
        seen = _seen(project, report)
    file = _written(root, seen)
    what = "[tool.fastlint] to " if file.name == "pyproject.toml" else ""
    return write(f"Wrote {what}{_relative(file)}.\n{_next(report)}")


def _seen(project: Project, report: Report) -> Seen:
    roots = tuple(root for root in project.modules.roots if root and _holds_modules(project, root))
    folders: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for path, module in project.modules.by_path.items():
        role = project.layers.role(module)
        if not path.endswith("__init__.py"):
            folders[dirname(path)][role or ""].append(path)
    roles: dict[str, list[str]] = defaultdict(list)
    for folder, by_role in sorted(folders.items()):
        for name, paths in by_role.items():
            if name in _ROLES:
                roles[name].extend([f"{folder}/"] if folder and len(by_role) == 1 else sorted(paths))
    versions = {name: str(project.manifests.version_range(name) or "any version") for name in _LIBRARIES}
    used = {name: text for name, text in versions.items() if project.manifests.uses(name)}
    return Seen(roots, {role: _patterns(paths) for role, paths in roles.items()}, used, report)


def _patterns(paths: Sequence[str]) -> tuple[str, ...]:
    """Paths, those of files that are called the same in folders side by side as one pattern."""
    beside = [f"{dirname(dirname(path))}/*/{basename(path)}" if path.count("/") > 1 else path for path in paths]
    alike = Counter(beside)
    return tuple(dict.fromkeys(one if alike[one] > 1 else path for one, path in zip(beside, paths, strict=True)))


def _holds_modules(project: Project, root: str) -> bool:
    return any(path.startswith(f"{root}/") for path in project.modules.by_path)


def configuration_text(seen: Seen, header: str) -> str:
    """A configuration that says what was seen, and what else could be said."""
    return "".join(f"{line}\n" for line in _lines(seen, header))


def _lines(seen: Seen, header: str) -> Iterator[str]:
    if header:
        yield header
    yield "# `fastlint config` explains every key, `fastlint rules` lists the rules."
    yield 'profile = "recommended" # "strict": all rules; "security": those about security'
    if seen.roots:
        yield ""
        yield "# Imports start from these folders."
        yield f"src = {_array(seen.roots)}"
    if seen.roles:
        yield ""
        yield "# Which files play which role is judged by what they do. This was found; say it where it is wrong."
        for role in _ROLES:
            if patterns := seen.roles.get(role):
                more = f" # and {len(patterns) - _MOST_PATTERNS} more" if len(patterns) > _MOST_PATTERNS else ""
                yield f"# layers.{role} = {_array(patterns[:_MOST_PATTERNS])}{more}"
    yield ""
    if seen.versions:
        yield f"# Versions found: {', '.join(f'{name} {text}' for name, text in seen.versions.items())}."
    yield "# Say them where requirements do not: rules about newer versions are silent on older ones."
    yield '# target-versions = { fastapi = "0.115" }'
    yield ""
    number = len(seen.report.findings)
    if number:
        yield f"# Found now: {counted(number, 'finding')}. To see only what is new: `fastlint baseline write`, and"
        yield f'# baseline = "{_BASELINE}"'
    yield 'fail-on = "warning" # "error", "info" or "never"'


def _array(words: tuple[str, ...]) -> str:
    return f"[{', '.join(msgspec.json.encode(word).decode() for word in words)}]"


def _written(root: Path, seen: Seen) -> Path:
    """The file that was written: the project's manifest where it has one that takes a table, else one of our own."""
    manifest = root / "pyproject.toml"
    if manifest.is_file():
        old = manifest.read_bytes()
        newline = b"\r\n" if b"\r\n" in old else b"\n"
        table = configuration_text(seen, "[tool.fastlint]").encode().replace(b"\n", newline)
        gap = b"" if not old else newline if old.endswith(b"\n") else newline * 2
        new = old + gap + table
        if _is_extended(old, new):
            _replace(manifest, new)
            return manifest
    own = root / "fastlint.toml"
    if own.exists():
        raise FastlintError(f"{_relative(own)} is there already; it is left as it is")
    _replace(own, configuration_text(seen, "").encode())
    return own


def _is_extended(old: bytes, new: bytes) -> bool:
    """Whether a manifest says what it said, and our table besides: not every form of `tool` lets a table follow."""
    try:
        before, after = (tomllib.loads(data.decode("utf-8-sig")) for data in (old, new))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False
    tool = after.get("tool", {})
    return isinstance(tool, dict) and tool.pop("fastlint", None) is not None and after == {"tool": {}, **before}


def _replace(file: Path, data: bytes) -> None:
    name = ""
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=".fastlint-init-")
        with os.fdopen(handle, "wb") as temporary:
            temporary.write(data)
        Path(name).chmod(file.stat().st_mode & 0o777 if file.exists() else 0o644)
        Path(name).replace(file)
    except OSError as error:
        if name:
            Path(name).unlink(missing_ok=True)
        raise FastlintError(f"cannot write {_relative(file)}: {error.strerror}") from None


def _next(report: Report) -> str:
    number = len(report.findings)
    if not number:
        return (
            f"Nothing was found in {counted(report.files, 'file')}. Next: `fastlint check` in CI and before commits.\n"
        )
    steps: Mapping[str, str] = {
        "fastlint check --statistics": "what was found, by rule",
        "fastlint check --fix": "mend what can be mended safely",
        "fastlint baseline write": "or accept what is there, and see only what is new",
    }
    width = max(map(len, steps))
    lines = [f"  {command:<{width}}  {told}" for command, told in steps.items()]
    found = f"Found {counted(number, 'finding')} in {counted(report.files, 'file')}. Next:"
    return "\n".join([found, *lines, ""])


def _relative(file: Path) -> str:
    try:
        return os.path.relpath(file)
    except ValueError:  # another drive
        return str(file)
