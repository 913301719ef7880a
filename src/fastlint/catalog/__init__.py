"""The rules: read from their pages, selected, and paired with their checks."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from fastlint.catalog.examples import fixes_of, unmarked
from fastlint.catalog.pages import parse_card, parse_page
from fastlint.catalog.rule import FAMILIES, Example, ExampleFile, Mark, Page, PageError, Rule, Section
from fastlint.catalog.select import SelectorError, check_selectors, find_rule, matches, select, weight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastlint.findings import Finding
    from fastlint.model.project import Project

    Check: TypeAlias = Callable[[Project], Iterator[Finding]]

__all__ = [
    "FAMILIES",
    "Example",
    "ExampleFile",
    "Mark",
    "Page",
    "PageError",
    "Rule",
    "Section",
    "SelectorError",
    "check_selectors",
    "find_rule",
    "fixes_of",
    "load_check",
    "load_page",
    "load_rules",
    "matches",
    "rules_folder",
    "select",
    "unmarked",
    "weight",
]


def rules_folder() -> Path:
    """Where the pages are: beside the package in a wheel, at the top of the repository in a checkout."""
    shipped = Path(__file__).parents[1] / "rules"
    return shipped if shipped.is_dir() else Path(__file__).parents[3] / "rules"


def load_rules(folder: Path | None = None) -> tuple[Rule, ...]:
    """All rules by code, from the cards of their pages.

    Raises:
        PageError: with what is wrong in any of the cards.
    """
    rules: list[Rule] = []
    problems: list[str] = []
    for file in sorted((folder or rules_folder()).glob("FLT*.md")):
        try:
            rules.append(parse_card(file.stem, file.read_text("utf-8")))
        except PageError as error:
            problems.append(str(error))
    if problems:
        raise PageError("\n".join(problems))
    return tuple(rules)


def load_page(rule: Rule, folder: Path | None = None) -> Page:
    """A rule's whole page.

    Raises:
        PageError: with everything in it that breaks the grammar.
    """
    file = (folder or rules_folder()) / f"{rule.page}.md"
    return parse_page(file.stem, file.read_text("utf-8"))


def load_check(rule: Rule) -> Check:
    """The function that looks for breaches of a rule.

    Raises:
        PageError: the rule has a page and no check.
    """
    name = f"fastlint.checks.{rule.module}"
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise PageError(f"{rule.code} has a page and no check: {rule.module}.py") from None
    check: Check = module.check
    return check
