"""Verbs about expressions."""

from __future__ import annotations

from functools import partial

import pytest

from fastlint.findings import AwaitExpression, RenameAttribute, ReplaceExpression, RunInThreadpool
from fastlint.fixing.apply import Bench
from fixing.bench import Marked, fix, fixed, withheld

HEAD = "from fastapi.concurrency import run_in_threadpool\n\n\n"


def replacing(text: str) -> partial[ReplaceExpression]:
    return partial(ReplaceExpression, text=text)


def in_async(line: str) -> str:
    return f"async def f(a, b):\n    {line}\n"


@pytest.mark.parametrize(
    ("line", "new", "wanted"),
    [
        ("x = «a + b»", "c", "x = c"),
        ("x = «a» + b", "c * d", "x = (c * d) + b"),
        ("x = («a») + b", "c if d else e", "x = (c if d else e) + b"),
        ("x = «(a)» + b", "c", "x = (c) + b"),
        ("x = «f(a)».y", "g", "x = g.y"),
        ("x = «f(a)».y", "await g", "x = (await g).y"),
        ("x = await «f(a)»", "g.h(a)", "x = await g.h(a)"),
        ("x = «f(a)».y", "g + 1", "x = (g + 1).y"),
        ("f(a, k=«b»)", "c or d", "f(a, k=c or d)"),
        ("f(a, k=«b»)", "(c, d)", "f(a, k=(c, d))"),
        ("f(a, k=«b»)", "c, d", "f(a, k=(c, d))"),
        ("f(a, k=«b»)", "x := 1", "f(a, k=(x := 1))"),
        ("return(«a»)", "b", "return(b)"),
        ("x = «(a, b)»", "c", "x = (c)"),
        ("x = «[a, b]»[0]", "c.d", "x = c.d[0]"),
        ("x = a; y = «b» ;", "[1,\n     2]", "x = a; y = [1,\n         2] ;"),
        ("x = f'{«a»!r:>3}'", "b.c", "x = f'{b.c!r:>3}'"),
        ("x = é if ü else «ö»", "ä", "x = é if ü else ä"),
        ("x = a if b \\\n        else «c»", "d", "x = a if b \\\n        else d"),
    ],
)
def test_an_expression_is_replaced(line: str, new: str, wanted: str) -> None:
    assert fixed(in_async(line), replacing(new)) == in_async(wanted)


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("«g(a)»", "await g(a)"),
        ("x = «g»(a)", "x = (await g)(a)"),
        ("x = («g(a)»)", "x = (await g(a))"),
        ("x = «g(a)».rows[0]", "x = (await g(a)).rows[0]"),
        ("x = not«(g(a))»", "x = not(await g(a))"),
        ("x = -«g(a)» ** 2", "x = -await g(a) ** 2"),
        ("x = [«g(y)» for y in a]", "x = [await g(y) for y in a]"),
        ("x = f'{«g(a)»}'", "x = f'{await g(a)}'"),
        ("if a: «g(a)»; g(b)", "if a: await g(a); g(b)"),
        ("x = (\n        «g(a)»  # why\n    )", "x = (\n        await g(a)  # why\n    )"),
        ("await g(\n        «h(a)»,\n    )", "await g(\n        await h(a),\n    )"),
        ("x = await «g(a)».b", "x = (await g(a)).b"),
        ("x = await «g(\n        a\n    )».b", "x = (\n        await g(\n            a\n        )\n    ).b"),
        (
            "x = h(\n        «g(\n            # why\n            a,\n        )».b\n    )",
            (
                "x = h(\n        (\n            await g(\n                # why\n                a,\n"
                "            )\n        ).b\n    )"
            ),
        ),
        ("x = «g(a,\n          b)».c", "x = (await g(a,\n          b)).c"),
        ("x = («g(\n        a\n    )»).b", "x = (await g(\n        a\n    )).b"),
        ("x = (await «g(a)».b.c[0]).d", "x = ((await g(a)).b.c[0]).d"),
        ("x = await «g(a)».b(1)", "x = await (await g(a)).b(1)"),
    ],
)
def test_await_is_put_before_an_expression(line: str, wanted: str) -> None:
    assert fixed(in_async(line), AwaitExpression) == in_async(wanted)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def f():\n    «g()»\n", "`f` is not `async`"),
        ("async def f():\n    x = lambda: «g()»\n", "nothing can be awaited there"),
        ("async def f():\n    x = any(«g(y)» for y in z)\n", "nothing can be awaited there"),
        ("async def f():\n    x = [[«g(y)» for y in z] for z in w]\n", "nothing can be awaited there"),
        ("async def f():\n    def h(x=«g()»): pass\n", "it stands in the head of a function"),
        ("async def f():\n    class C:\n        x = «g()»\n", "nothing can be awaited there"),
        ("«g()»\n", "nothing can be awaited there"),
        ("async def f():\n    await «g()»\n", "it is awaited already"),
    ],
)
def test_await_is_put_only_where_one_can_await(source: str, reason: str) -> None:
    assert withheld(source, AwaitExpression) == reason
    assert withheld(source, RunInThreadpool) == reason


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("x = «g(a)»", "x = await run_in_threadpool(g, a)"),
        ("«g()»", "await run_in_threadpool(g)"),
        ("x = «g(a, *b, k=1, **c)».text", "x = (await run_in_threadpool(g, a, *b, k=1, **c)).text"),
        ("x = «g.h (a,)»", "x = await run_in_threadpool(g.h, a,)"),
        ("x = «g(y for y in a)»", "x = await run_in_threadpool(g, (y for y in a))"),
        ("x = «(lambda: 1)()»", "x = await run_in_threadpool((lambda: 1))"),
        (
            "x = «g(\n        a,  # first\n        b,\n    )»",
            "x = await run_in_threadpool(\n        g,\n        a,  # first\n        b,\n    )",
        ),
        (
            "x = «g(  # all of it\n        a\n    )»",
            "x = await run_in_threadpool(  # all of it\n        g,\n        a\n    )",
        ),
        (
            "x = «g(a, json={\n        1: 2,\n    })»",
            "x = await run_in_threadpool(g, a, json={\n        1: 2,\n    })",
        ),
    ],
)
def test_a_call_is_handed_to_the_thread_pool(line: str, wanted: str) -> None:
    assert fixed(in_async(line), RunInThreadpool) == HEAD + in_async(wanted)


