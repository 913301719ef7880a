"""Which rules run: codes, prefixes, names and `ALL`, the more specific word winning."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.errors import FastlintError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fastlint.catalog.rule import Rule

_PREFIX = re.compile(r"FLT\d{0,3}")
_EXACT = len("FLT000")
_BY_DEFAULT = 0  # a default gives way to any word, and so does `ALL`
_ALWAYS = "FLT001"  # a file that cannot be read was not checked: said unless it is ignored by its code


class SelectorError(FastlintError):
    """Words that select no rule; `problems` says of each what is wrong with it."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems.values()))


def select(
    rules: Sequence[Rule],
    selected: Sequence[str] = (),
    ignored: Sequence[str] = (),
    extended: Sequence[str] = (),
    profile: str = "recommended",
) -> tuple[Rule, ...]:
    """The rules to run.

    Args:
        rules: all rules.
        selected: what to run; empty means what the profile names.
        ignored: what not to run; between two words that match a rule, the longer one decides.
        extended: what to run besides.
        profile: what runs where nothing is selected: `recommended`, `strict` or `security`.

    Raises:
        SelectorError: a word matches no rule.
    """
    check_selectors(rules, [*selected, *ignored, *extended])
    chosen = []
    for rule in rules:
        wanted = max((_weight(word, rule) for word in (*selected, *extended)), default=-1)
        if not selected and _is_in(rule, profile):
            wanted = max(wanted, _BY_DEFAULT)
        if rule.code == _ALWAYS:
            wanted = max(wanted, _EXACT - 1)
        unwanted = max((_weight(word, rule) for word in ignored), default=-1)
        if wanted > unwanted:
            chosen.append(rule)
    return tuple(chosen)


def _is_in(rule: Rule, profile: str) -> bool:
    if profile == "strict":
        return True
    return "security" in rule.tags if profile == "security" else rule.default


def matches(word: str, rule: Rule) -> bool:
    """Whether a selector matches a rule."""
    return _weight(word, rule) >= 0


def weight(word: str, rule: Rule) -> int:
    """How specific a selector is for a rule: -1 where it does not match, 0 for `ALL`, most for its code or name."""
    return _weight(word, rule)


def check_selectors(rules: Sequence[Rule], words: Iterable[str]) -> None:
    """Make sure that every word selects something.

    Raises:
        SelectorError: naming each word that does not, and a similar one that would.
    """
    unknown = [word for word in words if not any(matches(word, rule) for rule in rules) and word != "ALL"]
    if unknown:
        raise SelectorError({word: f"unknown rule selector `{word}`{_similar(word, rules)}" for word in unknown})


def find_rule(rules: Sequence[Rule], word: str) -> Rule:
    """The one rule of a code or name.

    Raises:
        SelectorError: there is none.
    """
    for rule in rules:
        if word.upper() == rule.code or word.lower() == rule.name:
            return rule
    raise SelectorError({word: f"unknown rule `{word}`{_similar(word, rules)}"})


def _weight(word: str, rule: Rule) -> int:
    if word == "ALL":
        return 0
    if word == rule.name:
        return _EXACT
    return len(word) if _PREFIX.fullmatch(word) and rule.code.startswith(word) else -1


def _similar(word: str, rules: Sequence[Rule]) -> str:
    """What the user may have meant; codes are not alike because their digits are."""
    upper = word.upper()
    if any(_weight(upper, rule) >= 0 for rule in rules):
        return f"; a similar value exists: `{upper}`"
    from difflib import get_close_matches  # for mistakes only

    near = get_close_matches(word.lower(), [rule.name for rule in rules], n=1, cutoff=0.6)
    return f"; a similar value exists: `{near[0]}`" if near else "; `fastlint rules` lists them"
