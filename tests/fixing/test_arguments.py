"""Verbs about the arguments of calls."""

from __future__ import annotations

from functools import partial

import pytest

from fastlint.findings import (
    AwaitExpression,
    RemoveArgument,
    RenameArgument,
    RunInThreadpool,
    SetArgument,
    UnpackCall,
)
from fixing.bench import Marked, fix, fixed, withheld


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        ("f()", "f(k=v)"),
        ("f( )", "f( k=v)"),
        ("f(a)", "f(a, k=v)"),
        ("f(a,)", "f(a, k=v,)"),
        ("f(a ,b)", "f(a ,b,k=v)"),
        ("f(k=1)", "f(k=v)"),
        ("f(a, k = 1, b=2)", "f(a, k = v, b=2)"),
        ("f(a, **b)", "f(a, k=v, **b)"),
        ("f(**b)", "f(k=v, **b)"),
        ("f(x for x in y)", "f((x for x in y), k=v)"),
        ("f(\n    a,\n    b,\n)", "f(\n    a,\n    b,\n    k=v,\n)"),
        ("f(\n    a,\n    b\n)", "f(\n    a,\n    b,\n    k=v\n)"),
        ("f(\n    a\n)", "f(\n    a, k=v\n)"),
        ("f(\n    a,  # one\n    b  # two\n)", "f(\n    a,  # one\n    b,  # two\n    k=v\n)"),
        ("f(\n    a,  # one\n    b,  # two\n)", "f(\n    a,  # one\n    b,  # two\n    k=v,\n)"),
        ("f(\n    a,\n    # last\n)", "f(\n    a,\n    # last\n    k=v,\n)"),
        ("f(\n    a,\n    # about b\n    **b,\n)", "f(\n    a,\n    k=v,\n    # about b\n    **b,\n)"),
        ("f(a, {\n    1: 2,\n})", "f(a, {\n    1: 2,\n}, k=v)"),
        ("f(a,\n  b)", "f(a,\n  b,\n  k=v)"),
        ("f(  # all\n    a\n)", "f(  # all\n    a,\n    k=v\n)"),
    ],
)
def test_an_argument_is_set(call: str, wanted: str) -> None:
    assert fixed(f"x = «{call}»  # c\n", partial(SetArgument, name="k", value="v")) == f"x = {wanted}  # c\n"


def test_values_that_need_parentheses_get_them() -> None:
    for value, wanted in (("a, b", "(a, b)"), ("a if b else c", "a if b else c"), ("yield", "(yield)")):
        edit = partial(SetArgument, name="k", value=value)
        assert fixed("def g():\n    x = «f()»\n", edit) == f"def g():\n    x = f(k={wanted})\n"


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        ("f(k=1)", "f()"),
        ("f(\n    k=1,\n)", "f()"),
        ("f(a, k=1)", "f(a)"),
        ("f(a, k=1,)", "f(a,)"),
        ("f(k=1, b=2)", "f(b=2)"),
        ("f(a, k=1, b=2)", "f(a, b=2)"),
        ("f(\n    a,\n    k=1,\n)", "f(\n    a,\n)"),
        ("f(\n    a,\n    k=1\n)", "f(a)"),
        ("f(\n    a, k=1\n)", "f(a)"),
        ("f(\n    a, b=[\n        2,\n    ], k=1\n)", "f(\n    a, b=[\n        2,\n    ]\n)"),
        ("f(  # why\n    a, k=1\n)", "f(  # why\n    a\n)"),
        ("f(\n    a,  # one\n    k=1,\n)", "f(\n    a,  # one\n)"),
        ("f(\n    a,  # one\n    k=1\n)", "f(\n    a  # one\n)"),
        ("f(\n    k=1,\n    b=2,\n)", "f(\n    b=2,\n)"),
        ("f(\n    a,  # one\n    k=1,\n    # about b\n    b=2,\n)", "f(\n    a,  # one\n    # about b\n    b=2,\n)"),
        ("f(\n    a,\n    k=1,  # noqa: X\n    b=2,\n)", "f(\n    a,\n    b=2,\n)"),
    ],
)
def test_an_argument_is_removed(call: str, wanted: str) -> None:
    assert fixed(f"x = «{call}»  # c\n", partial(RemoveArgument, name="k")) == f"x = {wanted}  # c\n"


def test_an_argument_with_a_comment_stays() -> None:
    assert (
        withheld("«f(\n    a,\n    k=1,  # why\n    b=2,\n)»\n", partial(RemoveArgument, name="k"))
        == "a comment would be lost"
    )
    assert (
        withheld("«f(\n    a,\n    k=1,  # why\n)»\n", partial(RemoveArgument, name="k")) == "a comment would be lost"
    )


