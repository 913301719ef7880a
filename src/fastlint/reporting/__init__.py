"""Reports as text: one module for each format, each a pure function `render(report, context) -> str`."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, TypeAlias

from fastlint.reporting.context import Context
from fastlint.reporting.terminal import defused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastlint.engine import Report

    Render: TypeAlias = Callable[[Report, Context], str]

__all__ = ["FORMATS", "Context", "render"]

FORMATS: Mapping[str, str] = {
    "full": "full",
    "concise": "concise",
    "json": "json_array",
    "json-lines": "json_lines",
    "sarif": "sarif",
    "github": "github",
    "gitlab": "gitlab",
    "junit": "junit",
    "azure": "azure",
    "rdjson": "rdjson",
    "checkstyle": "checkstyle",
    "grouped": "grouped",
    "pylint": "pylint",
    "markdown": "markdown",
}  # names that users write, and the modules that know them
# Text for people, in which a stranger's file names and source might look like commands to a CI system.
_PLAIN = frozenset({"full", "concise", "grouped", "pylint", "markdown"})


def render(output_format: str, report: Report, context: Context) -> str:
    """A report in one of `FORMATS`, ready to be written as it is.

    Raises:
        KeyError: there is no such format.
    """
    module = importlib.import_module(f"fastlint.reporting.{FORMATS[output_format]}")
    renderer: Render = module.render
    text = renderer(report, context)
    return defused(text) if output_format in _PLAIN else text
