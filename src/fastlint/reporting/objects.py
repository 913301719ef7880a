"""Findings as objects for other programs: the shape that `json` and `json-lines` share."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import msgspec

from fastlint.engine.report import severity_of

if TYPE_CHECKING:
    from fastlint.engine import Report
    from fastlint.findings import Finding
    from fastlint.reporting.context import Context
    from fastlint.text import Span

# What a terminal obeys, or what turns the direction of text; msgspec escapes only what JSON demands.
_UNFIT = (*range(0x7F, 0xA0), 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A))
_TABLE = {character: f"\\u{character:04x}" for character in _UNFIT}
_COMMAND = re.compile("#(?=#)")  # how commands to CI systems begin (`##vso[`, `##[`), wherever they stand in a line


class Location(msgspec.Struct, frozen=True):
    """A place: 1-based row, 1-based column in code points."""

    row: int
    column: int


class StepObject(msgspec.Struct, frozen=True):
    """One step of a chain."""

    filename: str
    location: Location
    message: str


class EditObject(msgspec.Struct, frozen=True, omit_defaults=True):
    """Put `content` in place of the text between two places; `filename` where that is not the finding's file."""

    location: Location
    end_location: Location
    content: str
    filename: str = ""


class FixObject(msgspec.Struct, frozen=True):
    """How a finding can be mended, and how safely; all edits are about the text as it is."""

    applicability: str
    message: str
    edits: tuple[EditObject, ...]


class FindingObject(msgspec.Struct, frozen=True):
    """One finding; `filename` is posix and relative to where the user stands, `page` names the rule's page."""

    code: str
    name: str
    message: str
    severity: str
    filename: str
    location: Location
    end_location: Location
    trace: tuple[StepObject, ...]
    fix: FixObject | None
    page: str


def finding_objects(report: Report, context: Context) -> list[FindingObject]:
    """The findings of a report as objects."""
    return [_object(finding, report.names.get(finding.code, ""), context) for finding in report.findings]


def encoded(value: object) -> str:
    """A value as JSON with nothing in it that a terminal or a CI system that shows it would obey."""
    try:
        text = msgspec.json.encode(value).decode()
    except UnicodeEncodeError:  # a lone surrogate: a file name that is no text
        text = json.dumps(msgspec.to_builtins(value), separators=(",", ":"))
    return _COMMAND.sub("\\\\u0023", text.translate(_TABLE))


def _object(finding: Finding, name: str, context: Context) -> FindingObject:
    return FindingObject(
        code=finding.code,
        name=name,
        message=finding.message,
        severity=severity_of(finding),
        filename=context.shown(finding.at.path),
        location=_start(finding.at, context),
        end_location=_end(finding.at, context),
        trace=tuple(
            StepObject(context.shown(step.at.path), _start(step.at, context), step.message) for step in finding.trace
        ),
        fix=_fix(finding, context),
        page=f"rules/{finding.code}-{name}.md",
    )


def _fix(finding: Finding, context: Context) -> FixObject | None:
    fix = finding.fix
    edits = context.plain_edits(fix) if fix and context.plain_edits else None
    if fix is None or edits is None:
        return None
    objects = tuple(
        EditObject(
            location=_start(at, context),
            end_location=_end(at, context),
            content=text,
            filename="" if at.path == finding.at.path else context.shown(at.path),
        )
        for at, text in edits
    )
    return FixObject(fix.applicability, fix.message, objects)


def _start(span: Span, context: Context) -> Location:
    place = context.start(span)
    return Location(place.row, place.column)


def _end(span: Span, context: Context) -> Location:
    place = context.end(span)
    return Location(place.row, place.column)
