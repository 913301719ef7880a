from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from facts.outline import read

if TYPE_CHECKING:
    from fastlint.facts import records as r


def only(source: str) -> r.Suppression:
    (found,) = read(source).header.suppressions
    return found


@pytest.mark.parametrize(
    ("comment", "kind", "codes", "reason"),
    [
        ("# fastlint: ignore[FLT101]", "ignore", ("FLT101",), ""),
        ("#fastlint:ignore[FLT101,FLT102] why not", "ignore", ("FLT101", "FLT102"), "why not"),
        ("# fastlint: ignore [ FLT101 , FLT102 ]: why", "ignore", ("FLT101", "FLT102"), "why"),
        ("# fastlint: ignore", "ignore", (), ""),
        ("# fastlint: ignore because of this", "ignore", (), "because of this"),
        ("# fastlint: ignore[ABC1]", "ignore", ("ABC1",), ""),
        ("# type: ignore  # fastlint: ignore[FLT101] why  # more", "ignore", ("FLT101",), "why"),
        ("# fastlint: ignore-file", "file", (), ""),
        ("# fastlint: ignore-file[FLT101] legacy", "file", ("FLT101",), "legacy"),
        ("# noqa", "noqa", (), ""),
        ("#NoQA", "noqa", (), ""),
        ("# noqa because", "noqa", (), "because"),
        ("# noqa: FLT101", "noqa", ("FLT101",), ""),
        ("# noqa:FLT101,E501,FLT102 why", "noqa", ("FLT101", "FLT102"), "why"),
        ("# NOQA : E501 FLT101", "noqa", ("FLT101",), ""),
        ("# pragma: no cover # noqa: FLT101", "noqa", ("FLT101",), ""),
    ],
)
def test_what_a_comment_says(comment: str, kind: str, codes: tuple[str, ...], reason: str) -> None:
    found = only(f"x = 1  {comment}\n")
    assert (found.kind, found.codes, found.malformed, found.reason) == (kind, codes, (), reason)
    assert (found.start, found.end) == (7, 7 + len(comment))
    assert not found.alone


@pytest.mark.parametrize(
    ("comment", "codes", "malformed"),
    [
        ("# fastlint: ignore[flt101]", (), ("flt101",)),
        ("# fastlint: ignore[FLT101, blocking-call]", ("FLT101",), ("blocking-call",)),
        ("# fastlint: ignore[]", (), ("[]",)),
        ("# fastlint: ignore[FLT101", (), ("ignore[FLT101",)),
        ("# fastlint: disable=FLT101", (), ("disable=FLT101",)),
        ("# fastlint: ignore(FLT101)", (), ("ignore(FLT101)",)),
        ("# fastlint: ignored", (), ("ignored",)),
        ("# Fastlint: Ignore", (), ("Ignore",)),
        ("# noqa: flt101", (), ("flt101",)),
    ],
)
def test_what_is_not_understood_is_told(comment: str, codes: tuple[str, ...], malformed: tuple[str, ...]) -> None:
    found = only(f"x = 1  {comment}\n")
    assert (found.codes, found.malformed) == (codes, malformed)


@pytest.mark.parametrize(
    "source",
    [
        "x = 1  # noqa: E501\n",
        "x = 1  # noqa: E501 FLT\n",
        "x = 1  # noqa:\n",
        "x = 1  # noqa: because\n",
        "x = 1  # noqation\n",
        "x = 1  # what fastlint says\n",
        "x = '# noqa'\n",
        "'''\n# fastlint: ignore\n'''\n",
        "x = f'{a}# noqa'\n",
        "noqa = fastlint = 1\n",
    ],
)
def test_what_is_none_of_ours(source: str) -> None:
    assert read(source).header.suppressions == ()


def test_one_comment_may_be_two() -> None:
    found = read("x = 1  # fastlint: ignore[FLT101] why  # noqa: FLT102\n").header.suppressions
    assert [(one.kind, one.codes) for one in found] == [("ignore", ("FLT101",)), ("noqa", ("FLT102",))]


