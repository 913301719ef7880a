"""Verbs about functions, their parameters and their decorators."""

from __future__ import annotations

from functools import partial

import pytest

from fastlint.findings import (
    AddDecorator,
    AddParameter,
    AnnotateParameter,
    AnnotateReturn,
    AwaitExpression,
    MakeAsync,
    MakeSync,
    MoveDecorator,
    RemoveDecorator,
    RunInThreadpool,
    SetArgument,
)
from fixing.bench import Marked, fix, fixed, withheld


def test_a_function_becomes_sync() -> None:
    source = "@d\n# why\n«async  def f(a): # c\n    return a»\n"
    assert fixed(source, MakeSync) == "@d\n# why\ndef f(a): # c\n    return a\n"


@pytest.mark.parametrize(
    "body",
    [
        "await g()",
        "async with g(): pass",
        "async for x in g(): pass",
        "x = [y async for y in g()]",
        "def h(x=await g()): pass",
    ],
)
def test_a_function_that_awaits_stays_async(body: str) -> None:
    assert withheld(f"«async def f():\n    {body}»\n", MakeSync) == "`f` awaits"


def test_what_inner_functions_await_is_their_own() -> None:
    body = "    async def g():\n        await h()\n    return g\n"
    assert fixed(f"«async def f():\n{body}»", MakeSync) == f"def f():\n{body}"


def test_a_function_becomes_async_and_awaits() -> None:
    source = "class C:\n    «def f(self):\n        return «g()»  # c»\n"
    wanted = "class C:\n    async def f(self):\n        return await g()  # c\n"
    assert fixed(source, MakeAsync, AwaitExpression) == wanted


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("yield from g()", "an async generator cannot `yield from`"),
        ("yield 1; return 2", "an async generator cannot return a value"),
    ],
)
def test_a_function_that_cannot_be_async(body: str, reason: str) -> None:
    assert withheld(f"«def f():\n    {body}»\n", MakeAsync) == reason


def test_kinds_that_are_there_already() -> None:
    assert withheld("«def f(): pass»\n", MakeSync) == "`f` is not `async`"
    assert withheld("«async def f(): pass»\n", MakeAsync) == "`f` is `async` already"


def test_one_fix_does_not_take_the_async_that_another_needs() -> None:
    source = Marked("from fastapi.concurrency import run_in_threadpool\n«async def f():\n    «g()»»\n")
    sync, pool = fix(MakeSync(source.at[0])), fix(RunInThreadpool(source.at[1]))
    assert source.apply(sync, pool).waiting == (1,)
    assert source.apply(pool, sync).waiting == (1,)


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        ("def f(a):", "def f(a) -> list[int]:"),
        ("def f(a) : # c", "def f(a) -> list[int] : # c"),
        ("def f(\n    a,\n):", "def f(\n    a,\n) -> list[int]:"),
        ("def f() -> dict:", "def f() -> list[int]:"),
    ],
)
def test_a_return_is_annotated(head: str, wanted: str) -> None:
    assert fixed(f"«{head}\n    pass»\n", partial(AnnotateReturn, annotation="list[int]")) == f"{wanted}\n    pass\n"


