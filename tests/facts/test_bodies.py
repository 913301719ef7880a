from __future__ import annotations

import pytest

from facts.outline import first_function, functions, outline, read
from fastlint.facts import records as r
from fastlint.facts.encodings import text_of
from fastlint.facts.extract import Bodies, Parsed


def body_of(source: str) -> r.Body:
    file, function = first_function(source)
    return file.body(function)


def test_a_body_is_read_when_asked_for_and_only_once() -> None:
    file, function = first_function("def f():\n    a = 1\n    return a\n")
    body = file.body(function)
    assert outline(body) == "Body([Assign([a], #1, -, ), Return(a)], False)"
    assert file.body(function) is body


def test_the_body_of_a_nested_function_is_read_when_asked_for() -> None:
    file, outer = first_function("def f():\n    @a\n    def g(b):\n        return b\n    return g\n")
    (inner,) = functions(file.body(outer).statements)
    assert inner.name == "g"
    assert outline(file.body(inner)) == "Body([Return(b)], False)"


@pytest.mark.parametrize(
    ("body", "yields"),
    [
        ("yield", True),
        ("x = yield a", True),
        ("return [(yield)]", True),
        ("yield from a", True),
        ("f'{(yield a)}'", True),
        ("if a:\n        yield b", True),
        ("return 1", False),
        ("lambda: (yield)", False),
        ("lambda a=(yield): a", True),
        ("def g():\n        yield", False),
        ("def g(a=(yield)): pass", True),
        ("@(yield)\n    def g(): pass", True),
        ("x = " + "(" * 300 + "yield" + ")" * 300, True),
        ("x = " + "f(" * 300 + "lambda: (yield)" + ")" * 300, False),
    ],
)
def test_whether_it_is_a_generator(body: str, yields: bool) -> None:
    assert body_of(f"def f():\n    {body}\n").yields is yields


@pytest.mark.parametrize(
    "source",
    [
        "class A:\n    @b\n    async def f(self):\n        '''doc\n  odd\n'''\n        await g(\n  1)\n",
        "def f(): return 1",
        "if a:\n\tdef f():\n\t\tif b:\n\t\t\treturn c\n\t\t# end\n",
        "'é'\ndef f():\n    return 'ü'\n",
        "\ufeffdef f():\r\n    return 1\r\n",
        "def f():\r    return 1\r",
        "def f():\n    # only\n    # comments\n    pass\n    # end\nx = 1\n",
        "def f():\n    x = (1,\n2)\n    return x\n",
        "def f():\n    if a:\n        b(\n",
    ],
)
def test_a_body_is_the_same_with_and_without_the_tree(source: str) -> None:
    file = read(source)
    (function,) = functions(file.header.statements)
    parted = Bodies(text_of(source.encode()).data).body(function.start, function.end)
    assert parted == file.body(function)
    assert parted.statements


@pytest.mark.parametrize("source", ["def f():\n", "def f(): ...\n", "def f(", "def f():\n# c\n"])
def test_a_body_may_be_missing(source: str) -> None:
    for function in functions(read(source).header.statements):
        file, _ = first_function(source)
        assert not [stmt for stmt in file.body(function).statements if not isinstance(stmt, r.ExprStatement)]


def test_a_function_that_is_not_there_has_an_empty_body() -> None:
    nowhere = r.Function(
        "f", (), None, (), is_async=False, start=1, end=2, name_start=1, name_end=1, body_start=1, body_end=2
    )
    assert read("x = 1").body(nowhere) == r.Body((), yields=False)


def test_bodies_read_ahead_are_those_read_when_asked_for() -> None:
    source = b"async def f():\n    def g():\n        return 1\n    return g\n\nclass A:\n    def h(self): yield 2\n"
    ahead = dict(Parsed(text_of(source)).ahead())
    assert sorted(ahead) == [0, source.index(b"def g"), source.index(b"def h")]
    assert all(Bodies(source).body(start, len(source)) == body for start, body in ahead.items() if start)


def test_nothing_is_read_ahead_of_a_file_without_coroutine_functions() -> None:
    assert dict(Parsed(text_of(b"def f():\n    return 1\n")).ahead()) == {}
