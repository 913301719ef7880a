"""Lines that became too long."""

from __future__ import annotations

from functools import partial

import pytest

from fastlint.findings import (
    AddParameter,
    AnnotateReturn,
    InsertStatement,
    ReplaceExpression,
    ReplaceStatement,
    SetArgument,
)
from fixing.bench import fixed

LONG = "a_value_that_is_long"
new = partial(AddParameter, text="new: int = 1")


@pytest.mark.parametrize(
    ("params", "inside"),
    [
        (f"first, second, third: {LONG} = {LONG}", f"    first, second, third: {LONG} = {LONG}, new: int = 1\n"),
        (
            f"first: {LONG}, second: {LONG}, third: {LONG}",
            f"    first: {LONG},\n    second: {LONG},\n    third: {LONG},\n    new: int = 1,\n",
        ),
        (
            f"self, first: {LONG}, /, second: {LONG}, *, third: {LONG} = 1, **rest",
            (
                f"    self,\n    first: {LONG},\n    /,\n    second: {LONG},\n    new: int = 1,\n    *,\n"
                f"    third: {LONG} = 1,\n    **rest,\n"
            ),
        ),
        (
            f"first: {LONG}, second: {LONG}, *third: {LONG}, fourth: {LONG}",
            f"    first: {LONG},\n    second: {LONG},\n    new: int = 1,\n    *third: {LONG},\n    fourth: {LONG},\n",
        ),
    ],
)
def test_heads_of_functions(params: str, inside: str) -> None:
    source = f"«def function({params}):\n    pass»\n"
    assert fixed(source, new) == f"def function(\n{inside}):\n    pass\n"


@pytest.mark.parametrize(
    "head",
    [
        f"def function(\n    first, second, third: {LONG}, fourth: {LONG}, fifth: {LONG}\n):",  # broken already
        f"def function(first, second, third: {LONG} = '{LONG}', /) -> {LONG}:",  # nothing to break at
        f"def {LONG}{LONG}{LONG}{LONG}():",
    ],
)
def test_heads_that_stay(head: str) -> None:
    source = f"«{head}\n    pass»\n"
    result = fixed(source, partial(AnnotateReturn, annotation=f"{LONG}{LONG}"))
    assert result.count("\n") == source.count("\n")


def test_lines_that_were_too_long_are_left_alone() -> None:
    long = f"{LONG}({LONG}, {LONG}, {LONG}, {LONG}, {LONG}, {LONG}, {LONG})"
    source = f"x = {long}\ny = «f()»\n"
    assert fixed(source, partial(SetArgument, name="k", value="1")) == f"x = {long}\ny = f(k=1)\n"


def test_calls_are_broken_from_the_outside() -> None:
    source = f"x = outer(inner(«f({LONG}, {LONG})»))\n"
    wanted = f"x = outer(\n    inner(f({LONG}, {LONG}, third={LONG}))\n)\n"
    assert fixed(source, partial(SetArgument, name="third", value=LONG)) == wanted


def test_a_sole_generator_takes_no_comma() -> None:
    source = f"x = 1; y = «any({LONG} for {LONG} in {LONG})»\n"
    text = f"z = any({LONG}{LONG} for {LONG} in {LONG} if {LONG}{LONG})"
    result = fixed(
        source.replace("«", "").replace("»", "").replace("x = 1", "«x = 1»"), partial(ReplaceStatement, text=text)
    )
    assert result.startswith(f"z = any(\n    {LONG}{LONG} for {LONG} in {LONG} if {LONG}{LONG}\n); y = any(")


def test_a_comment_for_tools_does_not_count() -> None:
    line = f"f({LONG}, {LONG}, third={LONG})"
    source = f"«f({LONG}, {LONG})»  # noqa: F821, E501, PLR0913\n"
    assert fixed(source, partial(SetArgument, name="third", value=LONG)) == f"{line}  # noqa: F821, E501, PLR0913\n"


