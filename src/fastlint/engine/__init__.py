"""From a project on disk, or in memory, to a report."""

from __future__ import annotations

from fastlint.engine.report import Note, Report, Suppressed, Timing
from fastlint.engine.run import Request, Result, check_project, check_sources, open_project
from fastlint.engine.sources import Sources

__all__ = [
    "Note",
    "Report",
    "Request",
    "Result",
    "Sources",
    "Suppressed",
    "Timing",
    "check_project",
    "check_sources",
    "open_project",
]
