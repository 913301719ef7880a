"""Comments that silence: where they go, and that they leave all else as it is."""

from __future__ import annotations

import ast

import pytest

from fastlint.engine.silence import silence
from fastlint.facts.load import facts_of
from fastlint.findings import Finding
from fastlint.fixing.silencing import silenced
from fastlint.text import Span

OURS = "# fastlint: ignore"


def _finding(data: bytes, text: str, code: str) -> Finding:
    at = data.index(text.encode())
    return Finding(Span("a.py", at, at + len(text.encode())), "m", "error", code=code)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("bad()\n", "bad()  # fastlint: ignore[FLT101] why\n"),
        ("bad()", "bad()  # fastlint: ignore[FLT101] why"),
        ("bad()   \t\r\nx = 1\r\n", "bad()  # fastlint: ignore[FLT101] why\r\nx = 1\r\n"),
        ("bad()  # noqa: E501\n", "bad()  # noqa: E501  # fastlint: ignore[FLT101] why\n"),
        ("bad()  # type: ignore[misc]\n", "bad()  # type: ignore[misc]  # fastlint: ignore[FLT101] why\n"),
        (f"bad()  {OURS}[FLT102] other\n", f"bad()  {OURS}[FLT102, FLT101] other\n"),
        (f"bad()  # noqa: F401 {OURS}[ FLT102,] x\n", f"bad()  # noqa: F401 {OURS}[FLT102, FLT101] x\n"),
        (f"{OURS}[FLT102] x\nbad()\n", f"{OURS}[FLT102, FLT101] x\nbad()\n"),
        ("f(\n    1,\n    bad(),\n)\n", "f(\n    1,\n    bad(),  # fastlint: ignore[FLT101] why\n)\n"),
        ("if x:\n    y = 1 + \\\n        bad()\n", f"if x:\n    y = 1 + \\\n        bad()  {OURS}[FLT101] why\n"),
        ("if x:\n    y = bad() + \\\n        1\n", f"if x:\n    {OURS}[FLT101] why\n    y = bad() + \\\n        1\n"),
        (
            "def f():\n    return bad('''\n a\n''')\n",
            f"def f():\n    {OURS}[FLT101] why\n    return bad('''\n a\n''')\n",
        ),
        ("@bad()\ndef f(): ...\n", f"@bad()  {OURS}[FLT101] why\ndef f(): ...\n"),
        ("\ufeffbad()\n", f"\ufeffbad()  {OURS}[FLT101] why\n"),
        ("# coding: latin-1\nbad('é')\n", f"# coding: latin-1\nbad('é')  {OURS}[FLT101] why\n"),
    ],
)
def test_where_they_go(before: str, after: str) -> None:
    encoding = "latin-1" if "latin-1" in before else "utf-8"
    raw = before.encode(encoding)
    at = facts_of("a.py", raw).source.data
    result = silenced("a.py", raw, [_finding(at, "bad", "FLT101")], "why")
    assert result.content.decode(encoding) == after
    assert (result.done, result.left) == (1, ())
    file = facts_of("a.py", result.content)
    assert not silence([_finding(file.source.data, "bad", "FLT101")], {"a.py": file}).heard
    assert ast.dump(ast.parse(raw)) == ast.dump(ast.parse(result.content))


def test_several_rules_and_rows() -> None:
    raw = b"bad(); worse()\nx = 1\nbad()\n"
    findings = [
        _finding(raw, "bad", "FLT101"),
        _finding(raw, "worse", "FLT102"),
        Finding(Span("a.py", 21, 24), "m", code="FLT101"),
    ]
    result = silenced("a.py", raw, findings)
    assert result.content == (
        b"bad(); worse()  # fastlint: ignore[FLT101, FLT102]\nx = 1\nbad()  # fastlint: ignore[FLT101]\n"
    )
    assert silenced("a.py", result.content, findings).content == result.content or result.done == 2


def test_what_takes_no_comment_is_left() -> None:
    own = Finding(Span("a.py", 0, 3), "m", code="FLT002")
    assert silenced("a.py", b"bad()\n", [own]).left == (own,)
    other = Finding(Span("Dockerfile", 0, 3), "m", code="FLT901")
    assert silenced("Dockerfile", b"CMD x\n", [other]).left == (other,)
    latin = b"# coding: ascii\nbad()\n"
    finding = _finding(latin, "bad", "FLT101")
    result = silenced("a.py", latin, [finding], "w\N{LATIN SMALL LETTER E WITH ACUTE}")
    assert (result.content, result.left) == (latin, (finding,))


def test_a_reason_is_one_line_and_no_other_comment() -> None:
    raw = b"bad()\n"
    result = silenced("a.py", raw, [_finding(raw, "bad", "FLT101")], "a\n# noqa: ALL\r\nimport os")
    assert result.content == b"bad()  # fastlint: ignore[FLT101] a noqa: ALL import os\n"
