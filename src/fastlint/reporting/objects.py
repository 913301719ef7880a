"""Findings as objects for other programs: the shape that `json` and `json-lines` share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from fastlint.engine.report import severity_of

if TYPE_CHECKING:
    from fastlint.engine import Report
    from fastlint.findings import Finding
    from fastlint.reporting.context import Context
    from fastlint.text import Span

_TABLE = {character: f"\\u{character:04x}" for character in (*range(0x7F, 0xA0), 0x2028, 0x2029)}


class Location(msgspec.Struct, frozen=True):
    """A place: 1-based row, 1-based column in code points."""

    row: int
    column: int


class StepObject(msgspec.Struct, frozen=True):
    """One step of a chain."""

    filename: str
    location: Location
    message: str


class FixObject(msgspec.Struct, frozen=True):
    """That a finding can be mended, and how safely."""

    applicability: str
    message: str


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
    """A value as JSON with nothing in it that a terminal would obey."""
    return msgspec.json.encode(value).decode().translate(_TABLE)


def _object(finding: Finding, name: str, context: Context) -> FindingObject:
    fix = finding.fix
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
        fix=FixObject(fix.applicability, fix.message) if fix else None,
        page=f"rules/{finding.code}-{name}.md",
    )


def _start(span: Span, context: Context) -> Location:
    place = context.start(span)
    return Location(place.row, place.column)


def _end(span: Span, context: Context) -> Location:
    place = context.end(span)
    return Location(place.row, place.column)
