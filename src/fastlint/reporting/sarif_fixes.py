"""Fixes in the terms of SARIF: the text that goes and the text that comes, file by file."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote

from fastlint.engine.report import visible

if TYPE_CHECKING:
    from fastlint.findings import Finding
    from fastlint.reporting.context import Context
    from fastlint.text import Span

    Json: TypeAlias = "dict[str, object]"

_SAFE = "/-._~!$&'()*+,;=@"  # in a path of a URI (RFC 3986) as they are; a colon in the first part would end a scheme


def fix_objects(finding: Finding, context: Context) -> list[Json]:
    """The fix of a finding, if it has one whose edits are known."""
    changes = context.edits(finding.fix)
    if finding.fix is None or not changes:
        return []
    kind = "" if finding.fix.applicability == "safe" else " (unsafe: review it)"
    return [
        {
            "description": {"text": (visible(finding.fix.message) or "Mend it") + kind},
            "artifactChanges": [
                {
                    "artifactLocation": artifact(path, context),
                    "replacements": [_replacement(at, text, context) for at, text in edits],
                }
                for path, edits in sorted(changes.items())
            ],
        }
    ]


def _replacement(at: Span, text: str, context: Context) -> Json:
    start, end = context.start(at), context.end(at)
    told: Json = {
        "deletedRegion": {
            "startLine": start.row,
            "startColumn": start.column,
            "endLine": end.row,
            "endColumn": end.column,
        }
    }
    return told | {"insertedContent": {"text": text}} if text else told


def artifact(path: str, context: Context) -> Json:
    """The place of a file: a URI relative to the root of the sources."""
    return {"uri": quote(context.shown(path), safe=_SAFE, errors="replace"), "uriBaseId": "%SRCROOT%"}
