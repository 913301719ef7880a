"""GitLab's code quality report.

Source: GitLab's `ci/testing/code_quality` page. Items with one fingerprint overwrite each other, so each is unique.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.engine.report import severity_of
from fastlint.reporting.objects import encoded
from fastlint.reporting.places import keys, region

if TYPE_CHECKING:
    from fastlint.engine import Report
    from fastlint.reporting.context import Context

_SEVERITIES = {"error": "critical", "warning": "major", "info": "info"}


def render(report: Report, context: Context) -> str:
    """A JSON array, one issue a line."""
    issues = []
    for finding, key in zip(report.findings, keys(report.findings, context), strict=True):
        issue = {
            "description": f"{finding.code}: {finding.message}",
            "check_name": finding.code,
            "fingerprint": key,
            "severity": _SEVERITIES[severity_of(finding)],
            "location": {
                "path": context.shown(finding.at.path),
                "lines": {"begin": region(finding.at, context).row},
            },
        }
        issues.append(encoded(issue))
    return "[\n" + ",\n".join(f"  {issue}" for issue in issues) + "\n]\n" if issues else "[]\n"
