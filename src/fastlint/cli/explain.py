"""`fastlint rule`, `rules` and `config`: what the linter knows about itself."""

from __future__ import annotations

import json
import sys
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec

from fastlint.catalog import find_rule, load_page, load_rules
from fastlint.cli.exits import CLEAN
from fastlint.cli.screen import colored, columns, write
from fastlint.errors import FastlintError
from fastlint.reporting.table import aligned
from fastlint.settings import Settings
from fastlint.settings.mistakes import suggestion
from fastlint.settings.validate import KEYS, type_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastlint.catalog import Page, Rule
    from fastlint.engine import Request


def explain_rule(code: str, *, every: bool, output_format: str, color: str) -> int:
    """Print one rule's page, or all.

    Raises:
        FastlintError: there is no such rule or format.
    """
    _known_format(output_format)
    rules = load_rules()
    if not every and not code:
        raise FastlintError("name a rule, or pass --all")
    chosen = rules if every else (find_rule(rules, code),)
    pages = [load_page(rule) for rule in chosen]
    if output_format == "json":
        objects = [_rule_object(page.rule) | {"explanation": page_text(page)} for page in pages]
        return _write_json(objects if every else objects[0])
    text = "\n".join(page_text(page) for page in pages)
    if not colored(color):
        return write(text)
    from rich.console import Console
    from rich.markdown import Markdown

    Console(force_terminal=True, width=min(columns(), 100)).print(Markdown(text))
    return CLEAN


def page_text(page: Page) -> str:
    """A page as Markdown for readers: the card in words, fences named."""
    rule = page.rule
    facts = [
        f"Family {rule.family}",
        rule.severity,
        "on by default" if rule.default else "off by default",
        f"fix: {rule.fix}" if rule.fix != "none" else "no fix",
    ]
    if rule.spec:
        facts.append(f"spec {', '.join(rule.spec)}")
    if rule.requires:
        facts.append(f"for {', '.join(rule.requires)}")
    body = page.text.partition("\n```toml")[2].partition("\n```\n")[2].strip()
    return f"# {rule.code} {rule.name}\n\n{rule.title}.\n\n*{' · '.join(facts)} · since {rule.since}*\n\n{body}\n"


def list_rules(output_format: str) -> int:
    """Print all rules by family; as `markdown`, the table of the README.

    Raises:
        FastlintError: there is no such format.
    """
    _known_format(output_format, "text", "json", "markdown")
    rules = load_rules()
    if output_format == "markdown":
        return write(rules_table(rules))
    if output_format == "json":
        return _write_json([_rule_object(rule) for rule in rules])
    blocks = []
    for family, group in groupby(rules, key=lambda rule: rule.family):
        rows = [_row(rule) for rule in group]
        blocks.append(f"{family}\n{aligned(rows, indent=2)}")
    return write("\n".join(blocks) + f"\n{len(rules)} rules. `fastlint rule CODE` explains one.\n")


def rules_table(rules: Sequence[Rule]) -> str:
    """The rules as a Markdown table."""
    lines = ["| code | rule | severity | by default | fix |", "|---|---|---|---|---|"]
    for rule in rules:
        link = f"[{rule.name}](rules/{rule.page}.md)"
        lines.append(f"| {rule.code} | {link}: {rule.title} | {rule.severity} | {_on(rule)} | {rule.fix} |")
    return "\n".join(lines) + "\n"


def _on(rule: Rule) -> str:
    return "on" if rule.default else "off"


def explain_settings(key: str, output_format: str) -> int:
    """Print what a key of the configuration means, or all of them."""
    _known_format(output_format)
    if key and key.replace("_", "-") not in KEYS:
        raise FastlintError(f"unknown key `{key}`{suggestion(key, KEYS)}; `fastlint config` lists them")
    chosen = [key.replace("_", "-")] if key else list(KEYS)
    defaults = msgspec.to_builtins(Settings())
    objects = [_key_object(name, defaults[name]) for name in chosen]
    if output_format == "json":
        return _write_json(objects[0] if key else objects)
    if not key:
        rows = [[item["key"], item["description"].split(". ")[0].rstrip(".")] for item in objects]
        return write(aligned(rows, width=columns() if sys.stdout.isatty() else 0))
    item = objects[0]
    lines = [item["key"], "", item["description"], "", f"Default: {item['default']}", f"Type: {item['type']}"]
    return write("\n".join([*lines, "Example:", "", "    [tool.fastlint]", f"    {item['example']}", ""]))


def settings_text(request: Request) -> str:
    """The settings in force as TOML, and where they come from."""
    values = msgspec.to_builtins(request.settings)
    lines = [f"# project root: {request.root.path}", f"# configuration: {request.root.config or 'defaults'}"]
    return "\n".join([*lines, *(f"{key} = {_toml(value)}" for key, value in values.items())]) + "\n"


def _row(rule: Rule) -> list[str]:
    fix = "" if rule.fix == "none" else f"fix: {rule.fix}"
    return [rule.code, rule.name, rule.severity, "" if rule.default else "off", fix, " ".join(rule.spec)]


def _rule_object(rule: Rule) -> dict[str, object]:
    values: dict[str, object] = msgspec.to_builtins(rule)
    return {**values, "default": _on(rule)}


def _key_object(name: str, default: object) -> dict[str, str]:
    field = KEYS[name]
    description = example = ""
    for meta in getattr(field.type, "__metadata__", ()):
        if isinstance(meta, msgspec.Meta) and meta.description:
            description, example = meta.description, str((meta.examples or [""])[0])
    return {
        "key": name,
        "description": description,
        "default": _toml(default),
        "type": type_name(field.type),
        "example": example,
    }


def _toml(value: object) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        pairs = (f"{json.dumps(key, ensure_ascii=False)} = {_toml(item)}" for key, item in value.items())
        return f"{{ {', '.join(pairs)} }}" if value else "{}"
    return json.dumps(value, ensure_ascii=False)


def _known_format(output_format: str, *known: str) -> None:
    known = known or ("text", "json")
    if output_format not in known:
        raise FastlintError(f"--output-format: `{output_format}` is not one of {', '.join(known)}")


def _write_json(value: object) -> int:
    return write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")