def test_nested_calls_are_both_handed_over() -> None:
    source = Marked("async def f():\n    x = «g(«h(1)»)»  # both\n")
    result = source.apply(*(fix(RunInThreadpool(place)) for place in source.at))
    assert result.made == (0, 1)
    assert result.contents[source.path].decode() == HEAD + (
        "async def f():\n    x = await run_in_threadpool(g, await run_in_threadpool(h, 1))  # both\n"
    )


@pytest.mark.parametrize(
    ("imported", "name"),
    [
        ("from starlette.concurrency import run_in_threadpool\n", "run_in_threadpool"),
        ("from fastapi.concurrency import run_in_threadpool as threaded\n", "threaded"),
    ],
)
def test_the_helper_that_is_imported_is_used(imported: str, name: str) -> None:
    source = imported + in_async("«g(a)»")
    assert fixed(source, RunInThreadpool) == imported + in_async(f"await {name}(g, a)")


def test_a_helper_for_type_checkers_only_becomes_one_at_run_time() -> None:
    source = (
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n"
        "    from fastapi.concurrency import run_in_threadpool\n    from x import y\n\n\n"
    )
    wanted = (
        "from typing import TYPE_CHECKING\n\nfrom fastapi.concurrency import run_in_threadpool\n\n"
        "if TYPE_CHECKING:\n    from x import y\n\n\n"
    )
    assert fixed(source + in_async("«g(a)»"), RunInThreadpool) == wanted + in_async("await run_in_threadpool(g, a)")