@pytest.mark.parametrize(
    ("params", "default", "wanted"),
    [
        ("p", None, "p: T"),
        ("p=1", None, "p: T = 1"),
        ("p: int=1", None, "p: T=1"),
        ("p: int = 1", "2", "p: T = 2"),
        ("p=1", "2", "p: T = 2"),
        ("p: int", "2", "p: T = 2"),
        ("p: int = 1", "", "p: T"),
        ("a, p: int = 1, *, b", "", "a, p: T, *, b"),
        ("a=0, p=1", "", "p: T, a=0"),
        ("a, b=0, p=1, c=2", "", "a, p: T, b=0, c=2"),
        ("*, a=0, p=1", "", "*, a=0, p: T"),
        ("a, /, b=0, p=1", "", "a, /, p: T, b=0"),
        ("\n    a=0,\n    p=1,\n", "", "\n    p: T,\n    a=0,\n"),
        ("a=0, p=1,", "", "p: T, a=0,"),
        ("*args: int, p=1, **kw", "", "*args: int, p: T, **kw"),
    ],
)
def test_a_parameter_is_annotated(params: str, default: str | None, wanted: str) -> None:
    edit = partial(AnnotateParameter, name="p", annotation="T", default=default)
    assert fixed(f"«def f({params}): pass»\n", edit) == f"def f({wanted}): pass\n"


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ("a", "there is no parameter `p`"),
        ("*p", "there is no parameter `p`"),
        ("a=0, /, p=1", "a parameter without default would follow one that has one"),
        ("\n    a=0,  # about a\n    p=1,\n", "comments stand between the parameters that would change places"),
    ],
)
def test_a_parameter_that_is_not_annotated(params: str, reason: str) -> None:
    edit = partial(AnnotateParameter, name="p", annotation="T", default="")
    assert withheld(f"«def f({params}): pass»\n", edit) == reason


def test_several_parameters_are_annotated_together() -> None:
    source = "«def f(a=0, b=1, c=2, d=3): pass»\n"
    edits = (partial(AnnotateParameter, name=name, annotation=name.upper(), default="") for name in "bd")
    assert fixed(source, *edits) == "def f(b: B, d: D, a=0, c=2): pass\n"


@pytest.mark.parametrize(
    ("params", "text", "wanted"),
    [
        ("", "p: int = 1", "p: int = 1"),
        ("", "p", "p"),
        ("a", "p: int = 1", "a, p: int = 1"),
        ("a", "p", "a, p"),
        ("a=0", "p", "p, a=0"),
        ("self, a=0", "p", "self, p, a=0"),
        ("self, a=0,", "p=1", "self, a=0, p=1,"),
        ("a, *, b", "p=1", "a, p=1, *, b"),
        ("*, b", "p", "p, *, b"),
        ("*args, b", "p", "p, *args, b"),
        ("a, **kw", "p=1", "a, p=1, **kw"),
        ("a, /", "p=1", "a, /, p=1"),
        ("\n    a,\n    b=0,\n", "p=1", "\n    a,\n    b=0,\n    p=1,\n"),
        ("\n    a,  # one\n    b=0  # two\n", "p=1", "\n    a,  # one\n    b=0,  # two\n    p=1\n"),
        ("\n    a,\n    # about b\n    b=0,\n", "p", "\n    a,\n    p,\n    # about b\n    b=0,\n"),
        ("\n    *,\n    b,\n", "p", "\n    p,\n    *,\n    b,\n"),
    ],
)
def test_a_parameter_is_added(params: str, text: str, wanted: str) -> None:
    assert fixed(f"«def f({params}): pass»\n", partial(AddParameter, text=text)) == f"def f({wanted}): pass\n"


@pytest.mark.parametrize(
    ("params", "text", "reason"),
    [
        ("p", "p: int = 1", "`f` has a parameter `p` already"),
        ("**p", "p", "`f` has a parameter `p` already"),
        ("a=0, /", "p", "a parameter without default would follow one that has one"),
        ("a", "p q", "`p q` is no parameter"),
        ("a", "p, q", "`p, q` is no parameter"),
    ],
)
def test_a_parameter_that_is_not_added(params: str, text: str, reason: str) -> None:
    assert withheld(f"«def f({params}): pass»\n", partial(AddParameter, text=text)) == reason


def test_a_decorator_is_added_next_to_the_function() -> None:
    source = "# about f\n@a  # one\n# two\n«async def f(): pass»\n"
    assert (
        fixed(source, partial(AddDecorator, text="@b(1)"))
        == "# about f\n@a  # one\n@b(1)\n# two\nasync def f(): pass\n"
    )
    assert fixed("class C:\n    «def f(self): pass»\n", partial(AddDecorator, text="b")) == (
        "class C:\n    @b\n    def f(self): pass\n"
    )


