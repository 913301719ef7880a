"""What a check reports and how it could be mended: plain, frozen data."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from fastlint.text import Span

Severity: TypeAlias = Literal["error", "warning", "info"]
Applicability: TypeAlias = Literal["safe", "unsafe"]


class Step(msgspec.Struct, frozen=True):
    """One step of a chain, from the entry point towards the offence."""

    at: Span
    message: str


class _Edit(msgspec.Struct, frozen=True, tag_field="verb", tag=True):
    """One change, as data; how it is made on the syntax tree is `fastlint.fixing`'s knowledge."""


class ReplaceExpression(_Edit, frozen=True):
    """Put `text` in place of the expression at `at`."""

    at: Span
    text: str


class RunInThreadpool(_Edit, frozen=True):
    """`f(a, b=1)` at `at` becomes `await run_in_threadpool(f, a, b=1)`."""

    at: Span


class AwaitExpression(_Edit, frozen=True):
    """Put `await` before the expression at `at`."""

    at: Span


class SetArgument(_Edit, frozen=True):
    """Give the call at `at` the keyword argument `name=value`, replacing one of that name."""

    at: Span
    name: str
    value: str


class RemoveArgument(_Edit, frozen=True):
    """Take the keyword argument `name` from the call at `at`."""

    at: Span
    name: str


class RenameArgument(_Edit, frozen=True):
    """Rename the keyword argument `name` of the call at `at`."""

    at: Span
    name: str
    new: str


class UnpackCall(_Edit, frozen=True):
    """The first argument `f(a)` of the call at `at` becomes `f, a`."""

    at: Span


class MakeSync(_Edit, frozen=True):
    """Drop `async` from the function whose definition spans `at`."""

    at: Span


class MakeAsync(_Edit, frozen=True):
    """Put `async` before the function whose definition spans `at`."""

    at: Span


class AnnotateParameter(_Edit, frozen=True):
    """Give parameter `name` of the function at `at` this annotation.

    `default` is the new default as source text; None leaves the default as it is, "" removes it.
    """

    at: Span
    name: str
    annotation: str
    default: str | None = None


class AddParameter(_Edit, frozen=True):
    """Add a parameter, as source text, to the function at `at`, where its order is valid."""

    at: Span
    text: str


class AnnotateReturn(_Edit, frozen=True):
    """Give the function at `at` a return annotation."""

    at: Span
    annotation: str


class AddDecorator(_Edit, frozen=True):
    """Put `@text` closest to the `def` of the function at `at`."""

    at: Span
    text: str


class RemoveDecorator(_Edit, frozen=True):
    """Remove the decorator whose expression spans `at`."""

    at: Span


class MoveDecorator(_Edit, frozen=True):
    """Move the decorator whose expression spans `at` to the given place, 0 being the topmost."""

    at: Span
    place: int


class RenameAttribute(_Edit, frozen=True):
    """Rename the attribute that the expression at `at` ends in."""

    at: Span
    new: str


class ReplaceStatement(_Edit, frozen=True):
    """Put `text` (its lines relative to the statement's own indentation) in place of the statement at `at`."""

    at: Span
    text: str


class InsertStatement(_Edit, frozen=True):
    """Insert `text` before or after the statement at `at`, in its block."""

    at: Span
    text: str
    after: bool = True


class MoveStatement(_Edit, frozen=True):
    """Move the statement at `at`, with the comments above it, to right before the one at `before`, in the same block.

    For a function the span is its definition's; its decorators go with it, and it comes to stand before the other's.
    """

    at: Span
    before: Span


class CloseInFinally(_Edit, frozen=True):
    """Wrap the statement at `at` and what follows in its block into `try: … finally:`.

    Statements that follow and equal one of `cleanup` move into the `finally` part.
    """

    at: Span
    cleanup: str


class AddImport(_Edit, frozen=True):
    """Make `name` of `module` available at run time in the file at `at` (`import module` where name is "")."""

    at: Span
    module: str
    name: str = ""


class RemoveImport(_Edit, frozen=True):
    """Take `name` of `module` out of the imports of the file at `at`, if nothing else there uses it."""

    at: Span
    module: str
    name: str = ""


class ReplaceText(_Edit, frozen=True):
    """Put `text` in place of the bytes at `at`: comments, and files that aren't Python."""

    at: Span
    text: str


Edit: TypeAlias = (
    ReplaceExpression
    | RunInThreadpool
    | AwaitExpression
    | SetArgument
    | RemoveArgument
    | RenameArgument
    | UnpackCall
    | MakeSync
    | MakeAsync
    | AnnotateParameter
    | AddParameter
    | AnnotateReturn
    | AddDecorator
    | RemoveDecorator
    | MoveDecorator
    | RenameAttribute
    | ReplaceStatement
    | InsertStatement
    | MoveStatement
    | CloseInFinally
    | AddImport
    | RemoveImport
    | ReplaceText
)


class Fix(msgspec.Struct, frozen=True):
    """A finding's edits, made together or not at all.

    `message` says in the imperative what the fix does: "Await the call".
    """

    message: str
    applicability: Applicability
    edits: tuple[Edit, ...]


class Finding(msgspec.Struct, frozen=True):
    """A breach of a rule at a place.

    Attributes:
        at: where it stands; the report shows the first line of it.
        message: what is wrong there, in the user's own names, without a full stop.
        severity: when the finding weighs other than its rule's card says.
        trace: the chain that leads to the offence, entry point first; empty where the place says it all.
        fix: how to mend it, or None.
        symbol: dotted name of the innermost definition around `at`, for keys that survive edits elsewhere.
        code: the rule's code; the engine fills it in, a check leaves it empty.
    """

    at: Span
    message: str
    severity: Severity | None = None
    trace: tuple[Step, ...] = ()
    fix: Fix | None = None
    symbol: str = ""
    code: str = ""
