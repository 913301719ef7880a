"""Where reports go and how they are written: formats named by the user, or the one that a CI system shows."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from fastlint.errors import FastlintError
from fastlint.reporting import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

AUTO = "auto"
# Which variable holds the folder that paths must be relative to, by the format that only one system reads.
_HOMES = {"github": ("GITHUB_WORKSPACE",), "gitlab": ("CI_PROJECT_DIR",), "azure": ("BUILD_SOURCESDIRECTORY",)}
_ANY_HOME = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", "BUILD_SOURCESDIRECTORY")
_FOR_PROGRAMS = frozenset({"sarif", "github", "gitlab", "azure", "rdjson", "junit", "checkstyle"})


class Output(msgspec.Struct, frozen=True):
    """A report in a format; `file` is None for the one that goes to standard output or to `--output-file`."""

    format: str
    file: str | None


def outputs_of(words: Iterable[str]) -> tuple[Output, ...]:
    """The outputs that values of `--output-format` name: `FORMAT` or `FORMAT=FILE`.

    Raises:
        FastlintError: a format that does not exist, a file without a name, or two reports for one place.
    """
    outputs = []
    for word in words:
        name, equals, file = word.partition("=")
        if name not in FORMATS and name != AUTO:
            raise FastlintError(f"--output-format: '{name}' is not one of {', '.join((*FORMATS, AUTO))}")
        if equals and not file:
            raise FastlintError(f"--output-format: `{word}` names no file")
        outputs.append(Output(name, file or None))
    places = [output.file for output in outputs]
    if len(set(places)) < len(places):
        raise FastlintError("--output-format: two reports for one place; name a file for each: `sarif=out.sarif`")
    return tuple(outputs)


def main_format(words: Iterable[str], configured: str, file: str | None) -> str:
    """The format of the report on standard output, or in the file of `--output-file`.

    Raises:
        FastlintError: as `outputs_of`.
    """
    named = next((output.format for output in outputs_of(words) if output.file is None), configured)
    return automatic(file, os.environ) if named == AUTO else named


def automatic(file: str | None, environment: Mapping[str, str]) -> str:
    """The format where none is named: annotations in the log of GitHub Actions, a file as its name and place suggest.

    GitLab shows findings from a file only; its log, like any terminal, gets text.
    """
    if file and file != "-":
        if file.endswith((".sarif", ".sarif.json")):
            return "sarif"
        return "gitlab" if environment.get("GITLAB_CI") and file.endswith(".json") else "full"
    if environment.get("GITHUB_ACTIONS") == "true" and not _is_redirected():
        return "github"
    return "full"


def _is_redirected() -> bool:
    """Whether standard output is a file: what stands in it is not read as the log."""
    try:
        return stat.S_ISREG(os.fstat(sys.stdout.fileno()).st_mode)
    except (OSError, ValueError):  # a stand-in without a file behind it
        return False


def base_of(output_format: str, root: Path) -> Path | None:
    """The folder that paths in a report are relative to, if a CI system says so and the project is in it."""
    if output_format not in _FOR_PROGRAMS:
        return None
    for variable in _HOMES.get(output_format, _ANY_HOME):
        value = os.environ.get(variable)
        if value and _is_within(root, value):
            return Path(value)
    return None


def resolves(output_format: str) -> bool:
    """Whether paths in a format must be those that links lead to: dashboards show no links."""
    return output_format in _FOR_PROGRAMS


def _is_within(folder: Path, outer: str) -> bool:
    real, home = os.path.realpath(folder), os.path.realpath(outer)
    try:
        return os.path.commonpath([real, home]) == home
    except ValueError:  # another drive
        return False