def test_brackets_in_new_statements_are_broken_too() -> None:
    source = "def f():\n  if a:\n    «b»\n"
    text = f"x = g({LONG}, {LONG}, {LONG}, {LONG}, {LONG})"
    inside = "".join(f"      {LONG},\n" for _ in range(5))
    result = fixed(source, partial(InsertStatement, text=text))
    assert result == f"def f():\n  if a:\n    b\n    x = g(\n{inside}    )\n"


def test_items_on_a_line_of_their_own_come_to_stand_below_each_other() -> None:
    source = f"x = «f(\n    {LONG}, {LONG}, third={LONG}\n)»\n"
    result = fixed(source, partial(SetArgument, name="fourth", value=LONG))
    assert result == f"x = f(\n    {LONG},\n    {LONG},\n    third={LONG},\n    fourth={LONG},\n)\n"
    source = f"«def f(\n    first: {LONG}, second: {LONG}, third: Third\n):\n    pass»\n"
    wanted = f"def f(\n    first: {LONG},\n    second: {LONG},\n    third: Third,\n    new: int = 1,\n):\n    pass\n"
    assert fixed(source, new) == wanted


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (
            f"Annotated[int | None, Query({LONG}={LONG}, le=100)]",
            f"Annotated[\n    int | None, Query({LONG}={LONG}, le=100)\n]",
        ),
        (
            f"[{LONG}, {LONG}, {LONG}, 1, 2, 3, 4]",
            f"[\n    {LONG},\n    {LONG},\n    {LONG},\n    1,\n    2,\n    3,\n    4,\n]",
        ),
        (
            f"{{1: {LONG}, 2: {LONG}, 3: {LONG}, 4: {LONG}}}",
            f"{{\n    1: {LONG},\n    2: {LONG},\n    3: {LONG},\n    4: {LONG},\n}}",
        ),
    ],
)
def test_displays_and_subscripts(value: str, wanted: str) -> None:
    source = "«x = 1»\n"
    assert fixed(source, partial(ReplaceStatement, text=f"a_variable = {value}")) == f"a_variable = {wanted}\n"


def test_what_is_still_too_long_is_broken_further() -> None:
    source = f"«router.add_api_route({LONG}, methods=[1])»\n"
    value = f"{{401: {{'a': {LONG}}}, 403: {{'a': {LONG}}}, 404: {{'a': {LONG}}}}}"
    inside = "".join(f"        {code}: {{'a': {LONG}}},\n" for code in (401, 403, 404))
    assert fixed(source, partial(SetArgument, name="responses", value=value)) == (
        f"router.add_api_route(\n    {LONG},\n    methods=[1],\n    responses={{\n{inside}    }},\n)\n"
    )


@pytest.mark.parametrize(
    ("source", "old", "new"),
    [
        (f"x = g(k=[{LONG}, {LONG}, «b»,  # why\n])\n", "b", f"f({LONG})"),
        (f"x = {{  # why\n    1: {LONG}, 2: {LONG}, 3: «b»}}\n", "b", f"f({LONG})"),
        (f"x: D[  # why\n    {LONG}, {LONG}, «b»] = 1\n", "b", f"f({LONG})[1]"),
    ],
)
def test_comments_beside_brackets_are_kept(source: str, old: str, new: str) -> None:
    result = fixed(source, partial(ReplaceExpression, text=new))
    assert "# why" in result
    assert result.replace("\n", "").replace(" ", "").count(old) == 0


def test_what_stands_in_an_f_string_stays() -> None:
    source = "x = f'{«f(a)»!r} {a}'\n"
    value = f"{LONG}{LONG}{LONG}{LONG}{LONG}"
    assert fixed(source, partial(SetArgument, name="k", value=value)) == f"x = f'{{f(a, k={value})!r}} {{a}}'\n"


def test_formatters_put_a_comma_behind_the_only_parameter() -> None:
    head = f"def function(parameter: {LONG}[first, second])"
    text = "a_long_name_of_a_class_that_is_returned"
    result = fixed(f"«{head}:\n    pass»\n", partial(AnnotateReturn, annotation=text))
    assert result == f"def function(\n    parameter: {LONG}[first, second],\n) -> {text}:\n    pass\n"
