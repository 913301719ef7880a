"""Files as bytes: what no edit touches stays to the byte."""

from __future__ import annotations

from functools import partial

import pytest

from fastlint.findings import AddImport, ReplaceExpression, ReplaceStatement, ReplaceText, RunInThreadpool, SetArgument
from fastlint.fixing.apply import Bench
from fastlint.text import Span
from fixing.bench import PATH, Marked, apply, fix, fixed


def at(data: bytes, quoted: bytes, path: str = PATH) -> Span:
    start = data.index(quoted)
    return Span(path, start, start + len(quoted))


BODY = "from fastapi.concurrency import run_in_threadpool\n\n\nasync def f():\n\tx = g('é', 1)  # ü\n\treturn x"
AFTER = BODY.replace("g('é', 1)", "await run_in_threadpool(g, 'é', 1)")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n\n", "\n   ", "\n\t# end"])
def test_the_form_of_a_file_stays(newline: str, bom: bytes, end: str) -> None:
    data = bom + (BODY + end).replace("\n", newline).encode()
    result = apply(data, fix(RunInThreadpool(at(data, "g('é', 1)".encode()))))
    assert result.contents[PATH] == bom + (AFTER + end).replace("\n", newline).encode()


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_new_lines_end_as_the_others(newline: str) -> None:
    data = "import os\n\nif a:\n\tx = 1\n".replace("\n", newline).encode()
    edits = (ReplaceStatement(at(data, b"x = 1"), "if b:\n    y = 2\nz = '''\n'''"), AddImport(at(data, b"x"), "json"))
    result = apply(data, fix(*edits))
    wanted = "import json\nimport os\n\nif a:\n\tif b:\n\t\ty = 2\n\tz = '''\n'''\n"
    assert result.contents[PATH] == wanted.replace("\n", newline).encode()


def test_lines_that_end_differently_stay_so() -> None:
    data = b"a = 1\r\nb = f(2)\nc = 3\rd = 4\n\x0c\ne = 5\r\n"
    result = apply(data, fix(SetArgument(at(data, b"f(2)"), "k", "1")))
    assert result.contents[PATH] == data.replace(b"f(2)", b"f(2, k=1)")


@pytest.mark.parametrize(
    "source",
    [
        "x = 1\n\x0c\ny = «f(2)»\n",
        "x = 1\r\n\x0c \r\ny = «f(2)»\r\n",
        "\x0c\n\x0c\nx = «f(2)»\n",
        'x = """\n\x0c\n\x0ca"""\ny = «f(2)»\n',
    ],
)
def test_form_feeds_stay(source: str) -> None:
    assert fixed(source, partial(SetArgument, name="k", value="1")) == source.replace("«f(2)»", "f(2, k=1)")


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "koi8-r", "utf-8", "shift_jis"])
def test_the_encoding_stays(encoding: str) -> None:
    text = {"koi8-r": "я", "shift_jis": "日"}.get(encoding, "é")
    source = f"# -*- coding: {encoding} -*-\nx = '{text}'; y = f('{text}')  # {text}\n"
    in_utf8 = source.encode()
    span = at(in_utf8, f"f('{text}')".encode())
    result = apply(source.encode(encoding), fix(SetArgument(span, "k", f"'{text}'")))
    assert result.contents[PATH] == source.replace(f"f('{text}')", f"f('{text}', k='{text}')").encode(encoding)


def test_what_an_encoding_cannot_say_is_not_written() -> None:
    source = "# coding: latin-1\nx = f('é')\n"
    result = apply(source.encode("latin-1"), fix(SetArgument(at(source.encode(), b"f('\xc3\xa9')"), "k", "'日'")))
    assert result.contents == {}
    assert "cannot be written in `iso8859-1`" in result.withheld[0]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"x = f(\n", "cannot be parsed"),
        (b"# coding: nonsense\nx = f()\n", "unknown encoding"),
        (b"x = f()  # \xff\n", "not valid UTF-8"),
        (b"\xef\xbb\xbf# coding: latin-1\nx = f()\n", "says it is in"),
        (b"\x0cx = f()\n", "layout of app/main.py would not survive"),
    ],
)
def test_files_that_cannot_be_read_are_left_alone(data: bytes, reason: str) -> None:
    result = apply(data, fix(SetArgument(at(data, b"f("), "k", "1")))
    assert result.contents == {}
    assert reason in result.withheld[0]


def test_a_result_that_does_not_parse_is_not_written() -> None:
    marked = Marked("def f():\n    x = «a»\n")
    result = marked.apply(fix(ReplaceExpression(marked.at[0], "await b")))
    assert result.withheld == {0: "the result would not be valid"}


def test_one_bad_fix_does_not_spoil_the_others() -> None:
    marked = Marked("def f():\n    x = «a»\n    y = «b»\n    z = «c»\n")
    texts = ("aa", "await bb", "cc")
    result = marked.apply(*(fix(ReplaceExpression(place, text)) for place, text in zip(marked.at, texts, strict=True)))
    assert (result.made, result.withheld) == ((0, 2), {1: "the result would not be valid"})
    assert result.contents[PATH] == b"def f():\n    x = aa\n    y = b\n    z = cc\n"


