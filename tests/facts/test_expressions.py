from __future__ import annotations

import pytest

from facts.outline import expression, outline, read
from fastlint.facts import records as r

CASES = [
    ("a", "a"),
    ("a.b.c", "a.b.c"),
    ("a . \\\n b.c", "a.b.c"),
    ("f().a.b", "Attribute(Call(f, [], []), a.b)"),
    ("(a).b", "a.b"),
    ("True.real", "Attribute(#True, real)"),
    ("1 .real", "Attribute(#1, real)"),
    ('"x".join', "Attribute('x', join)"),
    ("(await x).y", "Attribute(Await(x), y)"),
    ("f(a, *b, k=1, **c)", "Call(f, [a, Starred(b)], [k=#1, **=c])"),
    ("f(x for x in y)", "Call(f, [Comprehension(generator, x, -, [Clause(x, y, [], False)])], [])"),
    ("f()(a)", "Call(Call(f, [], []), [a], [])"),
    ("f(\n  a,  # why\n  b=2,\n)", "Call(f, [a], [b=#2])"),
    ("await f()", "Await(Call(f, [], []))"),
    ("x[a]", "Subscript(x, [a])"),
    ("x[a, b:c, ::d]", "Subscript(x, [a, Slice(b, c, -), Slice(-, -, d)])"),
    ("x[*a]", "Subscript(x, [Starred(a)])"),
    ("x[a,]", "Subscript(x, [a])"),
    ("[a, *b]", "Sequence(list, [a, Starred(b)])"),
    ("(a, b)", "Sequence(tuple, [a, b])"),
    ("a,", "Sequence(tuple, [a])"),
    ("()", "Sequence(tuple, [])"),
    ("{a, b}", "Sequence(set, [a, b])"),
    ("{}", "Dict([], [])"),
    ("{'a': 1, **b}", "Dict(['a', -], [#1, b])"),
    ("[a]", "Sequence(list, [a])"),
    ("a + b - c", "Operation(arithmetic, -, [Operation(arithmetic, +, [a, b]), c])"),
    ("a ** b ** c", "Operation(arithmetic, **, [a, Operation(arithmetic, **, [b, c])])"),
    ("-a", "Operation(unary, -, [a])"),
    ("not a", "Operation(unary, not, [a])"),
    ("a and b and c", "Operation(boolean, and, [a, b, c])"),
    ("a and (b and c)", "Operation(boolean, and, [a, Operation(boolean, and, [b, c])])"),
    ("a or b and c", "Operation(boolean, or, [a, Operation(boolean, and, [b, c])])"),
    ("a < b <= c", "Operation(comparison, < <=, [a, b, c])"),
    ("a not in b", "Operation(comparison, not in, [a, b])"),
    ("a is not b", "Operation(comparison, is not, [a, b])"),
    ("a @ b", "Operation(arithmetic, @, [a, b])"),
    ("~a", "Operation(unary, ~, [a])"),
    ("a if b else c", "Conditional(b, a, c)"),
    ("lambda: a", "Lambda([], a)"),
    ("lambda a, /, b=1, *c, d, **e: a", "Lambda([positional a, normal b=#1, * c, keyword d, ** e], a)"),
    ("[a for a in b if c if d]", "Comprehension(list, a, -, [Clause(a, b, [c, d], False)])"),
    ("{a: b for a, b in c}", "Comprehension(dict, b, a, [Clause(Sequence(tuple, [a, b]), c, [], False)])"),
    ("{a for a in b for c in d}", "Comprehension(set, a, -, [Clause(a, b, [], False), Clause(c, d, [], False)])"),
    ("(a async for a in b)", "Comprehension(generator, a, -, [Clause(a, b, [], True)])"),
    ("(yield)", "Yield(-, False)"),
    ("(yield a, b)", "Yield(Sequence(tuple, [a, b]), False)"),
    ("(yield from a)", "Yield(a, True)"),
    ("(a := 1)", "NamedExpr(a, #1)"),
    ("[y := 1, y]", "Sequence(list, [NamedExpr(y, #1), y])"),
    ("x[(a := 1):b]", "Subscript(x, [Slice(NamedExpr(a, #1), b, -)])"),
    ("None", "#None"),
    ("...", "#..."),
    ("1_000", "#1_000"),
    ("1.5e3", "#1.5e3"),
    ("0x_ff", "#0x_ff"),
    ("1j", "#1j"),
    ("b'a' b'b'", "#b'a' b'b'"),
    ("True", "#True"),
    ("[*f(a)]", "Sequence(list, [Starred(Call(f, [a], []))])"),
    ("[*a.b()]", "Sequence(list, [Starred(Call(a.b, [], []))])"),
    ("[*a[0].b]", "Sequence(list, [Starred(Attribute(Subscript(a, [#0]), b))])"),
    (
        "[k for k in x if (a := b if c else d)]",
        "Comprehension(list, k, -, [Clause(k, x, [NamedExpr(a, Conditional(c, b, d))], False)])",
    ),
    ("`a`", "Opaque([])"),
]


