"""Reads the Markdown of a rule's page; `rules/README.md` tells the grammar."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import msgspec

from fastlint.catalog.examples import Block, examples_of
from fastlint.catalog.rule import FAMILIES, FixKind, Page, PageError, Precision, Rule, Section
from fastlint.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_HEADING = re.compile(r"# (?P<code>FLT\d{3}) (?P<name>[a-z][a-z0-9]*(?:-[a-z0-9]+)*)")
_FENCE = re.compile(r"(?P<ticks>`{3,})(?P<info>[^`]*)")
_REQUIRES = re.compile(r"[a-z0-9][a-z0-9-]*\s*[<>=!~]=?.+")

SECTIONS = (
    "What it does",
    "Why is this bad?",
    "How to fix",
    "Fix safety",
    "Options",
    "Known limits",
    "References",
    "Examples",
)
_OPTIONAL = frozenset(["Options", "Known limits", "References"])


class _Card(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The card as it is written."""

    title: str
    family: str
    severity: Severity
    default: bool | str
    precision: Precision
    fix: FixKind
    spec: tuple[str, ...]
    since: str
    requires: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    security_severity: str = ""


def parse_card(stem: str, text: str) -> Rule:
    """The rule of a page, its prose and examples unread.

    Raises:
        PageError: the heading or the card is not as it must be.
    """
    first, _, rest = text.partition("\n")
    heading = _HEADING.fullmatch(first.rstrip())
    if heading is None:
        raise PageError(f"{stem}.md:1: the first line must be `# CODE name`")
    if first.rstrip() != "# " + stem.replace("-", " ", 1):
        raise PageError(f"{stem}.md:1: the heading must be the file's name: `# {stem.replace('-', ' ', 1)}`")
    opening, _, after = rest.lstrip().partition("\n")
    card, closed, _ = after.partition("\n```")
    if opening.strip() != "```toml" or not closed:
        raise PageError(f"{stem}.md:2: the card, a fence ```toml, must follow the heading")
    try:
        fields = msgspec.convert(tomllib.loads(card), _Card)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise PageError(f"{stem}.md: card: {error}") from None
    problems = list(_card_problems(heading["code"], fields))
    if problems:
        raise PageError("\n".join(f"{stem}.md: card: {problem}" for problem in problems))
    return Rule(
        code=heading["code"],
        name=heading["name"],
        title=fields.title,
        family=fields.family,
        severity=fields.severity,
        default=fields.default == "on",
        precision=fields.precision,
        fix=fields.fix,
        spec=fields.spec,
        since=fields.since,
        requires=fields.requires,
        tags=fields.tags,
        security_severity=fields.security_severity,
    )


def _card_problems(code: str, card: _Card) -> Iterator[str]:
    family = FAMILIES[int(code[3])]
    if card.family != family:
        yield f"`family` of {code} must be `{family}`, not `{card.family}`"
    if card.default not in ("on", "off"):
        yield f"`default` must be `on` or `off`, not `{card.default}`"
    if not card.title or card.title.endswith("."):
        yield "`title` must be a sentence without its full stop"
    for text in card.requires:
        if not _REQUIRES.fullmatch(text):
            yield f"`requires`: `{text}` is no version range such as `fastapi>=0.115`"
    if ("security" in card.tags) != bool(card.security_severity):
        yield "`security-severity` and the tag `security` go together"
    if card.security_severity and not re.fullmatch(r"(?:\d|10)\.\d", card.security_severity):
        yield '`security-severity` must be between "0.1" and "10.0"'


def parse_page(stem: str, text: str) -> Page:
    """A whole page.

    Raises:
        PageError: with every breach of the grammar that was found.
    """
    rule = parse_card(stem, text)
    problems: list[str] = []
    titles: list[str] = []
    bodies: dict[str, list[str]] = {}
    blocks: list[Block] = []
    heading = ""
    for line, row, block in _lines(text):
        if block is None and line.startswith("## "):
            titles.append(line[3:].strip())
            bodies[titles[-1]] = []
            heading = ""
            continue
        if block is None and line.startswith("### "):
            heading = line[4:].strip()
        if titles:
            bodies[titles[-1]].append(line)
        if block is not None and titles[-1:] == ["Examples"]:
            blocks.append(Block(heading, block[0], block[1], row))
    problems.extend(_section_problems(rule, titles, bodies))
    examples, wrong = examples_of(rule, blocks)
    problems.extend(wrong)
    if problems:
        raise PageError("\n".join(f"{stem}.md: {problem}" for problem in problems))
    return Page(rule, tuple(Section(title, "\n".join(bodies[title]).strip()) for title in titles), examples, text)


def _lines(text: str) -> Iterator[tuple[str, int, tuple[str, str] | None]]:
    """Lines with their rows; a fence comes as one piece, with its info string and its content."""
    lines = text.split("\n")
    row = 0
    while row < len(lines):
        opening = _FENCE.fullmatch(lines[row].rstrip())
        if opening is None:
            yield lines[row], row + 1, None
            row += 1
            continue
        end = row + 1
        while end < len(lines) and not re.fullmatch(f"`{{{len(opening['ticks'])},}}\\s*", lines[end]):
            end += 1
        content = "".join(f"{line}\n" for line in lines[row + 1 : end])
        yield "\n".join(lines[row : end + 1]), row + 2, (opening["info"].strip(), content)
        row = end + 1


def _section_problems(rule: Rule, titles: list[str], bodies: Mapping[str, list[str]]) -> Iterator[str]:
    wanted = [title for title in SECTIONS if title not in _OPTIONAL and (title != "Fix safety" or rule.fix != "none")]
    for title in wanted:
        if title not in titles:
            yield f"the section `## {title}` is missing"
        elif not "".join(bodies[title]).strip():
            yield f"the section `## {title}` is empty"
    for title in titles:
        if title not in SECTIONS:
            yield f"unknown section `## {title}`; known sections: {', '.join(SECTIONS)}"
        elif title == "Fix safety" and rule.fix == "none":
            yield "`## Fix safety` stands where `fix` is `none`"
    known = [title for title in titles if title in SECTIONS]
    if known != sorted(set(known), key=SECTIONS.index):
        yield f"sections must stand once each, in this order: {', '.join(SECTIONS)}"
