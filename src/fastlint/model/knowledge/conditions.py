"""Conditions on the arguments of a call, such as `timeout=0` or `0:io.BytesIO`, and the arguments they are asked of.

Grammar (blocking.toml): `[method:]` then `argument` (is given), `argument=value`, `argument!value` (is given, and is a
literal other than that), `argument:type` or `argument~name`, where `argument` is a keyword, a position, or `*` for any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cache
from typing import Final, Literal, Protocol, TypeAlias

import msgspec

from fastlint.facts import records
from fastlint.facts.records import Expr


class Answer(Enum):
    """Whether a condition holds; MAYBE when the source does not tell (a variable, `**kwargs`)."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


class Arguments(Protocol):
    """The arguments of a call; `named(expr)` gives the qualified name, or the type, of an expression where known."""

    @property
    def positional(self) -> tuple[Expr, ...]:
        """Positional arguments; `*args` stands as a Starred."""

    @property
    def keywords(self) -> Mapping[str, Expr]:
        """Keyword arguments; `**kwargs` stands under ""."""

    def named(self, expr: Expr, /) -> str | None:
        """The qualified name of what `expr` names, or the class of its value; None if unknown."""


def _unknown(_: Expr, /) -> str | None:
    return None


class CallArguments(msgspec.Struct, frozen=True):
    """Plain `Arguments`."""

    positional: tuple[Expr, ...] = ()
    keywords: Mapping[str, Expr] = {}
    resolve: Callable[[Expr], str | None] = _unknown

    def named(self, expr: Expr, /) -> str | None:
        """See `Arguments.named`."""
        return self.resolve(expr)


NO_ARGUMENTS: Final = CallArguments()


def arguments_of(call: records.Call, resolve: Callable[[Expr], str | None] = _unknown) -> CallArguments:
    """The arguments of a call record."""
    return CallArguments(call.args, {keyword.name: keyword.value for keyword in call.keywords}, resolve)


def text_of(expr: Expr) -> str | None:
    """How a name, a constant or a string is written, strings in single quotes; None for anything else."""
    match expr:
        case records.Name():
            return expr.id
        case records.Constant():
            return expr.text
        case records.Str():
            return repr(expr.value)
        case _:
            return None


Operator: TypeAlias = Literal["", "=", "!", ":", "~"]


class Condition(msgspec.Struct, frozen=True):
    """One parsed condition."""

    method: str
    argument: int | str
    operator: Operator
    value: str


@cache
def parse(text: str) -> Condition:
    """Parse a condition; `f:x=1` has a method, `f:x` a type."""
    method = ""
    operators: tuple[Operator, ...] = ("=", "!", "~")
    for operator in operators:
        left, found, value = text.partition(operator)
        if found:
            method, colon, argument = left.rpartition(":")
            return Condition(method if colon else "", _argument(argument), operator, value)
    left, colon, value = text.partition(":")
    return Condition(method, _argument(left), ":" if colon else "", value)


def _argument(text: str) -> int | str:
    return int(text) if text.isdigit() else text


def _candidates(condition: Condition, arguments: Arguments) -> tuple[list[Expr], bool]:
    """The expressions the condition speaks of, and whether unpacking may hide it."""
    starred = any(isinstance(value, records.Starred) for value in arguments.positional)
    unpacked = "" in arguments.keywords
    if condition.argument == "*":
        return [*arguments.positional, *arguments.keywords.values()], False
    if isinstance(condition.argument, int):
        before = arguments.positional[: condition.argument + 1]
        hidden = any(isinstance(value, records.Starred) for value in before)
        found = [] if hidden or len(before) <= condition.argument else [before[-1]]
        return found, hidden or (starred and not found)
    value = arguments.keywords.get(condition.argument)
    return ([] if value is None else [value]), unpacked and value is None


def holds(condition: Condition, arguments: Arguments) -> Answer:
    """Whether `condition` holds for `arguments` (its method has been compared already)."""
    found, hidden = _candidates(condition, arguments)
    if not found:
        return Answer.MAYBE if hidden else Answer.NO
    if condition.operator == "":
        return Answer.YES
    if condition.operator == "~":
        return Answer.YES if any(condition.value in name for expr in found for name in _names(expr)) else Answer.NO
    if condition.operator == "!":
        text = text_of(found[0]) if isinstance(found[0], records.Constant) else None
        return Answer.MAYBE if text is None else Answer.NO if text == condition.value else Answer.YES
    if condition.operator == ":":
        return _is_a(found[0], condition.value, arguments)
    return _equals(found[0], condition.value, arguments)


def _equals(expr: Expr, value: str, arguments: Arguments) -> Answer:
    text = text_of(expr)
    if text == value or (text is not None and arguments.named(expr) == value):
        return Answer.YES
    if isinstance(expr, (records.Constant, records.Str)):
        return Answer.NO
    # Only a flag is likely to hold the value that makes a call harmless; a variable timeout is hardly ever 0.
    return Answer.MAYBE if value in {"True", "False"} else Answer.NO


def _is_a(expr: Expr, type_: str, arguments: Arguments) -> Answer:
    called = expr.func if isinstance(expr, records.Call) else expr
    for candidate in (arguments.named(expr), arguments.named(called), text_of(called)):
        if candidate is not None and (candidate == type_ or candidate == type_.rpartition(".")[2]):
            return Answer.YES
    return Answer.NO


def _names(expr: Expr) -> Iterator[str]:
    match expr:
        case records.Name():
            yield expr.id
        case records.Attribute():
            yield expr.attr
            yield from _names(expr.value)
        case records.Operation():
            for operand in expr.operands:
                yield from _names(operand)
        case records.Starred() | records.NamedExpr() | records.Await():
            yield from _names(expr.value)
        case records.Conditional():
            yield from _names(expr.body)
            yield from _names(expr.orelse)
        case records.Str():
            yield expr.value
        case _:
            return


def any_holds(conditions: Sequence[str], arguments: Arguments, method: str = "") -> Answer:
    """Whether one of `conditions` holds for a call of `method` ("" for a plain function)."""
    best = Answer.NO
    for text in conditions:
        condition = parse(text)
        if condition.method and condition.method != method:
            continue
        answer = holds(condition, arguments)
        if answer is Answer.YES:
            return answer
        if answer is Answer.MAYBE:
            best = answer
    return best
