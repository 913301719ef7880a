"""Suppression comments without some of their codes."""

from __future__ import annotations

import pytest

from fastlint.facts.load import store_of
from fastlint.model.suppressions import comments, unused


@pytest.mark.parametrize(
    ("line", "gone", "left"),
    [
        ("x = 1  # fastlint: ignore[FLT101] why\n", "FLT101", "x = 1\n"),
        ("x = 1  # fastlint: ignore[FLT101, FLT102] why\n", "FLT101", "x = 1  # fastlint: ignore[FLT102] why\n"),
        ("x = 1  # noqa: FLT101\n", "FLT101", "x = 1\n"),
        ("x = 1  # noqa: E501, FLT101, W605 why\n", "FLT101", "x = 1  # noqa: E501, W605 why\n"),
        ("x = 1  # noqa: E501 FLT101\n", "FLT101", "x = 1  # noqa: E501\n"),
        ("x = 1  # type: ignore  # noqa: FLT101\n", "FLT101", "x = 1  # type: ignore\n"),
        ("x = 1  # noqa: FLT101  # type: ignore\n", "FLT101", "x = 1  # type: ignore\n"),
        ("# fastlint: ignore[FLT101]\nx = 1\n", "FLT101", "x = 1\n"),
        ("# fastlint: ignore[FLT101]\r\nx = 1\r\n", "FLT101", "x = 1\r\n"),
        ("if x:\n    # fastlint: ignore-file[FLT101]\n    y = 1\n", "FLT101", "if x:\n    y = 1\n"),
        ("x = 1  # fastlint: ignore\n", "", "x = 1\n"),
        ("x = 1  # fastlint: ignore[FLT101, nope] why\n", "FLT101", "x = 1  # fastlint: ignore[nope] why\n"),
    ],
)
def test_only_what_is_asked_for_goes(line: str, gone: str, left: str) -> None:
    files = store_of({"m.py": line.encode()}).files
    (comment,) = comments(files)
    span, text = comment.without(frozenset([gone]) if gone else frozenset())
    data = line.encode()
    assert (data[: span.start] + text.encode() + data[span.end :]).decode() == left


def _idle(text: str, spent: list[tuple[int, str]], ran: str, *, all_ran: bool = True) -> list[tuple[str, ...]]:
    files = store_of({"m.py": text.encode()}).files
    used = frozenset(("m.py", start, code) for start, code in spent)
    return [codes for _, codes in unused(files, used, frozenset(ran.split()), all_ran=all_ran)]


def test_a_code_is_idle_if_its_rule_ran_and_nothing_was_silenced() -> None:
    text = "x = 1  # fastlint: ignore[FLT101, FLT102, FLT103]\n"
    assert _idle(text, [(7, "FLT101")], "FLT101 FLT102") == [("FLT102",)]


def test_a_comment_without_codes_is_judged_only_when_all_rules_ran() -> None:
    text = "x = 1  # fastlint: ignore\ny = 2  # noqa\n"
    assert _idle(text, [], "FLT101") == [()]
    assert _idle(text, [], "FLT101", all_ran=False) == []
    assert _idle(text, [(7, "FLT101")], "FLT101") == []


def test_codes_outside_of_brackets_are_noticed() -> None:
    files = store_of({"m.py": b"x = 1  # fastlint: ignore FLT101\ny = 1  # fastlint: ignore because\n"}).files
    assert [comment.unbracketed for comment in comments(files)] == ["FLT101", ""]
