"""Programs that a generator thinks of, nested at random: read as `ast` reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from facts.tellings import AstTelling, FactTelling, parsed
from fastlint.facts.encodings import text_of
from fastlint.facts.extract import Bodies
from fastlint.facts.load import facts_of

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from fastlint.facts.records import Function

NAMES = st.sampled_from(["a", "b.c", "self.d", "é", "match", "type", "print", "_"])
ATOMS = NAMES | st.sampled_from(
    ["1", "2.5", "None", "True", "...", "'s'", "b'b'", "f'{a!r}'", "r'\\d'", "'x' 'y'", "''"]
)
EXPRESSIONS = [
    "({0})",
    "({0},)",
    "({0}, {1})",
    "[{0}, *({1})]",
    "{{{0}: {1}, **({2})}}",
    "{{{0}, {1}}}",
    "({0})({1}, *({2}), k={0}, **({1}))",
    "f({0} for a in {1} if {2})",
    "a.b({0}).c",
    "({0})[{1}:{2}, {0}]",
    "({0} + {1} * {2})",
    "({0} and {1} or not {2})",
    "({0} < {1} is not {2})",
    "(-({0}))",
    "({0} if {1} else {2})",
    "(lambda a, *b, c={0}, **d: {1})",
    "[{0} for a, b in {1} for c in {2}]",
    "{{a: {0} for a in ({1})}}",
    "(w := {0})",
    "(yield {0})",
    "(await ({0}))",
    "f'a{{({0})}}b{{({1})!s:>{{({2})}}}}'",
    "(\n{0}  # comment\n)",
]
SIMPLE = [
    "{0}",
    "x = {0}",
    "x, *y = z = {0}",
    "x: {0} = {1}",
    "x[{0}] += {1}",
    "return {0}",
    "raise {0} from {1}",
    "assert {0}, {1}",
    "del x[{0}]",
    "import a.b as c, d",
    "from .a import (b as c, d)",
    "global g",
    "pass",
    "{0}; {1}",
    "x = {0} \\\n  + {1}",
]
COMPOUND = [
    "if {0}:\n{body}\nelif {1}:\n{other}\nelse:\n{body}",
    "for a, b in {0}:\n{body}\nelse:\n{other}",
    "async for a in {0}:\n{body}",
    "while {0}:\n{body}",
    "with {0} as a, {1}:\n{body}",
    "async with ({0} as a, {1} as b):\n{body}",
    "try:\n{body}\nexcept {0} as e:\n{other}\nelse:\n{body}\nfinally:\n{other}",
    "match {0}:\n  case [a, *b] if {1}:\n{body}\n  case A(c=d) | {{'k': d}}:\n{other}",
    "@{0}\nasync def f(a, /, b: {1} = {0}, *c, d=1, **e) -> {2}:\n{body}",
    "def g():  # comment\n{body}\n    # more",
    "class A({0}, k={1}):\n{body}",
]


def expressions() -> SearchStrategy[str]:
    def larger(inner: SearchStrategy[str]) -> SearchStrategy[str]:
        return st.tuples(st.sampled_from(EXPRESSIONS), inner, inner, inner).map(
            lambda parts: parts[0].format(*parts[1:])
        )

    return st.recursive(ATOMS, larger, max_leaves=6)


def statements() -> SearchStrategy[str]:
    values = st.tuples(expressions(), expressions(), expressions())
    simple = st.tuples(st.sampled_from(SIMPLE), values).map(lambda parts: parts[0].format(*parts[1]))

    def larger(inner: SearchStrategy[str]) -> SearchStrategy[str]:
        blocks = st.lists(inner, min_size=1, max_size=3).map(lambda lines: indented("\n".join(lines)))
        return st.tuples(st.sampled_from(COMPOUND), values, blocks, blocks).map(
            lambda parts: parts[0].format(*parts[1], body=parts[2], other=parts[3]),
        )

    return st.recursive(simple, larger, max_leaves=8)


def indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.split("\n"))


@settings(max_examples=50, deadline=None)
@given(st.lists(statements(), max_size=4).map("\n".join), st.sampled_from(["\n", "\r\n", "\r"]))
def test_programs_are_read_as_python_reads_them(source: str, ending: str) -> None:
    data = source.replace("\n", ending).encode()
    tree = parsed(data)
    file = facts_of("a.py", data)
    ours = FactTelling(file).told
    if tree is not None:
        assert not file.header.problems
        assert ours == AstTelling(tree).told


@settings(max_examples=20, deadline=None)
@given(st.lists(statements(), max_size=4).map("\n".join))
def test_bodies_are_the_same_with_and_without_the_tree(source: str) -> None:
    data = source.encode()
    file = facts_of("a.py", data)
    without = Bodies(text_of(data).data)
    seen: list[Function] = []
    telling = FactTelling(file, seen.append)
    assert len(seen) == len(telling.told) - 1
    for function in seen:
        assert without.body(function.start, function.end) == file.body(function)
