from __future__ import annotations

import pytest

from facts.outline import outline, read
from fastlint.facts import records as r

STRING = "x = 'grün'\n"


@pytest.mark.parametrize(
    ("encoding", "codec"),
    [
        ("latin-1", "iso8859-1"),
        ("cp1252", "cp1252"),
        ("iso-8859-15", "iso8859-15"),
        ("utf8", "utf-8"),
        ("UTF_8", "utf-8"),
    ],
)
@pytest.mark.parametrize(
    "cookie", ["# coding: {}\n", "#!/bin/python\n# -*- coding:{} -*-\n", "\n\t# vim: fileencoding={}\n"]
)
def test_a_declared_encoding_is_heeded(encoding: str, codec: str, cookie: str) -> None:
    file = read((cookie.format(encoding) + STRING).encode(encoding))
    (statement,) = file.header.statements
    assert outline(statement) == "Assign([x], 'grün', -, )"
    assert file.header.encoding == codec
    assert file.header.problems == ()
    assert file.source.data.decode() == cookie.format(encoding) + STRING
    assert isinstance(statement, r.Assign)
    assert file.source.text(statement.start, statement.end) == STRING.rstrip()


@pytest.mark.parametrize(
    "head",
    ["x = 1\n# coding: latin-1\n", "\n\n# coding: latin-1\n", "'# coding: latin-1'\n", "# encoded\n", "# coding\n"],
)
def test_what_is_no_cookie_is_not_heeded(head: str) -> None:
    assert read(head + STRING).header.encoding == "utf-8"


def test_a_byte_order_mark_is_no_problem() -> None:
    file = read(b"\xef\xbb\xbf# coding: utf-8\nx = 1\n")
    assert file.header.problems == ()
    assert file.header.encoding == "utf-8"
    (statement,) = file.header.statements
    assert isinstance(statement, r.Assign)
    assert file.source.text(statement.start, statement.end) == "x = 1"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"x = '\xff'\n", r.Problem("byte 0xff is not valid UTF-8", 5)),
        (b"# coding: nonsense\nx = 1\n", r.Problem("unknown encoding `nonsense`", 10)),
        (b"# coding: rot13\nk = 1\n", r.Problem("cannot be decoded as `rot-13`", 10)),
        (b"# coding: ascii\nx = 'a\xe9'\n", r.Problem("byte 0xe9 is not valid in `ascii`", 22)),
        (b"# coding: undefined\nx = 1\n", r.Problem("cannot be decoded as `undefined`", 10)),
        (b"\xef\xbb\xbf# coding: latin-1\nx = 1\n", r.Problem("a UTF-8 file that says it is in `latin-1`", 13)),
        (b"x = 1\n\0y = 2\n", r.Problem("a NUL byte, which no Python source may hold", 6)),
    ],
)
def test_what_cannot_be_decoded_is_told_and_the_rest_is_read(data: bytes, problem: r.Problem) -> None:
    header = read(data).header
    assert header.problems == (problem,)
    assert header.statements


@pytest.mark.parametrize(
    "codec", ["utf-7", "utf-16", "unicode_escape", "raw_unicode_escape", "punycode", "idna", "shift_jis"]
)
def test_no_codec_crashes(codec: str) -> None:
    assert outline(read(f"# coding: {codec}\nx = '\\ud800 \\x41 +AGE-'\n".encode()).header)
