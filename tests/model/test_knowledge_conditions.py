from __future__ import annotations

import pytest

from fastlint.facts.records import Attribute, Call, Constant, Expr, Keyword, Name, Operation, Starred, Str
from fastlint.model.knowledge.conditions import Answer, CallArguments, Condition, any_holds, arguments_of, parse


def constant(text: str) -> Constant:
    return Constant(text, 0, 0)


def name(text: str) -> Name:
    return Name(text, 0, 0)


def call(text: str) -> Call:
    return Call(name(text), (), (), 0, 0)


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("timeout=0", Condition("", "timeout", "=", "0")),
        ("1=False", Condition("", 1, "=", "False")),
        ("get:0=False", Condition("get", 0, "=", "False")),
        ("shutdown:wait=False", Condition("shutdown", "wait", "=", "False")),
        ("0:io.BytesIO", Condition("", 0, ":", "io.BytesIO")),
        ("fileobj:io.BytesIO", Condition("", "fileobj", ":", "io.BytesIO")),
        ("*~WNOHANG", Condition("", "*", "~", "WNOHANG")),
        ("auto_bind", Condition("", "auto_bind", "", "")),
        ("auto_bind='NONE'", Condition("", "auto_bind", "=", "'NONE'")),
    ],
)
def test_a_condition_is_parsed(text: str, parsed: Condition) -> None:
    assert parse(text) == parsed


@pytest.mark.parametrize(
    ("condition", "positional", "keywords", "answer"),
    [
        ("timeout=0", (), {"timeout": constant("0")}, Answer.YES),
        ("timeout=0", (), {"timeout": constant("5")}, Answer.NO),
        ("timeout=0", (), {"timeout": name("seconds")}, Answer.NO),
        ("timeout=0", (), {}, Answer.NO),
        ("block=False", (), {"block": name("wait")}, Answer.MAYBE),
        ("block=False", (), {"": name("options")}, Answer.MAYBE),
        ("0=False", (constant("False"),), {}, Answer.YES),
        ("1=0", (constant("7"), constant("0")), {}, Answer.YES),
        ("1=False", (Starred(name("args"), 0, 0),), {}, Answer.MAYBE),
        ("0", (), {}, Answer.NO),
        ("0", (constant("1"),), {}, Answer.YES),
        ("auto_bind='NONE'", (), {"auto_bind": Str("NONE", 0, 0)}, Answer.YES),
        ("auto_bind=ldap3.NONE", (), {"auto_bind": name("ldap3.NONE")}, Answer.YES),
        ("0:io.BytesIO", (call("io.BytesIO"),), {}, Answer.YES),
        ("0:io.BytesIO", (call("BytesIO"),), {}, Answer.YES),
        ("0:io.BytesIO", (name("path"),), {}, Answer.NO),
        (
            "*~WNOHANG",
            (constant("0"), Operation("arithmetic", "|", (name("os.WNOHANG"), name("x")), 0, 0)),
            {},
            Answer.YES,
        ),
        ("*~WNOHANG", (Attribute(call("flags"), "WNOHANG", 0, 0),), {}, Answer.YES),
        ("*~WNOHANG", (constant("0"),), {}, Answer.NO),
    ],
)
def test_a_condition_holds(
    condition: str, positional: tuple[Expr, ...], keywords: dict[str, Expr], answer: Answer
) -> None:
    assert any_holds([condition], CallArguments(positional, keywords)) is answer


def test_a_condition_may_speak_of_one_method() -> None:
    arguments = CallArguments((constant("False"),))

    assert any_holds(["get:0=False"], arguments, "get") is Answer.YES
    assert any_holds(["get:0=False"], arguments, "put") is Answer.NO


def test_types_and_names_are_resolved_where_known() -> None:
    def resolve(expr: Expr) -> str | None:
        names = {"buffer": "io.BytesIO", "NO": "ldap3.NONE"}
        return names.get(expr.id) if isinstance(expr, Name) else None

    assert any_holds(["0:io.BytesIO"], CallArguments((name("buffer"),), resolve=resolve)) is Answer.YES
    assert any_holds(["0=ldap3.NONE"], CallArguments((name("NO"),), resolve=resolve)) is Answer.YES


def test_arguments_are_taken_from_a_call() -> None:
    keyword = Keyword("timeout", constant("0"), 0, 0)

    arguments = arguments_of(Call(name("f"), (name("x"),), (keyword,), 0, 0))

    assert arguments.positional == (name("x"),)
    assert arguments.keywords == {"timeout": constant("0")}
