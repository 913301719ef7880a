from __future__ import annotations

import ast
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.outline import expression, read
from fastlint.facts import records as r


def value_of(source: str) -> str:
    (statement,) = read(source).header.statements
    assert isinstance(statement, r.ExprStatement)
    assert isinstance(statement.value, r.Str)
    return statement.value.value


@pytest.mark.parametrize(
    "source",
    [
        "''",
        '""""""',
        "'a'",
        '"""a\nb"""',
        "'''a\r\nb\rc'''",
        r"'\n\t\\\'\"\a\b\f\r\v'",
        r"'\x41\101\0\u00e9\U0001F600\N{EM DASH}'",
        r"'\q\ '",
        "'a\\\nb'",
        "'a\\\r\nb'",
        r"r'\n\x41'",
        r"R'\''",
        "u'a'",
        "'a' 'b' \"c\"",
        "('a'  # why\n 'b')",
        "'a' r'\\n' u'c'",
        "'grün'",
        "'☃' '\\u2603'",
        '"""\'"""',
        "f'a{{b}}'",
        r"f'\x41'",
        r"rf'\x41'",
        "'a' f'b'",
        r"fr'\\'",
    ],
)
def test_values_are_those_of_python(source: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of escapes that mean nothing
        (statement,) = ast.parse(source).body
    assert isinstance(statement, ast.Expr)
    value = statement.value
    parts = value.values if isinstance(value, ast.JoinedStr) else [value]
    assert value_of(source) == "".join(str(ast.literal_eval(part)) for part in parts)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("f'a{b}c'", "FString(['a', b, 'c'])"),
        ("f'{a!r:>{b}} {c=} {{d}} {e, f}'", "FString([a, b, ' ', c, ' {d} ', Sequence(tuple, [e, f])])"),
        ("f'{a:=5}'", "FString([a])"),
        ("f'{(a:=5)}'", "FString([NamedExpr(a, #5)])"),
        ("f'{a:%Y-%m}'", "FString([a])"),
        ("t'{a}'", "FString([a])"),
        ("t'a'", "FString(['a'])"),
        ("'a' f'{b}' 'c'", "FString(['a', b, 'c'])"),
        ("rf'\\n{a}'", "FString(['\\\\n', a])"),
        ("f'{f\"{a}\"}'", "FString([FString([a])])"),
        ("f'{'a'}'", "FString(['a'])"),  # PEP 701: the same quotes inside
        ("f'{\n  a  # why\n}'", "FString([a])"),
        ('f"{a["b"]}"', "FString([Subscript(a, ['b'])])"),
        ("f'{yield a}'", "FString([Yield(a, False)])"),
        ("f'{(lambda: a)()}'", "FString([Call(Lambda([], a), [], [])])"),
        ("f'{a if b else c}'", "FString([Conditional(b, a, c)])"),
        ("b'a'", "#b'a'"),
        ("Rb'a'", "#Rb'a'"),
    ],
)
def test_strings_with_expressions_and_bytes(source: str, expected: str) -> None:
    assert expression(source) == expected


def test_a_lone_surrogate_becomes_a_replacement_character() -> None:
    assert value_of(r"'\ud800'") == "\ufffd"


@pytest.mark.parametrize("source", [r"'\N{NO SUCH NAME}'", r"'\U00110000'"])
def test_an_escape_that_means_nothing_stays_as_it_is(source: str) -> None:
    assert value_of(source) == source[1:-1]


@given(st.text())
def test_any_text_written_by_python_is_read_back(text: str) -> None:
    expected = "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)
    assert value_of(repr(text)) == expected
    assert value_of(ascii(text)) == expected
