from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.outline import functions, outline, read
from fastlint.facts import records as r

PIECES = st.sampled_from(
    [
        *"()[]{}:,.;=@'\"\n\\#*-",
        "    ",
        " ",
        "def f",
        "class A",
        "async ",
        "await ",
        "if a",
        "else",
        "for x in y",
        "try",
        "except",
        "with a as b",
        "match x",
        "case y",
        "lambda",
        "f'{",
        "yield",
        "import a",
        "from b",
        "return",
        "x",
        "1",
        "'''",
        "print ",
        "exec ",
        "type X",
        ":=",
        "->",
        "\t",
        "\r",
        "\x0c",
        "\x00",
        "é",
        "\ufeff",
        "global",
        "del",
        "not",
    ],
)


def problem_of(source: str) -> r.Problem:
    (problem,) = read(source).header.problems
    return problem


@pytest.mark.parametrize(
    ("source", "offset"),
    [
        ("def f(:\n    pass\n", 6),
        ("x = 1\nx = }\n", 10),
        ("foo(a b)\n", 6),
        ("for in x: pass", 3),
        ("lambda x y: 1", 9),
        ("x = 'a\ny = 1\n", 4),
        ("class A:\n    def f(self):\n        return (1\n\nx = 1\n", 41),
        ("a = $b\n", 4),
        ("def f():\nreturn 1\n", 9),
        ("class A:\n    # nothing\n\nx = 1\n", 24),
        ("x = 1\nif x:\ny = 2\n", 12),
        ("def f():\n", 8),
    ],
)
def test_the_first_error_is_told_with_its_place(source: str, offset: int) -> None:
    problem = problem_of(source)
    assert problem.message.startswith("invalid syntax")
    assert problem.offset == offset


@pytest.mark.parametrize(
    ("source", "told", "offset"),
    [
        ("x: int = (\n", "`(` is never closed", 9),
        ("x = {'a': [1]\n\nclass A:\n    pass\n", "`{` is never closed", 4),
        ("x = )\n", "`)` closes nothing", 4),
        ("x = (1, 2]]\n", "`]` does not close `(`", 9),
    ],
)
def test_brackets_are_told_of_where_they_stand(source: str, told: str, offset: int) -> None:
    assert problem_of(source) == r.Problem(f"invalid syntax: {told}", offset)


@pytest.mark.parametrize(
    ("source", "word", "offset"),
    [
        ("print 'a'\n", "print", 0),
        ("def f():\n    x = 1; exec 'a'\n", "exec", 20),
        ("if a: print b, c\n", "print", 6),
    ],
)
def test_statements_of_python_2_are_errors(source: str, word: str, offset: int) -> None:
    assert problem_of(source) == r.Problem(f"invalid syntax: `{word}` is no statement of Python 3", offset)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "\n",
        "# nothing\n",
        "\ufeff",
        "\f\n",
        "print('a')\nprint >>a, b\n'print a'\n# print a\nprint = exec = 1\n",
        "try:\n    pass\nexcept A, B:\n    pass\n",
        "x = t'{a}'\n",
        "def f():\n    x = 1 \\\n        + 2\n    return \\\n        x\n",
        "if a:\n    b\n        # odd\n# even odder\n    c\n",
        "x = [\n# c\n1,  # d\n\n]\n",
        "def f(): ...\nclass A: pass\nif f: x = 1\ndef g():\n    # first\n    pass\n",
        "def f[T](): ...\nclass A[**P]: ...\ntype B = int\n",
        "async def f():\n    async with a as b, c: ...\n    async for d in e: ...\n    return [g async for g in h]\n",
    ],
)
def test_what_is_python_is_no_error(source: str) -> None:
    assert read(source).header.problems == ()


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("class A(:\n    x: int\n    def f(self): ...\n\ndef g(): ...\n", "g"),
        ("def f():\n    x = [1, 2\n    return x\n\ndef g(): pass\n", "g"),
        ("x = = 1\nasync def g(): pass\n", "g"),
        ("@\ndef g(): pass\n", "g"),
        ("class A[T = int]:\n    def g(self): pass\n", "g"),
    ],
)
def test_the_rest_of_a_broken_file_is_read(source: str, name: str) -> None:
    header = read(source).header
    assert header.problems
    assert name in {function.name for function in functions(header.statements)}


def test_a_type_parameter_with_a_default_is_newer_than_the_grammar_but_does_no_harm() -> None:
    (statement,) = read("class A[T: int = str, *Ts = *tuple[int]](B): pass").header.statements
    assert isinstance(statement, r.ClassDef)
    assert outline(statement.class_.bases) == "[B]"


@given(st.lists(PIECES, max_size=60).map("".join))
def test_nothing_that_is_written_crashes(source: str) -> None:
    file = read(source)
    assert outline(file.header)
    for function in functions(file.header.statements):
        assert outline(file.body(function))


@given(st.binary(max_size=200))
def test_no_bytes_crash(data: bytes) -> None:
    assert outline(read(data).header)