@pytest.mark.parametrize(
    "source",
    [
        "def run_in_threadpool(): pass\n" + in_async("«g(a)»"),
        in_async("run_in_threadpool = 1; «g(a)»"),
        "async def f(run_in_threadpool):\n    «g(1)»\n",
        in_async("for run_in_threadpool in a: pass\n    «g(a)»"),
        in_async("«g(a)»\n    from fastapi.concurrency import run_in_threadpool"),
    ],
)
def test_nothing_is_done_where_the_helpers_name_is_taken(source: str) -> None:
    assert "means something else" in withheld(source, RunInThreadpool)


def test_a_keyword_that_the_helper_keeps_to_itself() -> None:
    assert "keyword `func`" in withheld(in_async("«g(func=a)»"), RunInThreadpool)


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("x = «a.old»", "x = a.new"),
        ("x = «a().old»(1)", "x = a().new(1)"),
        ("x = «a\\\n        .old»", "x = a\\\n        .new"),
        ("x = «old»", "x = new"),
    ],
)
def test_an_attribute_is_renamed(line: str, wanted: str) -> None:
    assert fixed(in_async(line), partial(RenameAttribute, new="new")) == in_async(wanted)


@pytest.mark.parametrize("text", ["", "a b", "a = 1", "for"])
def test_what_is_no_expression_is_not_put_in(text: str) -> None:
    assert "is no expression" in withheld("«a»\n", replacing(text))


def test_a_comment_is_not_lost() -> None:
    assert withheld("x = «f(\n    a,  # why\n)»\n", replacing("g")) == "a comment would be lost"


def test_a_comment_for_tools_may_go_with_what_it_is_about() -> None:
    assert fixed("x = «f(\n    a,  # noqa: E501\n)»\n", replacing("g")) == "x = g\n"


def test_a_place_that_is_no_expression() -> None:
    assert withheld("x = «f(a»)\n", replacing("g")) == "its place was not found"


def test_quotes_do_not_enter_an_f_string() -> None:
    assert "f-string" in withheld('x = f"{«a»}"\n', replacing('b["c"]'))


def test_a_line_that_becomes_too_long_is_broken_as_formatters_break_it() -> None:
    source = HEAD + (
        "async def f():\n    match x:\n        case 1:\n            if y:\n"
        "                the_result = «some.client.request(first_argument, second=2)».json()\n"
    )
    result = fixed(source, RunInThreadpool)
    assert max(map(len, result.split("\n"))) <= 88
    wanted = (
        "                the_result = (\n"
        "                    await run_in_threadpool(\n"
        "                        some.client.request, first_argument, second=2\n"
        "                    )\n"
        "                ).json()\n"
    )
    assert result.endswith(wanted)


def test_lines_are_as_long_as_the_formatter_is_told() -> None:
    line = "x = «some_quite_long_client_name.request(first_argument, second_argument=2, third=3)»"
    source = Marked(HEAD + in_async(line))
    files = {source.path: source.source.encode(), "pyproject.toml": b"[tool.ruff]\nline-length = 120\n"}
    result = Bench(lambda path: files.get(path, b"")).apply([fix(RunInThreadpool(source.at[0]))])
    wanted = (
        "x = await run_in_threadpool(some_quite_long_client_name.request, first_argument, second_argument=2, third=3)"
    )
    assert result.contents[source.path].decode() == HEAD + in_async(wanted)
    files["app/ruff.toml"] = b"line-length = 60"
    result = Bench(lambda path: files.get(path, b"")).apply([fix(RunInThreadpool(source.at[0]))])
    names = ("some_quite_long_client_name.request", "first_argument", "second_argument=2", "third=3")
    wanted = "x = await run_in_threadpool(\n" + "".join(f"        {name},\n" for name in names) + "    )"
    assert result.contents[source.path].decode() == HEAD + in_async(wanted)
