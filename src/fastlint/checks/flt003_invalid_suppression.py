"""FLT003: a suppression must name rules that exist, in the form that is understood."""

from __future__ import annotations

import pkgutil
from typing import TYPE_CHECKING

from fastlint import checks
from fastlint.findings import Finding
from fastlint.model.suppressions import comments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Every word in a suppression of ours that is no rule's code."""
    known = {module.name[:6].upper() for module in pkgutil.iter_modules(checks.__path__)}
    for comment in comments(project.files):
        own = comment.suppression
        for code in dict.fromkeys(own.codes):
            if code not in known:
                yield Finding(comment.place(code), f"`{code}` is no rule of fastlint's")
        for word in dict.fromkeys(own.malformed):
            yield Finding(comment.place(word), _malformed(word, known))
        if comment.unbracketed:
            message = f"`{comment.unbracketed}` stands outside of brackets, so that every rule is silenced"
            yield Finding(comment.place(comment.unbracketed), message)


def _malformed(word: str, known: set[str]) -> str:
    if word.upper() in known:
        return f"`{word}` is not a code, `{word.upper()}` is"
    if word == "[]":
        return "the brackets are empty, so nothing is silenced"
    return f"`{word}` is not understood: write `# fastlint: ignore[FLT101] reason`"
