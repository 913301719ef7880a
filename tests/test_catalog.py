"""The catalogue: the grammar of pages, the selection of rules."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from fastlint.catalog import (
    Mark,
    PageError,
    Rule,
    SelectorError,
    check_selectors,
    find_rule,
    fixes_of,
    load_check,
    load_page,
    load_rules,
    select,
    unmarked,
)
from fastlint.catalog.pages import parse_card, parse_page

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import RuleFactory

CARD = """\
title = "Code on the event loop must not sleep"
family = "event-loop"
severity = "error"
default = "on"
precision = "high"
fix = "safe"
spec = ["RU1"]
since = "0.1.0"
"""
PAGE = f"""\
# FLT101 blocking-sleep

```toml
{CARD}```

## What it does

Looks for it. A fence in prose is no example:

```python
x = 1
```

## Why is this bad?

It stops all.

## How to fix

Await.

## Fix safety

Always.

## Examples

### Direct

```python bad file=app/clock.py
import time
```

Prose does not separate files.

```python bad file=app/main.py
time.sleep(1)  # FLT101: `time.sleep` blocks: it's bad  # FLT101
x = 2  # FLT102
y = "# FLT101"
```

```python fixed file=app/main.py
await asyncio.sleep(1)
```

```dockerfile good file=Dockerfile
FROM x
```

### Other

