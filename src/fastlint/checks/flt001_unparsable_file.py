"""FLT001: every file must be readable as Python."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.findings import Finding
from fastlint.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project

# A line of Jinja's, as templates of files that end in `.py` have them.
_TEMPLATE = re.compile(rb"^[ \t]*\{%-?[ \t]*\w[^\n]*%\}[ \t]*$", re.MULTILINE)


def check(project: Project) -> Iterator[Finding]:
    """What kept (part of) a file from being understood."""
    for path, file in sorted(project.files.items()):
        if "{{" in path:  # a template of a project generator, which is no Python before it is filled in
            continue
        if file.header.problems and _TEMPLATE.search(file.source.data):
            continue
        for problem in file.header.problems:
            yield Finding(Span(path, problem.offset, problem.offset), problem.message)