ROWS = {
    "a line": ("x = 1\ny = 2  {}\nz = 3\n", 2, 2),
    "the end of a statement": ("x = f(\n  1,\n)  {}\n", 1, 3),
    "the midst of a statement": ("x = f(\n  1,  {}\n)\n", 2, 2),
    "the start of a statement": ("x = f(  {}\n  1,\n)\n", 1, 1),
    "the end of a string": ("x = '''\n1\n'''  {}\n", 1, 3),
    "the end of a continued line": ("x = 1 \\\n + 2  {}\n", 1, 2),
    "the end of a header": ("def f(\n  a,\n):  {}\n  pass\n", 1, 3),
    "the midst of a header": ("def f(\n  a,  {}\n):\n  pass\n", 2, 2),
    "the end of an async header": ("async def f(\n  a,\n) -> int:  {}\n  pass\n", 1, 3),
    "the end of a class header": ("class A(\n  B,\n):  {}\n  x = 1\n", 1, 3),
    "the end of a with": ("with (\n  a as b,\n):  {}\n  pass\n", 1, 3),
    "an else": ("if a:\n  b\nelse:  {}\n  c\n", 3, 3),
    "a decorator": ("@a(\n  1,\n)  {}\ndef f(): pass\n", 1, 3),
    "a body on the line of its header": ("x\nif a: b()  {}\n", 2, 2),
    "after a semicolon": ("x = (\n1);  {}\n", 1, 2),
    "lone carriage returns": ("x = f(\r  1,\r)  {}\r", 1, 3),
}


@pytest.mark.parametrize(("source", "first", "last"), ROWS.values(), ids=ROWS.keys())
@pytest.mark.parametrize("comment", ["# fastlint: ignore[FLT1]", "# noqa: FLT1"])
def test_rows_of_a_comment_behind_something(source: str, first: int, last: int, comment: str) -> None:
    found = only(source.format(comment))
    assert (found.applies_from, found.applies_to, found.alone) == (first, last, False)


ROWS_ALONE = {
    "a statement": ("{}\nx = f(\n  1,\n)\ny\n", 1, 4),
    "a statement further down": ("a\n{}\n\n# more\nx = 1\n", 2, 5),
    "a function": ("{}\ndef f(\n  a,\n):\n  pass\n", 1, 4),
    "a decorated function": ("{}\n@a(\n  1\n)\n@b\nasync def f(\n  a,\n):\n  pass\n", 1, 8),
    "a decorator among others": ("@a\n{}\n@b(\n  1\n)\ndef f(): pass\n", 2, 5),
    "a class": ("{}\nclass A(\n  B\n):\n  x = 1\n", 1, 4),
    "the first statement of a body": ("def f():\n  {}\n  x = (\n  1)\n", 2, 4),
    "an else": ("if a:\n  b()\n{}\nelse:\n  c()\n", 3, 4),
    "one line within a statement": ("f(\n  {}\n  g(\n    1\n  ),\n)\n", 2, 3),
    "one line within a header": ("def f(\n  {}\n  a=g(\n  1),\n): pass\n", 2, 3),
    "nothing": ("x\n{}\n", 2, 2),
    "nothing in its block": ("if a:\n  b\n  {}\nc = (\n1)\n", 3, 5),
    "a file with a byte order mark": ("\ufeff{}\nx = (\n1)\n", 1, 3),
}


@pytest.mark.parametrize(("source", "first", "last"), ROWS_ALONE.values(), ids=ROWS_ALONE.keys())
def test_rows_of_a_comment_on_its_own(source: str, first: int, last: int) -> None:
    found = only(source.format("# fastlint: ignore[FLT1]"))
    assert (found.applies_from, found.applies_to, found.alone) == (first, last, True)


def test_noqa_on_its_own_is_about_its_own_line() -> None:
    found = only("# noqa: FLT1\nx = 1\n")
    assert (found.applies_from, found.applies_to) == (1, 1)


@pytest.mark.parametrize("source", ["x = 1\n# fastlint: ignore-file\ny = 2", "x = 1\n\ny = 2  # fastlint: ignore-file"])
def test_ignore_file_is_about_all_rows(source: str) -> None:
    found = only(source)
    assert (found.applies_from, found.applies_to) == (1, 3)