def test_a_decorator_is_removed() -> None:
    assert fixed("@a\n@«b(1)»\n@c\ndef f(): pass\n", RemoveDecorator) == "@a\n@c\ndef f(): pass\n"
    assert fixed("x = 1\n\n# f\n@«a»\nclass C: pass\n", RemoveDecorator) == "x = 1\n\n# f\nclass C: pass\n"
    assert withheld("@a\n# why\n@«b»\ndef f(): pass\n", RemoveDecorator) == "a comment would be lost"
    assert withheld("@«b»  # why\ndef f(): pass\n", RemoveDecorator) == "a comment would be lost"
    assert withheld("«f()»\n", RemoveDecorator) == "its place was not found"


def test_decorators_are_removed_together() -> None:
    assert fixed("@«a»\n@b\n@«c»\ndef f(): pass\n", RemoveDecorator, RemoveDecorator) == "@b\ndef f(): pass\n"


def test_a_decorator_is_moved() -> None:
    source = "@a\n# about b\n@«b(1)»  # c\n@c\ndef f(): pass\n"
    assert fixed(source, partial(MoveDecorator, place=0)) == "# about b\n@b(1)  # c\n@a\n@c\ndef f(): pass\n"
    assert fixed(source, partial(MoveDecorator, place=2)) == "@a\n@c\n# about b\n@b(1)  # c\ndef f(): pass\n"


def test_edits_in_and_around_a_function_are_made_together() -> None:
    source = "@«a(x=1)»\n@«b»\n«def f(p=1):\n    return «g()»»\n"
    edits = (
        partial(SetArgument, name="y", value="2"),
        RemoveDecorator,
        MakeAsync,
        AwaitExpression,
    )
    wanted = "@a(x=1, y=2)\nasync def f(p=1):\n    return await g()\n"
    assert fixed(source, *edits) == wanted


@pytest.mark.parametrize(
    ("annotation", "wanted"),
    [
        ("Annotated[A, Depends(\n    f\n)]", "Annotated[A, Depends(f)]"),
        ("Annotated[A, Depends(\n    f(\n        [1,\n         2],\n    ),\n)]", "Annotated[A, Depends(f([1, 2]))]"),
        (
            "Annotated[A, D(\n    f\n    .g,\n    x=(\n        1 +\n        2\n    ),\n)]",
            "Annotated[A, D(f.g, x=(1 + 2))]",
        ),
        ("Annotated[A, Depends(\n    f,  # why\n)]", "Annotated[A, Depends(\n    f,  # why\n)]"),
        ("Annotated[A, D({\n    1: 2,\n    3: (\n        4,\n    ),\n})]", "Annotated[A, D({1: 2, 3: (4,)})]"),
    ],
)
def test_an_annotation_that_was_broken_is_laid_out_anew(annotation: str, wanted: str) -> None:
    source = "«def f(a: A = Depends()): pass»\n"
    edit = partial(AnnotateParameter, name="a", annotation=annotation, default="")
    assert fixed(source, edit) == f"def f(a: {wanted}): pass\n"


def test_a_long_annotation_is_broken_as_formatters_do() -> None:
    source = "«def function(\n    first: A,\n    second: B = Depends(C),\n): pass»\n"
    long = "a_factory_of_dependencies_with_a_name.get_verifier(\n        ['read:things']\n    )"
    edit = partial(AnnotateParameter, name="second", annotation=f"Annotated[B, Depends(\n    {long}\n)]", default="")
    assert fixed(source, edit) == (
        "def function(\n    first: A,\n    second: Annotated[\n"
        "        B, Depends(a_factory_of_dependencies_with_a_name.get_verifier(['read:things']))\n    ],\n): pass\n"
    )
