"""Verbs about the parameters of a function."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from fastlint.fixing.changes import Change
from fastlint.fixing.flat import flat
from fastlint.fixing.layout import BLANK, NOTHING, comma_of, inserted, plain, reordered
from fastlint.fixing.tree import as_a
from fastlint.fixing.withheld import WithheldError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fastlint.findings import AddParameter, AnnotateParameter
    from fastlint.fixing.verbs.site import Site

_SPACED = cst.AssignEqual(whitespace_before=BLANK, whitespace_after=BLANK)
_ORDER = "a parameter without default would follow one that has one"
_LISTS = ("posonly_params", "params", "kwonly_params")


def annotate_parameter(site: Site, edit: AnnotateParameter) -> Change:
    """Annotate a parameter and, where asked, give it another default or none."""
    node = site.tree.function(edit.at)
    old = _parameter(node.params, edit.name)
    annotation = cst.Annotation(flat(site.expression(edit.annotation)))
    default = site.expression(edit.default) if edit.default else None
    replaces: list[cst.CSTNode] = [old.annotation] if old.annotation is not None else []
    if edit.default is not None and old.default is not None:
        replaces.append(old.default)

    def annotated(parameter: cst.Param) -> cst.Param:
        value = parameter.default if edit.default is None else default
        equal: cst.AssignEqual | cst.MaybeSentinel = cst.MaybeSentinel.DEFAULT
        if value is not None:
            equal = parameter.equal if parameter.annotation and parameter.default else _SPACED
        return parameter.with_changes(annotation=annotation, default=value, equal=equal)

    def make(updated: cst.CSTNode) -> cst.CSTNode:
        function = as_a(cst.FunctionDef, updated)
        return function.with_changes(params=_with(function.params, edit.name, annotated))

    return Change(edit, node, f"parameter {edit.name}", make, replaces=tuple(replaces))


def add_parameter(site: Site, edit: AddParameter) -> Change:
    """Add a parameter where the order of parameters stays valid."""
    node = site.tree.function(edit.at)
    new = _parsed(site, edit.text)
    name = new.name.value
    if any(parameter.name.value == name for parameter in _all(node.params)):
        raise WithheldError(f"`{node.name.value}` has a parameter `{name}` already")

    def make(updated: cst.CSTNode) -> cst.CSTNode:
        function = as_a(cst.FunctionDef, updated)
        params = function.params
        if new.default is None and any(parameter.default for parameter in params.posonly_params):
            raise WithheldError(_ORDER)
        place = len(params.params)
        if new.default is None:
            place = sum(parameter.default is None for parameter in params.params)
        return _with_one_more(function, place, new)

    return Change(edit, node, f"parameter {name}", make)


def _with_one_more(function: cst.FunctionDef, place: int, new: cst.Param) -> cst.FunctionDef:
    params = function.params
    opening = function.whitespace_before_params
    follows = isinstance(params.star_arg, (cst.Param, cst.ParamStar)) or params.star_kwarg is not None
    if place < len(params.params) or not follows:
        items = inserted(params.params, place, new, opening)
    else:  # what follows the list, `*` or `**`, is not part of it, but the list's last comma stands before it
        comma = comma_of(params.params[-1]) if params.params else None
        if comma is None:
            multiline = isinstance(opening, cst.ParenthesizedWhitespace)
            comma = cst.Comma(whitespace_after=plain(opening) if multiline else BLANK)
        items = [*params.params, new.with_changes(comma=comma, whitespace_after_param=NOTHING)]
    return function.with_changes(params=params.with_changes(params=items))


def _parsed(site: Site, text: str) -> cst.Param:
    """Source text as a parameter."""
    try:
        statement = cst.parse_statement(site.in_file(f"def f({text}): pass"), site.tree.module.config_for_parsing)
    except cst.ParserSyntaxError:
        raise WithheldError(f"`{text}` is no parameter") from None
    found = list(_all(statement.params)) if isinstance(statement, cst.FunctionDef) else []
    if len(found) != 1:
        raise WithheldError(f"`{text}` is no parameter")
    new = found[0].with_changes(comma=cst.MaybeSentinel.DEFAULT, whitespace_after_param=NOTHING)
    return site.tree.fitted(new)


def _with(params: cst.Parameters, name: str, change: Callable[[cst.Param], cst.Param]) -> cst.Parameters:
    """Parameters with one of them changed, those without default first where Python demands it."""
    for field in _LISTS:
        items: Sequence[cst.Param] = getattr(params, field)
        if not any(item.name.value == name for item in items):
            continue
        changed = [change(item) if item.name.value == name else item for item in items]
        if field == "params":
            changed = _in_order(params.posonly_params, changed)
        elif field == "posonly_params" and _disordered((*changed, *params.params)):
            raise WithheldError(_ORDER)
        return params.with_changes(**{field: changed})
    raise WithheldError(f"there is no parameter `{name}`")


def _in_order(before: Sequence[cst.Param], items: Sequence[cst.Param]) -> list[cst.Param]:
    """Parameters with those without default first, each kind in its order."""
    if not _disordered((*before, *items)):
        return list(items)
    if any(parameter.default is not None for parameter in before):
        raise WithheldError(_ORDER)
    return reordered(items, sorted(range(len(items)), key=lambda index: items[index].default is not None))


def _disordered(parameters: Sequence[cst.Param]) -> bool:
    defaults = [parameter.default is not None for parameter in parameters]
    return defaults != sorted(defaults)


def _parameter(params: cst.Parameters, name: str) -> cst.Param:
    for field in _LISTS:
        for parameter in getattr(params, field):
            if isinstance(parameter, cst.Param) and parameter.name.value == name:
                return parameter
    raise WithheldError(f"there is no parameter `{name}`")


def _all(params: cst.Parameters) -> Iterator[cst.Param]:
    yield from (*params.posonly_params, *params.params, *params.kwonly_params)
    if isinstance(params.star_arg, cst.Param):
        yield params.star_arg
    if params.star_kwarg is not None:
        yield params.star_kwarg
