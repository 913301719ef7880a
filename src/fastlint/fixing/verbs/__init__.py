"""Verbs: how each edit of `fastlint.findings` is made on the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, TypeAlias

from fastlint.findings import (
    AddDecorator,
    AddImport,
    AddParameter,
    AnnotateParameter,
    AnnotateReturn,
    AwaitExpression,
    CloseInFinally,
    Edit,
    InsertStatement,
    MakeAsync,
    MakeSync,
    MoveDecorator,
    MoveStatement,
    RemoveArgument,
    RemoveDecorator,
    RemoveImport,
    RenameArgument,
    RenameAttribute,
    ReplaceExpression,
    ReplaceStatement,
    ReplaceText,
    RunInThreadpool,
    SetArgument,
    UnpackCall,
)
from fastlint.fixing.verbs import arguments, cleanup, decorators, expressions, functions, moves, parameters, statements
from fastlint.fixing.verbs.site import Site

if TYPE_CHECKING:
    from fastlint.fixing.changes import Change

__all__ = ["Site", "change"]

OfFile: TypeAlias = AddImport | RemoveImport | ReplaceText
"""Edits of a file as a whole, which are no change of a node."""


def change(site: Site, edit: Edit) -> Change | OfFile:  # noqa: C901, PLR0911, PLR0912, RET503 - one arm for each verb
    """What an edit does to the tree; the edit itself where it is about the whole file.

    Raises:
        WithheldError: it cannot be made.
    """
    match edit:
        case ReplaceExpression():
            return expressions.replace_expression(site, edit)
        case RunInThreadpool():
            return expressions.run_in_threadpool(site, edit)
        case AwaitExpression():
            return expressions.await_expression(site, edit)
        case RenameAttribute():
            return expressions.rename_attribute(site, edit)
        case SetArgument():
            return arguments.set_argument(site, edit)
        case RemoveArgument():
            return arguments.remove_argument(site, edit)
        case RenameArgument():
            return arguments.rename_argument(site, edit)
        case UnpackCall():
            return arguments.unpack_call(site, edit)
        case MakeSync():
            return functions.make_sync(site, edit)
        case MakeAsync():
            return functions.make_async(site, edit)
        case AnnotateReturn():
            return functions.annotate_return(site, edit)
        case AnnotateParameter():
            return parameters.annotate_parameter(site, edit)
        case AddParameter():
            return parameters.add_parameter(site, edit)
        case AddDecorator():
            return decorators.add_decorator(site, edit)
        case RemoveDecorator():
            return decorators.remove_decorator(site, edit)
        case MoveDecorator():
            return decorators.move_decorator(site, edit)
        case ReplaceStatement():
            return statements.replace_statement(site, edit)
        case InsertStatement():
            return statements.insert_statement(site, edit)
        case MoveStatement():
            return moves.move_statement(site, edit)
        case CloseInFinally():
            return cleanup.close_in_finally(site, edit)
        case AddImport() | RemoveImport() | ReplaceText():
            return edit
        case _:
            _assert_never(edit)


def _assert_never(edit: NoReturn) -> NoReturn:
    raise AssertionError(edit)
