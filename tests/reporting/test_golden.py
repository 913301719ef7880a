"""Each format, byte for byte: `FASTLINT_GOLDEN=write pytest tests/reporting/test_golden.py` renews the files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fastlint import __version__
from fastlint.engine import Report
from fastlint.reporting import FORMATS, render
from reporting.sample import context, report, use_pages

GOLDEN = Path(__file__).with_name("golden")
ENDINGS = {"json": "json", "json-lines": "jsonl", "sarif": "sarif", "gitlab": "json", "junit": "xml"}
ENDINGS |= {"rdjson": "json", "checkstyle": "xml", "markdown": "md"}


def _compare(name: str, text: str) -> None:
    file = GOLDEN / name
    text = text.replace(f'"{__version__}"', '"VERSION"')
    if os.environ.get("FASTLINT_GOLDEN") == "write":
        file.write_bytes(text.encode())
    assert text == file.read_bytes().decode()


@pytest.mark.parametrize("output_format", FORMATS)
def test_findings(output_format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_pages(tmp_path, monkeypatch)
    _compare(f"{output_format}.{ENDINGS.get(output_format, 'txt')}", render(output_format, report(), context()))


@pytest.mark.parametrize("output_format", FORMATS)
def test_nothing_found(output_format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_pages(tmp_path, monkeypatch)
    clean = Report(names=report().names, files=2)
    _compare(f"clean-{output_format}.{ENDINGS.get(output_format, 'txt')}", render(output_format, clean, context()))


def test_suppressed_results_on_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_pages(tmp_path, monkeypatch)
    _compare("suppressed-sarif.sarif", render("sarif", report(), context(suppressed=True)))


def test_no_golden_file_is_left_over() -> None:
    names = {f"{kind}{name}.{ENDINGS.get(name, 'txt')}" for name in FORMATS for kind in ("", "clean-")}
    assert {file.name for file in GOLDEN.iterdir()} == {*names, "suppressed-sarif.sarif"}