DOCKERFILE = b"FROM python:3.13\r\nCMD uvicorn app:app --reload\r\n# \xe9\xff\r\n\tEXPOSE 80"


def test_files_that_are_no_python_change_by_the_byte() -> None:
    path = "Dockerfile"
    one, other = at(DOCKERFILE, b" --reload", path), at(DOCKERFILE, b"FROM", path)
    result = apply(DOCKERFILE, fix(ReplaceText(one, "")), fix(ReplaceText(other, "# new\nFROM")), path=path)
    wanted = DOCKERFILE.replace(b" --reload", b"").replace(b"FROM", b"# new\r\nFROM")
    assert result.contents[path] == wanted


def test_a_tree_edit_needs_python() -> None:
    result = apply(DOCKERFILE, fix(SetArgument(at(DOCKERFILE, b"FROM", "Dockerfile"), "k", "1")), path="Dockerfile")
    assert result.withheld == {0: "Dockerfile is no Python file"}


def test_comments_change_beside_trees() -> None:
    source = "from m import run_in_threadpool\n\nx = f(1)  # fastlint: ignore[FLT101]\ny = 2  # noqa: FLT102\n"
    data = source.encode()
    fixes = (
        fix(SetArgument(at(data, b"f(1)"), "k", "2")),
        fix(ReplaceText(at(data, b"  # fastlint: ignore[FLT101]"), "")),
        fix(ReplaceText(at(data, b"  # noqa: FLT102"), "")),
    )
    result = apply(data, *fixes)
    assert result.made == (0, 1, 2)
    assert result.contents[PATH] == b"from m import run_in_threadpool\n\nx = f(1, k=2)\ny = 2\n"


def test_texts_that_overlap_wait() -> None:
    data = b"x = 1  # one two\n"
    one, two = fix(ReplaceText(at(data, b"one"), "1")), fix(ReplaceText(at(data, b"one two"), "2"))
    assert apply(data, one, two).waiting == (1,)
    assert apply(data, two, one).waiting == (1,)
    assert apply(data, one, one).made == (0, 1)
    line, inside = fix(ReplaceExpression(at(data, b"1"), "12")), fix(ReplaceText(at(data, b"1  # o"), "3  # o"))
    result = apply(data, line, inside)
    assert (result.made, result.waiting) == ((0,), (1,))


@pytest.mark.parametrize("span", [Span(PATH, 5, 99), Span(PATH, -1, 2), Span(PATH, 3, 2)])
def test_a_text_outside_of_its_file(span: Span) -> None:
    assert apply(b"x = 1\n", fix(ReplaceText(span, ""))).withheld == {0: "its place was not found"}


def test_a_comment_edit_must_leave_python() -> None:
    data = b"x = 1  # c\n"
    result = apply(data, fix(ReplaceText(at(data, b"# c"), "$")))
    assert result.withheld == {0: "the file cannot be parsed"}


def test_a_fix_of_several_files_is_made_as_a_whole() -> None:
    files = {"app/a.py": b"x = f(1)\n", "app/b.py": b"y = g(2)\n"}
    one = SetArgument(at(files["app/a.py"], b"f(1)", "app/a.py"), "k", "3")
    two = SetArgument(at(files["app/b.py"], b"g(2)", "app/b.py"), "k", "3")
    bench = Bench(lambda path: files.get(path, b""))
    result = bench.apply([fix(one, two)])
    assert result.contents == {"app/a.py": b"x = f(1, k=3)\n", "app/b.py": b"y = g(2, k=3)\n"}
    lost = SetArgument(Span("app/b.py", 1, 2), "k", "3")
    result = bench.apply([fix(one, lost)])
    assert (result.contents, result.withheld) == ({}, {0: "its place was not found"})
    other = SetArgument(at(files["app/b.py"], b"g(2)", "app/b.py"), "k", "4")
    result = bench.apply([fix(other), fix(one, two), fix(one)])
    assert (result.made, result.waiting) == ((0, 2), (1,))


def test_what_fails_in_one_file_is_taken_back_in_the_others() -> None:
    files = {"a.py": b"def f():\n    x = g(1)\n    y = h(2)\n", "b.py": b"def f():\n    z = k(3)\n    w = l(4)\n"}
    bench = Bench(lambda path: files.get(path, b""))

    def edit(path: str, quoted: bytes, text: str) -> ReplaceExpression:
        return ReplaceExpression(at(files[path], quoted, path), text)

    fixes = [
        fix(edit("a.py", b"g(1)", "one")),
        fix(edit("a.py", b"h(2)", "await two"), edit("b.py", b"k(3)", "three")),
        fix(edit("b.py", b"l(4)", "four")),
    ]
    result = bench.apply(fixes)
    assert (result.made, result.withheld) == ((0, 2), {1: "the result would not be valid"})
    assert result.contents == {
        "a.py": files["a.py"].replace(b"g(1)", b"one"),
        "b.py": files["b.py"].replace(b"l(4)", b"four"),
    }