def test_an_argument_that_is_not_there() -> None:
    for verb in (partial(RemoveArgument, name="k"), partial(RenameArgument, name="k", new="l")):
        assert withheld("«f(j=1, **k)»\n", verb) == "there is no argument `k`"


def test_an_argument_is_renamed() -> None:
    rename = partial(RenameArgument, name="k", new="l")
    assert fixed("«f(a, k = 1, m=2)»\n", rename) == "f(a, l = 1, m=2)\n"
    assert withheld("«f(k=1, l=2)»\n", rename) == "there is an argument `l` already"


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        ("g(f())", "g(f)"),
        ("g(f(a))", "g(f, a)"),
        ("g(f(a, k=1), b=2)", "g(f, a, k=1, b=2)"),
        ("g(f(a), b)", "g(f, a, b)"),
        ("g(f(a,),)", "g(f, a,)"),
        ("g(f(x for x in y))", "g(f, (x for x in y))"),
        ("g(\n    f(a),\n    b,\n)", "g(\n    f, a,\n    b,\n)"),
        ("g(f(\n    a,  # one\n    b,\n))", "g(f,\n    a,  # one\n    b)"),
    ],
)
def test_a_call_is_unpacked(call: str, wanted: str) -> None:
    assert fixed(f"«{call}»\n", UnpackCall) == f"{wanted}\n"


@pytest.mark.parametrize("call", ["g()", "g(a)", "g(k=f())", "g(*f())"])
def test_what_is_no_call_is_not_unpacked(call: str) -> None:
    assert withheld(f"«{call}»\n", UnpackCall) == "its first argument is no call"


def test_a_positional_argument_does_not_follow_a_keyword() -> None:
    assert withheld("«g(f(k=1), b)»\n", UnpackCall) == "a positional argument would follow a keyword"


def test_edits_of_one_call_are_made_together() -> None:
    source = "async def f():\n    «run(g(1))»\n"
    assert fixed(source, AwaitExpression, UnpackCall) == "async def f():\n    await run(g, 1)\n"
    source = "from fastapi.concurrency import run_in_threadpool\nasync def f():\n    «g(1, old=2, gone=3)»\n"
    wanted = "from fastapi.concurrency import run_in_threadpool\nasync def f():\n    await run_in_threadpool(g, 1, new=2, k=v)\n"  # noqa: E501
    edits = (
        RunInThreadpool,
        partial(SetArgument, name="k", value="v"),
        partial(RemoveArgument, name="gone"),
        partial(RenameArgument, name="old", new="new"),
    )
    assert fixed(source, *edits) == wanted


def test_of_two_values_the_first_is_set() -> None:
    source = Marked("«f()»\n")
    one, two = (fix(SetArgument(source.at[0], "k", value)) for value in "ab")
    result = source.apply(one, two, one)
    assert (result.made, result.waiting) == ((0, 2), (1,))
    assert result.contents[source.path] == b"f(k=a)\n"


def test_edits_inside_a_value_that_goes_wait() -> None:
    source = Marked("«f(k=«g(a)», b=«h(c)»)»\n")
    outer, inner, other = source.at
    set_inner = fix(SetArgument(inner, "x", "1"))
    set_other = fix(SetArgument(other, "x", "1"))
    remove = fix(RemoveArgument(outer, "k"))
    result = source.apply(remove, set_inner, set_other)
    assert (result.made, result.waiting) == ((0, 2), (1,))
    assert result.contents[source.path] == b"f(b=h(c, x=1))\n"
    result = source.apply(set_inner, remove)
    assert (result.made, result.waiting) == ((0,), (1,))
    assert result.contents[source.path] == b"f(k=g(a, x=1), b=h(c))\n"


@pytest.mark.parametrize(
    ("head", "value", "wanted"),
    [
        ("a = 'b'", '"c"', "'c'"),
        ('a = "b"', '"c"', '"c"'),
        ("a", '"c"', '"c"'),
        ("a = 'b', 'c', \"d\"", 'f"c"', 'f"c"'),
        ("a = 'b', 'c'", '"it\'s"', '"it\'s"'),
        ("a = 'b', 'c'  # \"c\"", '"c"', '"c"'),
        ("a = '', r'b', \"c\"", '["d", "e"]', "['d', 'e']"),
        ('"""Doc. It\'s."""\na = \'b\'', '"c"', "'c'"),
        ('a = "b"\nq = f"""\nx = \'UTC\' or \'CET\'\n"""', '"c"', '"c"'),
        ("a = \"b\"  # 'c' and 'd'", '"c"', '"c"'),
    ],
)
def test_strings_stand_in_the_quotes_of_the_file(head: str, value: str, wanted: str) -> None:
    result = fixed(f"{head}\n«f()»\n", partial(SetArgument, name="k", value=value))
    assert result == f"{head}\nf(k={wanted})\n"
