"""Layout of lists between brackets: arguments, parameters, imported names.

An item owns the comma after it, and the blanks after the comma: line breaks, comments, the indentation of what follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import libcst as cst

from fastlint.fixing.comments import has_comment
from fastlint.fixing.withheld import WithheldError

if TYPE_CHECKING:
    from collections.abc import Sequence

Blank = cst.BaseParenthesizableWhitespace
Item = TypeVar("Item", cst.Arg, cst.Param, cst.ImportAlias)

_AFTER = {cst.Arg: "whitespace_after_arg", cst.Param: "whitespace_after_param"}
NOTHING = cst.SimpleWhitespace("")
BLANK = cst.SimpleWhitespace(" ")


def comma_of(item: cst.Arg | cst.Param | cst.ImportAlias) -> cst.Comma | None:
    """The comma after an item, if there is one."""
    return item.comma if isinstance(item.comma, cst.Comma) else None


def plain(blank: Blank) -> Blank:
    """Blanks without the comments and empty lines in them."""
    if isinstance(blank, cst.ParenthesizedWhitespace):
        line = cst.TrailingWhitespace(newline=blank.first_line.newline)
        return blank.with_changes(first_line=line, empty_lines=())
    if isinstance(blank, cst.SimpleWhitespace) and "\\" in blank.value:
        return BLANK
    return blank


def gap_of(items: Sequence[Item], opening: Blank) -> Blank:
    """What stands between items of a list, or would."""
    if len(items) > 1:
        comma = comma_of(items[-2])
        if comma is not None:
            return plain(comma.whitespace_after)
    return plain(opening) if isinstance(opening, cst.ParenthesizedWhitespace) else BLANK


def appended(items: Sequence[Item], new: Item, opening: Blank) -> list[Item]:
    """A list with one more item at its end, laid out as the others; `opening` is what follows the bracket."""
    if not items:
        return [new]
    *head, last = items
    comma = comma_of(last)
    closing = comma.whitespace_after if comma else after(last)
    # one item on a line of its own has no comma with formatters either; where both don't fit there, it is broken anew
    shares = not head and comma is None and _breaks(opening) and _breaks(closing) and _is_flat(last, opening, closing)
    gap = BLANK if shares else gap_of(items, opening)
    between = cst.Comma(
        whitespace_before=comma.whitespace_before if comma else NOTHING,
        whitespace_after=_with_comments(gap, closing),
    )
    if comma is not None:
        new = new.with_changes(comma=comma.with_changes(whitespace_after=plain(closing)))
    else:
        new = _with_after(new.with_changes(comma=cst.MaybeSentinel.DEFAULT), plain(closing))
    return [*head, _with_after(last, NOTHING).with_changes(comma=between), new]


def inserted(items: Sequence[Item], place: int, new: Item, opening: Blank) -> list[Item]:
    """A list with one more item before the one at a place."""
    if place >= len(items):
        return appended(items, new, opening)
    result = list(items)
    gap = gap_of(items, opening)
    own = cst.Comma(whitespace_after=gap)
    comma = comma_of(items[place - 1]) if place else None
    blank = comma.whitespace_after if comma else BLANK
    if comma is not None and isinstance(blank, cst.ParenthesizedWhitespace) and has_comment(blank.empty_lines):
        # comments on lines of their own are about the item that follows them
        own = cst.Comma(whitespace_after=blank.with_changes(first_line=cst.TrailingWhitespace()))
        less = comma.with_changes(whitespace_after=blank.with_changes(empty_lines=()))
        result[place - 1] = items[place - 1].with_changes(comma=less)
    result.insert(place, new.with_changes(comma=own))
    return result


def removed(items: Sequence[Item], place: int) -> list[Item]:
    """A list without the item at a place; the comments around it stay, those in it do not."""
    result = list(items)
    gone = result.pop(place)
    if not place or not result:
        return result
    before = result[place - 1]
    comma = comma_of(before)
    if comma is None:
        raise WithheldError("the items are not separated as expected")
    if place < len(result):
        following = comma_of(gone)
        blank = comma.whitespace_after
        if following is not None and isinstance(following.whitespace_after, cst.ParenthesizedWhitespace):
            own = following.whitespace_after  # its first line ends what goes, its other lines are about what follows
            line = cst.TrailingWhitespace(newline=own.first_line.newline)
            blank = _with_comments(own.with_changes(first_line=line), blank)
        result[place - 1] = before.with_changes(comma=comma.with_changes(whitespace_after=blank))
        return result
    last = comma_of(gone)
    closing = _with_comments(plain(last.whitespace_after if last else after(gone)), comma.whitespace_after)
    if last is not None:
        result[-1] = before.with_changes(comma=comma.with_changes(whitespace_after=closing))
    else:
        result[-1] = _with_after(before.with_changes(comma=cst.MaybeSentinel.DEFAULT), closing)
    return result


def reordered(items: Sequence[Item], order: Sequence[int]) -> list[Item]:
    """A list in another order, laid out as before.

    Raises:
        WithheldError: comments stand between the items, and nothing tells which of them they are about.
    """
    if list(order) == list(range(len(items))):
        return list(items)
    if has_comment([comma for item in items if (comma := comma_of(item))]):
        raise WithheldError("comments stand between the parameters that would change places")
    return [
        _with_after(items[index].with_changes(comma=slot.comma), after(slot))
        for slot, index in zip(items, order, strict=True)
    ]


def on_one_line(args: Sequence[cst.Arg]) -> bool:
    """Whether arguments share one line, with no comma at its end: formatters join or break such as they fit."""
    *commas, last = [comma_of(arg) for arg in args]
    if last is not None or any(comma is None or _breaks(comma.whitespace_after) for comma in commas):
        return False
    return not any("\n" in cst.Module([]).code_for_node(arg.value) for arg in args)


def _is_flat(item: Item, *blanks: Blank) -> bool:
    """Whether an item is on one line, and no comments stand around it."""
    lines = cst.Module([]).code_for_node(item.value if isinstance(item, cst.Arg) else item).strip()
    return "\n" not in lines and not has_comment([item, *blanks])


def _breaks(blank: Blank) -> bool:
    return isinstance(blank, cst.ParenthesizedWhitespace)


def without_end(item: cst.Arg | cst.Param) -> cst.Arg | cst.Param:
    """The last item of a list without what stands between it and the closing bracket."""
    field = _AFTER[type(item)]
    return item.with_changes(**{"comma": cst.MaybeSentinel.DEFAULT, field: NOTHING})


def after(item: cst.Arg | cst.Param | cst.ImportAlias) -> Blank:
    """The blanks after an item that has no comma."""
    if isinstance(item, cst.Arg):
        return item.whitespace_after_arg
    return item.whitespace_after_param if isinstance(item, cst.Param) else NOTHING


def _with_after(item: Item, blank: Blank) -> Item:
    field = _AFTER.get(type(item))
    return item.with_changes(**{field: blank}) if field else item


def _with_comments(blank: Blank, other: Blank) -> Blank:
    """Blanks that end as the first and hold the comments of the second."""
    if not isinstance(other, cst.ParenthesizedWhitespace) or not has_comment([other]):
        return blank
    lines = other.empty_lines
    if isinstance(blank, cst.ParenthesizedWhitespace):
        return blank.with_changes(first_line=other.first_line, empty_lines=(*lines, *blank.empty_lines))
    return other
