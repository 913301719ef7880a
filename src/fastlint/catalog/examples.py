"""The examples of a page: fences into projects, marks into promised findings."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, get_args

import msgspec

from fastlint.catalog.rule import Example, ExampleFile, ExampleKind, Mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastlint.catalog.rule import Page, Rule

_INFO = re.compile(r"(?P<language>[a-z][a-z0-9+-]*) (?P<kind>[a-z]+) file=(?P<path>\S+)")
_MESSAGE = r"(?:: (?P<message>(?:(?![ \t]+# {code}).)*))?"


class Block(msgspec.Struct, frozen=True):
    """A fence under `## Examples`: heading above it, info string, content, and the row where the content starts."""

    heading: str
    info: str
    text: str
    row: int


def examples_of(rule: Rule, blocks: Sequence[Block]) -> tuple[tuple[Example, ...], list[str]]:
    """Blocks joined to example projects, and what is wrong with them."""
    problems: list[str] = []
    read: list[tuple[str, ExampleKind, ExampleFile]] = []
    for block in blocks:
        match = _INFO.fullmatch(block.info)
        kind = _kind(match["kind"]) if match else None
        if match is None or kind is None:
            problems.append(
                f"line {block.row - 1}: `{block.info}` must be `LANGUAGE KIND file=PATH`, KIND one of bad, good, fixed"
            )
            continue
        if match["path"].startswith(("/", "../")) or "\\" in match["path"]:
            problems.append(f"line {block.row - 1}: `{match['path']}` must be a posix path inside the example")
        read.append((block.heading, kind, ExampleFile(match["path"], match["language"], block.text, block.row)))
    examples = tuple(
        Example(kind, heading, tuple(file for _, _, file in group))
        for (heading, kind), group in groupby(read, key=lambda entry: entry[:2])
    )
    problems.extend(_problems(rule, examples))
    return examples, problems


def _kind(word: str) -> ExampleKind | None:
    kinds: dict[str, ExampleKind] = {kind: kind for kind in get_args(ExampleKind)}
    return kinds.get(word)


def _problems(rule: Rule, examples: Sequence[Example]) -> list[str]:
    problems: list[str] = []
    kinds = [example.kind for example in examples]
    problems.extend(f"there is no `{kind}` example" for kind in ("bad", "good") if kind not in kinds)
    if ("fixed" in kinds) != (rule.fix != "none"):
        problems.append(
            f"`fix` is `{rule.fix}`, so there must be {'a' if rule.fix != 'none' else 'no'} `fixed` example"
        )
    for index, example in enumerate(examples):
        where = f"line {example.files[0].line}"
        paths = [file.path for file in example.files]
        if len(set(paths)) < len(paths):
            problems.append(f"{where}: a path stands twice in one example")
        _, marks = unmarked(rule.code, example)
        if example.kind == "bad" and not marks:
            problems.append(f"{where}: a bad example without a mark `# {rule.code}`")
        if example.kind != "bad" and marks:
            problems.append(f"{where}: a mark `# {rule.code}` in a {example.kind} example")
        if example.kind == "fixed" and _bad_before(examples, index) is None:
            problems.append(f"{where}: a fixed example with no bad one before it under its heading")
    return problems


def unmarked(code: str, example: Example) -> tuple[dict[str, str], tuple[Mark, ...]]:
    """An example's files by path with the marks taken out, and the marks."""
    pattern = re.compile(rf"[ \t]*# {code}{_MESSAGE.format(code=code)}$")
    files: dict[str, str] = {}
    marks: list[Mark] = []
    for file in example.files:
        lines = file.text.split("\n")
        for index, line in enumerate(lines):
            rest = line
            while match := pattern.search(rest):
                marks.append(Mark(file.path, index + 1, match["message"]))
                rest = rest[: match.start()]
            lines[index] = rest
        files[file.path] = "\n".join(lines)
    return files, tuple(marks)


def fixes_of(page: Page) -> tuple[tuple[Example, Example], ...]:
    """Each fixed example with the bad one that it mends."""
    pairs = []
    for index, example in enumerate(page.examples):
        bad = _bad_before(page.examples, index)
        if example.kind == "fixed" and bad is not None:
            pairs.append((bad, example))
    return tuple(pairs)


def _bad_before(examples: Sequence[Example], index: int) -> Example | None:
    heading = examples[index].heading
    for example in reversed(examples[:index]):
        if example.heading != heading:
            return None
        if example.kind == "bad":
            return example
    return None