````python bad file=a.py
'''
```
''' # FLT101
````
"""
STEM = "FLT101-blocking-sleep"


def test_a_page_is_read() -> None:
    page = parse_page(STEM, PAGE)
    assert page.rule.code == "FLT101"
    assert page.rule.name == "blocking-sleep"
    assert page.rule.default
    assert page.rule.page == STEM
    assert page.rule.module == "flt101_blocking_sleep"
    assert page.rule == parse_card(STEM, PAGE)
    assert page.sections[0].title == "What it does"
    shapes = [(example.kind, example.heading, [file.path for file in example.files]) for example in page.examples]
    assert shapes == [
        ("bad", "Direct", ["app/clock.py", "app/main.py"]),
        ("fixed", "Direct", ["app/main.py"]),
        ("good", "Direct", ["Dockerfile"]),
        ("bad", "Other", ["a.py"]),
    ]
    assert page.text.split("\n")[page.examples[0].files[1].line - 1].startswith("time.sleep")


def test_marks_are_told_and_taken_out() -> None:
    page = parse_page(STEM, PAGE)
    files, marks = unmarked("FLT101", page.examples[0])
    assert files["app/main.py"] == 'time.sleep(1)\nx = 2  # FLT102\ny = "# FLT101"\n'
    assert set(marks) == {
        Mark("app/main.py", 1, None),
        Mark("app/main.py", 1, "`time.sleep` blocks: it's bad"),
    }
    files, marks = unmarked("FLT101", page.examples[3])
    assert files["a.py"] == "'''\n```\n'''\n"
    assert [mark.row for mark in marks] == [3]


def test_a_fixed_example_belongs_to_the_bad_one_before_it() -> None:
    [(bad, fixed)] = fixes_of(parse_page(STEM, PAGE))
    assert bad.files[1].path == fixed.files[0].path == "app/main.py"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("# FLT101 blocking-sleep", "FLT101 blocking-sleep", "the first line must be"),
        ("# FLT101 blocking-sleep", "# FLT101 other", "the heading must be the file's name"),
        ("```toml", "```yaml", "the card, a fence ```toml, must follow"),
        ('since = "0.1.0"', 'sinse = "0.1.0"', "sinse"),
        ('since = "0.1.0"\n', "", "since"),
        ('"error"', '"fatal"', "fatal"),
        ('"event-loop"', '"database"', "`family` of FLT101 must be `event-loop`"),
        ('default = "on"', 'default = "yes"', "`default` must be"),
        ("must not sleep", "must not sleep.", "without its full stop"),
        ('since = "0.1.0"', 'since = "0.1.0"\nrequires = ["fastapi 1"]', "no version range"),
        ('since = "0.1.0"', 'since = "0.1.0"\ntags = ["security"]', "go together"),
        ("## How to fix", "## Fixing", "`## How to fix` is missing"),
        ("## How to fix", "## Fixing", "unknown section `## Fixing`"),
        ("Await.\n", "\n", "`## How to fix` is empty"),
        ("## Fix safety\n\nAlways.\n", "", "`## Fix safety` is missing"),
        ('fix = "safe"', 'fix = "none"', "stands where `fix` is `none`"),
        ('fix = "safe"', 'fix = "none"', "there must be no `fixed` example"),
        ("```python fixed file=app/main.py", "```python good file=app/other.py", "there must be a `fixed` example"),
        ("python fixed", "python mended", "KIND one of bad, good, fixed"),
        ("python fixed file=app/main.py", "python fixed app/main.py", "must be `LANGUAGE KIND file=PATH`"),
        ("python fixed file=app/main.py", "python fixed file=app/main.py x=1", "must be `LANGUAGE KIND file=PATH`"),
        ("bad file=app/clock.py", "bad file=/app/clock.py", "must be a posix path"),
        ("bad file=app/clock.py", "bad file=app/main.py", "a path stands twice"),
        ("''' # FLT101", "'''", "a bad example without a mark"),
        ("FROM x", "FROM x # FLT101", "a mark `# FLT101` in a good example"),
        ("dockerfile good file=Dockerfile", "dockerfile bad file=Dockerfile", "there is no `good` example"),
        ("### Other\n", "### Other\n\n```python fixed file=b.py\n```\n", "no bad one before it"),
        ("## Why is this bad?\n\nIt stops all.\n\n## How to fix", "## How to fix", "`## Why is this bad?` is missing"),
        ("## How to fix\n\nAwait.\n", "", "`## How to fix` is missing"),
        ("## Examples", "## References\n\nx\n\n## Known limits\n\ny\n\n## Examples", "in this order"),
    ],
)
def test_breaches_of_the_grammar_are_told(old: str, new: str, told: str) -> None:
    assert old in PAGE
    with pytest.raises(PageError) as caught:
        parse_page(STEM, PAGE.replace(old, new, 1))
    assert told in str(caught.value)
    assert STEM in str(caught.value)


def test_pages_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / f"{STEM}.md").write_text(PAGE, "utf-8")
    (tmp_path / "README.md").write_text("# x", "utf-8")
    [rule] = load_rules(tmp_path)
    assert load_page(rule, tmp_path).rule == rule
    (tmp_path / "FLT102-x.md").write_text("# FLT102 y", "utf-8")
    (tmp_path / "FLT103-x.md").write_text("x", "utf-8")
    with pytest.raises(PageError, match=r"(?s)FLT102.*FLT103"):
        load_rules(tmp_path)


def test_a_page_without_a_check_is_told(rule: RuleFactory) -> None:
    with pytest.raises(PageError, match=r"FLT199 has a page and no check: flt199_no_such_rule.py"):
        load_check(rule("FLT199", "no-such-rule"))


@pytest.fixture
def rules(rule: RuleFactory) -> tuple[Rule, ...]:
    return (
        rule("FLT001", "unparsable-file"),
        rule("FLT101", "blocking-sleep"),
        rule("FLT102", "blocking-http"),
        rule("FLT114", "untracked-task", default=False),
        rule("FLT201", "logic"),
    )


@pytest.mark.parametrize(
    ("selected", "ignored", "extended", "expected"),
    [
        ("", "", "", "101 102 201"),
        ("FLT1", "", "", "101 102 114"),
        ("FLT101", "", "", "101"),
        ("blocking-http", "", "", "102"),
        ("ALL", "", "", "101 102 114 201"),
        ("ALL", "FLT1", "", "201"),
        ("FLT101", "FLT1", "", "101"),
        ("FLT1", "FLT101", "", "102 114"),
        ("FLT101", "FLT101", "", ""),
        ("", "FLT1", "", "201"),
        ("", "ALL", "", ""),
        ("", "", "untracked-task", "101 102 114 201"),
        ("FLT2", "", "FLT114", "114 201"),
        ("", "FLT11", "FLT114", "101 102 114 201"),
    ],
)
def test_selection(rules: tuple[Rule, ...], selected: str, ignored: str, extended: str, expected: str) -> None:
    chosen = select(rules, selected.split(), ignored.split(), extended.split())
    assert [rule.code[3:] for rule in chosen] == ["001", *expected.split()]


def test_unreadable_files_are_reported_unless_their_code_is_ignored(rules: tuple[Rule, ...]) -> None:
    assert select(rules, ["FLT2"])[0].code == "FLT001"
    assert [rule.code for rule in select(rules, ["FLT2"], ["FLT001"])] == ["FLT201"]


@pytest.mark.parametrize(
    ("word", "similar"),
    [("FLT110", "FLT1"), ("flt101", "FLT101"), ("blocking-sleeep", "blocking-sleep"), ("FLT9", ""), ("zz", "")],
)
def test_unknown_selectors_are_told_with_a_similar_value(rules: tuple[Rule, ...], word: str, similar: str) -> None:
    with pytest.raises(SelectorError) as caught:
        select(rules, [word], ["FLT1"])
    assert f"unknown rule selector `{word}`" in str(caught.value)
    assert similar in str(caught.value)


def test_all_unknown_selectors_are_told(rules: tuple[Rule, ...]) -> None:
    with pytest.raises(SelectorError, match=r"(?s)`a`.*`b`"):
        check_selectors(rules, ["a", "FLT1", "ALL", "b"])


def test_a_rule_is_found_by_code_or_name(rules: tuple[Rule, ...]) -> None:
    assert find_rule(rules, "flt101") == find_rule(rules, "Blocking-Sleep") == rules[1]
    with pytest.raises(SelectorError, match="unknown rule `FLT1`"):
        find_rule(rules, "FLT1")


def test_the_guide_shows_a_true_page() -> None:
    """The example in `rules/README.md` keeps to the grammar that it explains."""
    guide = (load_rules.__globals__["rules_folder"]() / "README.md").read_text("utf-8")
    example = dedent(guide.split("   ````\n", 2)[1])
    page = PAGE.split("## Examples", maxsplit=1)[0] + "## Examples\n\n" + example + "\n```python good file=x.py\n```\n"
    assert (
        len(
            parse_page(
                STEM, page.replace('fix = "safe"', 'fix = "none"').replace("## Fix safety\n\nAlways.\n", "")
            ).examples
        )
        == 2
    )
