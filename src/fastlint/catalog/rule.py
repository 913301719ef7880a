"""A rule as its page's card tells it, and the page around it."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from fastlint.errors import FastlintError
from fastlint.findings import Severity

Precision: TypeAlias = Literal["very-high", "high", "medium", "low"]
FixKind: TypeAlias = Literal["none", "safe", "unsafe"]
ExampleKind: TypeAlias = Literal["bad", "good", "fixed"]

FAMILIES = (
    "linter",
    "event-loop",
    "architecture",
    "contracts",
    "database",
    "http",
    "boot",
    "security",
    "observability",
    "delivery",
)  # by the first digit of a code


class PageError(FastlintError):
    """Pages that break the grammar of `rules/README.md`; the text lists every breach."""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """What is known about a rule without running it.

    Attributes:
        code: `FLT101`.
        name: the offence as a noun: `blocking-sleep`.
        title: the norm as a sentence.
        family: the group that the code's first digit stands for.
        severity: how much a finding weighs unless it or the settings say otherwise.
        default: whether the rule runs when nothing is selected.
        precision: how often it is right on real code.
        fix: the best kind of fix that its findings can carry.
        spec: the statements of the spec that it enforces.
        since: the release that brought it.
        requires: version ranges, all of which the project must be able to satisfy.
        tags: words such as `security`.
        security_severity: "0.1" to "10.0" for rules with the tag `security`, else "".
    """

    code: str
    name: str
    title: str
    family: str
    severity: Severity
    default: bool
    precision: Precision
    fix: FixKind
    spec: tuple[str, ...]
    since: str
    requires: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    security_severity: str = ""

    @property
    def page(self) -> str:
        """The stem of the page's file name."""
        return f"{self.code}-{self.name}"

    @property
    def module(self) -> str:
        """The name of the check's module in `fastlint.checks`."""
        return self.page.lower().replace("-", "_")


class Section(msgspec.Struct, frozen=True):
    """One section of level 2: its title and the Markdown under it."""

    title: str
    body: str


class ExampleFile(msgspec.Struct, frozen=True):
    """One fence of an example; `line` is where its text starts in the page."""

    path: str
    language: str
    text: str
    line: int


class Mark(msgspec.Struct, frozen=True, order=True):
    """A finding that a bad example promises; `message` is None where the mark leaves it open."""

    path: str
    row: int
    message: str | None


class Example(msgspec.Struct, frozen=True):
    """The files of one example project, marks and all."""

    kind: ExampleKind
    heading: str
    files: tuple[ExampleFile, ...]


class Page(msgspec.Struct, frozen=True):
    """A whole page: the rule, its prose and its examples in order; `text` is the page as written."""

    rule: Rule
    sections: tuple[Section, ...]
    examples: tuple[Example, ...]
    text: str
