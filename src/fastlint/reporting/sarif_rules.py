"""Rules in the terms of SARIF: what the pages say, cut to the lengths that code scanning takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint import HOME
from fastlint.catalog import load_page, load_rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastlint.catalog import Page, Rule

_LONGEST = 1024
_MOST_TAGS = 20
_SEVERITIES = {"error": "error", "warning": "warning", "info": "recommendation"}
_MARKS = re.compile(r"`(?P<code>[^`]*)`|\[(?P<link>[^\]]*)\]\([^)]*\)|(?<!\w)[*_]+|[*_]+(?!\w)")


def rule_objects(codes: Sequence[str], levels: Mapping[str, str]) -> list[dict[str, object]]:
    """A reporting descriptor for each code, in the order given; `levels` maps severities."""
    rules = {rule.code: rule for rule in load_rules()}
    return [_object(rules[code], levels) if code in rules else {"id": code, **_texts(code)} for code in codes]


def _texts(text: str) -> dict[str, object]:
    return {"shortDescription": {"text": text}, "fullDescription": {"text": text}, "help": {"text": text}}


def _object(rule: Rule, levels: Mapping[str, str]) -> dict[str, object]:
    page = load_page(rule)
    properties: dict[str, object] = {
        "tags": list(dict.fromkeys((rule.family, *rule.tags, *rule.spec)))[:_MOST_TAGS],
        "precision": rule.precision,
        "problem.severity": _SEVERITIES[rule.severity],
    }
    if rule.security_severity:
        properties["security-severity"] = rule.security_severity
    what = _section(page, "What it does")
    told: dict[str, object] = {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": _cut(rule.title)},
        "fullDescription": {"text": _cut(_flat(what) or rule.title)},
        "help": {"text": _cut(_flat(_section(page, "How to fix")) or rule.title), "markdown": _help(page)},
        "defaultConfiguration": {"level": levels[rule.severity], "enabled": rule.default},
        "properties": properties,
    }
    return told | {"helpUri": f"{HOME}/blob/main/rules/{rule.page}.md"} if HOME else told


def _section(page: Page, title: str) -> str:
    return next((section.body for section in page.sections if section.title == title), "")


def _help(page: Page) -> str:
    """The page's prose; the examples are for those who read the page itself."""
    parts = [f"# {page.rule.code} {page.rule.name}", page.rule.title]
    parts += [
        f"## {section.title}\n\n{section.body.strip()}" for section in page.sections if section.title != "Examples"
    ]
    return "\n\n".join(parts) + "\n"


def _flat(markdown: str) -> str:
    """Markdown as one paragraph of plain text; what stands in code stays as it is."""
    return " ".join(_MARKS.sub(lambda mark: mark["code"] or mark["link"] or "", markdown).split())


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