@pytest.mark.parametrize(("source", "expected"), CASES)
def test_each_kind_of_expression(source: str, expected: str) -> None:
    assert expression(source) == expected


@pytest.mark.parametrize("source", [source for source, _ in CASES])
def test_the_same_within_comments_and_parentheses(source: str) -> None:
    if source.endswith(","):  # a tuple in parentheses would be one of one tuple
        source = f"({source})"
    (statement,) = read(f"x = (  # one\n  {source}  # two\n  # three\n)\n").header.statements
    assert isinstance(statement, r.Assign)
    (expected,) = read(f"x = ({source})\n").header.statements
    assert isinstance(expected, r.Assign)
    assert type(statement.value) is type(expected.value)


@pytest.mark.parametrize(
    "source",
    [
        "{a # \n: b}",
        "{a: # \n b}",
        "{** # \n a}",
        "f(a # \n = b)",
        "f # \n (a)",
        "f(* # \n a)",
        "a # \n .b().c # \n .d",
        "a[ # \n b]",
        "a[b # \n :c: # \n d]",
        "a if # \n b else c",
        "lambda # \n a, # \n b=1: # \n c",
        "[a # \n for b in c]",
        "[a for # \n b in c if # \n d]",
        "{a # \n : b for c in d}",
        "a # \n + b",
        "a + # \n b - c",
        "a # \n and b and # \n c",
        "a < # \n b < c",
        "not # \n a",
        "- # \n a",
        "(yield # \n a)",
        "(yield # \n from a)",
        "await # \n a",
        "'a' # \n 'b'",
        "(a # \n := b)",
        "f'{a}' # \n 'b'",
    ],
)
def test_comments_may_stand_anywhere(source: str) -> None:
    def value(text: str) -> str:
        (statement,) = read(f"x = (\n{text}\n)").header.statements
        return outline(statement)

    assert value(source) == value(source.replace(" # \n", ""))
    assert "Opaque" not in value(source)


def test_offsets_are_those_of_the_expression_without_its_parentheses() -> None:
    (statement,) = read("x = (  a.b  )\n").header.statements
    assert isinstance(statement, r.Assign)
    assert statement.value == r.Name("a.b", 7, 3)


def test_offsets_are_bytes() -> None:
    (statement,) = read("'é'; grün.ß(ü=1)").header.statements[1:]
    assert statement == r.ExprStatement(
        r.Call(
            r.Name("grün.ß", 6, 8),
            (),
            (r.Keyword("ü", r.Constant("1", 18, 1), 15, 4),),
            6,
            14,
        ),
        6,
        20,
    )


def test_identifiers_are_normalised_as_python_does() -> None:
    assert expression("ﬁle.ªb") == "file.ab"


def test_a_conditional_reaches_to_the_end_of_its_last_part() -> None:
    (statement,) = read("with a if b else c as d: pass").header.statements
    assert isinstance(statement, r.With)
    assert (statement.items[0].value.start, statement.items[0].value.end) == (5, 18)


def test_what_an_unfinished_call_holds_is_found() -> None:
    statements = read("x = client.get(url,\ny = other(\n").header.statements
    assert "client.get" in repr(statements)
    assert "other" in repr(statements)


def test_an_expression_tells_its_end() -> None:
    source = "x = f(a)[0]"
    statement = read(source).header.statements[0]
    assert isinstance(statement, r.Assign)
    assert isinstance(statement.value, r.Subscript)
    assert (statement.value.start, statement.value.size, statement.value.end) == (4, 7, len(source))
