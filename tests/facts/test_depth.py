"""What is nested without end neither crashes nor exhausts the stack, here or in those who walk over the records."""

from __future__ import annotations

import msgspec
import pytest

from facts.outline import functions, outline, read
from fastlint.facts import records as r

DEEP = 3000


def nested(header: str, depth: int = 400) -> str:
    return "".join(" " * level + header + "\n" for level in range(depth)) + " " * depth + "f()\n"


CASES = {
    "parentheses": "x = " + "(" * 5000 + "a" + ")" * 5000,
    "sum": "x = " + "a + " * 20_000 + "a",
    "and": "x = " + "a and " * 20_000 + "a",
    "and or": "x = " + "a and b or " * DEEP + "a",
    "comparison": "x = " + "a < " * 20_000 + "a",
    "power": "x = " + "a ** " * DEEP + "a",
    "not": "x = " + "not " * DEEP + "a",
    "minus": "x = " + "-" * DEEP + "a",
    "calls": "x = " + "f(" * DEEP + "a" + ")" * DEEP,
    "chain": "x = a" + ".b()" * 20_000,
    "dotted": "x = a" + ".b" * 20_000,
    "subscripts": "x = a" + "[0]" * DEEP,
    "lists": "x = " + "[" * DEEP + "]" * DEEP,
    "dicts": "x = " + "{1:" * DEEP + "1" + "}" * DEEP,
    "lambdas": "x = " + "lambda: " * DEEP + "a",
    "conditionals": "x = " + "a if b else " * DEEP + "c",
    "awaits": "async def f():\n  " + "await " * DEEP + "x",
    "strings": "x = " + "'a' " * 20_000,
    "f-strings": "x = " + "f'{" * 200 + "a" + "}'" * 200,
    "annotation": "x: " + "a[" * DEEP + "b" + "]" * DEEP,
    "union": "x: " + "list[int] | " * DEEP + "a",
    "assignments": "a = " * 5000 + "b",
    "comprehensions": "x = " + "[a for a in " * 1000 + "b" + "]" * 1000,
    "walruses": "x = " + "(a := " * DEEP + "1" + ")" * DEEP,
    "target": "(" * DEEP + "a," + ")" * DEEP + " = 1",
    "slices": "x[" * DEEP + "a:b" + "]" * DEEP,
    "pattern": "match x:\n case " + "[" * DEEP + "a" + "]" * DEEP + ": pass",
    "elifs": "if a:\n  pass\n" + "elif b:\n  c()\n" * DEEP + "else:\n  d()\n",
    "decorators": "@a\n" * DEEP + "def f(): pass",
    "statements": "a;" * 20_000,
    "ifs": nested("if x:"),
    "elses": "".join(" " * at + f"if x:\n{' ' * at} pass\n{' ' * at}else:\n" for at in range(300))
    + " " * 300
    + "f()\n",
    "functions": nested("def f():"),
    "classes": nested("class A:"),
    "withs": nested("with x:"),
    "loops": nested("for x in y:"),
    "cases": nested("match x:\n  case y:", 1),
    "open brackets": "x = " + "[{(" * DEEP + "\ny = 1\n",
}


@pytest.mark.parametrize("source", CASES.values(), ids=CASES.keys())
def test_deep_nesting(source: str) -> None:
    file = read(source)
    header = file.header
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(header), type=r.Header) == header
    assert outline(header)
    for function in functions(header.statements):
        body = file.body(function)
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(body), type=r.Body) == body
        assert outline(body)


def test_names_in_what_is_too_deep_are_kept() -> None:
    assert "Opaque([needle])" in outline(read("x = " + "[" * DEEP + "needle" + "]" * DEEP).header)


def test_operands_of_a_very_long_chain_are_kept() -> None:
    (statement,) = read("x = " + " + ".join(f"f({at})" for at in range(1000))).header.statements
    assert isinstance(statement, r.Assign)
    assert isinstance(statement.value, r.Opaque)
    assert len(statement.value.parts) == 1000
    assert all(isinstance(part, r.Call) for part in statement.value.parts)


def test_a_chain_of_some_length_is_told_as_it_is() -> None:
    (statement,) = read("x = " + "a + " * 30 + "b").header.statements
    assert isinstance(statement, r.Assign)
    depth, value = 0, statement.value
    while isinstance(value, r.Operation):
        depth, value = depth + 1, value.operands[0]
    assert depth == 30


def test_no_elif_is_lost() -> None:
    source = "if a:\n  f(0)\n" + "".join(f"elif b:\n  f({at})\n" for at in range(1, 200)) + "else:\n  f(200)\n"
    written = outline(read(source).header)
    assert all(f"Call(f, [#{at}], [])" in written for at in range(201))
