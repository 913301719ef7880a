"""From options and configuration files to the settings in force, and to what is to be checked."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from fastlint import __version__
from fastlint.cli.outputs import main_format
from fastlint.engine import Request
from fastlint.errors import FastlintError
from fastlint.facts.root import Root, find_root
from fastlint.settings import Settings, load_settings
from fastlint.settings.places import key_place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastlint.cli.options import CheckOptions

_STDIN = "-"


def request_of(options: CheckOptions) -> Request:
    """What the user asks to be checked, and how.

    Raises:
        FastlintError: something in the options or the configuration is wrong.
    """
    here = Path.cwd()
    paths = [path for path in options.paths if path != _STDIN]
    places = [Path(os.path.abspath(path)) for path in paths]  # noqa: PTH100 - links stay as the user wrote them
    unsaved: dict[str, bytes] = {}
    stdin = _stdin_place(options)
    if stdin is not None:
        places.append(stdin)
    places = places or [here]
    config, overrides = _split_config(options.config)
    root = find_root(places, isolated=options.isolated or config is not None)
    if stdin is not None:
        unsaved[os.path.relpath(stdin, root.path).replace(os.sep, "/")] = sys.stdin.buffer.read()
    file = config or (None if options.isolated else root.config)
    settings = overridden(load_settings(file, overrides).settings, options)
    _check_version(settings, file)
    return Request(
        root=Root(root.path, file, root.marked),
        settings=settings,
        given=tuple(places),
        unsaved=unsaved,
        cache=None if options.no_cache else _cache(settings, root),
        jobs=options.jobs,
    )


def overridden(settings: Settings, options: CheckOptions) -> Settings:
    """Settings with what the command line says over them."""
    changes: dict[str, object] = {}
    if options.select:  # a selection made here stands for itself: what the file ignores is not carried over
        changes.update(select=options.select, ignore=options.ignore, extend_select=options.extend_select)
    elif options.profile:
        changes.update(select=(), ignore=(*settings.ignore, *options.ignore), extend_select=options.extend_select)
    else:
        changes.update(
            ignore=(*settings.ignore, *options.ignore),
            extend_select=(*settings.extend_select, *options.extend_select),
        )
    if options.exclude:
        changes["exclude"] = options.exclude
    changes["extend_exclude"] = (*settings.extend_exclude, *options.extend_exclude)
    changes["per_file_ignores"] = _joined(settings.per_file_ignores, options.per_file_ignores)
    for field in (
        "respect_gitignore",
        "force_exclude",
        "profile",
        "fail_on",
        "cache_dir",
        "fixable",
        "unfixable",
    ):
        value = getattr(options, field)
        if value not in (None, ()):
            changes[field] = value
    changes["output_format"] = main_format(options.output_format, settings.output_format, options.output_file)
    return msgspec.structs.replace(settings, **changes)


def _joined(table: Mapping[str, tuple[str, ...]], pairs: Sequence[str]) -> dict[str, tuple[str, ...]]:
    joined = dict(table)
    for pair in pairs:
        pattern, colon, word = pair.rpartition(":")
        if not colon or not pattern or not word:
            raise FastlintError(f"--per-file-ignores: `{pair}` must be PATTERN:RULE")
        joined[pattern] = (*joined.get(pattern, ()), word)
    return joined


def _stdin_place(options: CheckOptions) -> Path | None:
    if _STDIN not in options.paths and not options.stdin_filename:
        return None
    return Path(os.path.abspath(options.stdin_filename or "stdin.py"))  # noqa: PTH100


def _split_config(words: Sequence[str]) -> tuple[Path | None, list[str]]:
    """The configuration file among the values of `--config`, and the settings among them."""
    file: Path | None = None
    overrides: list[str] = []
    for word in words:
        if Path(word).is_file():
            if file is not None:
                raise FastlintError(f"--config: two configuration files, {file} and {word}")
            file = Path(word).absolute()
        elif word.partition("=")[0].strip() == "extend":
            raise FastlintError("--config: `extend` stands in configuration files; name the file itself here")
        elif "=" in word:
            overrides.append(word)
        else:
            raise FastlintError(f"--config: no such file: {word}")
    return file, overrides


def _cache(settings: Settings, root: Root) -> Path | None:
    folder = Path(settings.cache_dir).expanduser()
    if folder.is_absolute():
        return folder
    return root.path / folder if root.marked else None  # a folder that is no project is not written to


def _check_version(settings: Settings, file: Path | None) -> None:
    if not settings.required_version:
        return
    told = f"{key_place(file, 'required-version')}" if file else ""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        wanted = SpecifierSet(settings.required_version, prereleases=True)
    except InvalidSpecifier:
        try:
            wanted = SpecifierSet(f"=={settings.required_version}", prereleases=True)
        except InvalidSpecifier:
            raise FastlintError(
                f"{told}`required-version`: `{settings.required_version}` is no range of versions"
            ) from None
    if __version__ not in wanted:
        raise FastlintError(f"{told}this project requires fastlint {settings.required_version}, this is {__version__}")
