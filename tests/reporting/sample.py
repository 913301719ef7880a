"""A report that no rule's change can change: hand-made findings on a small project in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.catalog import load_page, load_rules
from fastlint.engine import Note, Report, Sources, Suppressed
from fastlint.findings import Finding, Fix, ReplaceText, RunInThreadpool, Step
from fastlint.reporting import Context
from fastlint.text import Span

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

MAIN = """\
from app.clock import pause

@app.get("/")
async def home():
    pause("é日🙂"); pause(2)

class Orders:
    def all(self):
        return [
            1]  # fastlint: ignore[FLT301] old clients want it
"""
CLOCK = "import time\r\ndef pause(x):\r\n\ttime.sleep(x)\r\n"
FILES = {"app/main.py": MAIN.encode(), "app/clock.py": CLOCK.encode(), "Dockerfile": b'CMD ["fastapi", "dev"]\n'}
NAMES = {
    "FLT101": "blocking-sleep",
    "FLT301": "missing-response-contract",
    "FLT701": "open-door",
    "FLT901": "dev-server",
}
_PAGE = """\
# {code} {name}

```toml
title = "{title}"
family = "{family}"
severity = "{severity}"
default = "on"
precision = "high"
fix = "none"
spec = ["RU1"]
since = "0.1.0"
{more}```

## What it does

Looks for `{name}` in *every* [file](https://example.com/spec).

## Why is this bad?

Others wait.

## How to fix

Write what is **meant**.

## Examples

### One

```python bad file=a.py
x = 1  # {code}
```

```python good file=a.py
y = 1
```
"""
_FAMILIES = {"1": "event-loop", "3": "contracts", "7": "security", "9": "delivery"}


def span(path: str, text: str, nth: int = 1) -> Span:
    """The nth place of a text in a file."""
    start = -1
    for _ in range(nth):
        start = FILES[path].index(text.encode(), start + 1)
    return Span(path, start, start + len(text.encode()))


CALL = span("app/main.py", 'pause("é日🙂")')
SLEEP = span("app/clock.py", "time.sleep(x)")


def report() -> Report:
    """The findings, in the order of reports."""
    steps = (Step(CALL, "`home` calls `pause`"), Step(SLEEP, "`pause` calls `time.sleep`"))
    fix = Fix("Run it in a thread", "safe", (RunInThreadpool(CALL),))
    unsafe = Fix("Use another server", "unsafe", (ReplaceText(span("Dockerfile", "dev"), "run"),))
    listed = Finding(
        span("app/main.py", "[\n            1]"), "no contract", "warning", symbol="Orders.all", code="FLT301"
    )
    findings = (
        Finding(span("Dockerfile", '"fastapi", "dev"'), "a dev server", "info", fix=unsafe, code="FLT901"),
        Finding(span("app/clock.py", "pause"), "[links](1) & <b> are | text", "error", (), None, "pause", "FLT701"),
        Finding(CALL, "`time.sleep` blocks in `home`", "error", steps, fix, "home", "FLT101"),
        Finding(span("app/main.py", "pause(2)"), "`time.sleep` blocks in `home`", "error", (), None, "home", "FLT101"),
        Finding(span("app/main.py", "Orders"), "no contract", "warning", symbol="Orders", code="FLT301"),
    )
    comment = span("app/main.py", "# fastlint: ignore[FLT301] old clients want it")
    return Report(
        findings=findings,
        suppressed=(Suppressed(listed, comment, "old clients want it"),),
        notes=(Note("warning", "passed over notes.txt: not a Python file"),),
        names=NAMES,
        files=2,
    )


def plain_edits(fix: Fix) -> list[tuple[Span, str]] | None:
    """What the fixes of the report do to the text."""
    if fix.applicability == "unsafe":
        return [(span("Dockerfile", "dev"), "run")]
    return [
        (Span("app/main.py", 0, 0), "from fastapi.concurrency import run_in_threadpool\n"),
        (Span("app/main.py", CALL.start, CALL.start + len("pause(")), "await run_in_threadpool(pause, "),
    ]


def context(*, suppressed: bool = False, quiet: bool = False) -> Context:
    """Where the report is shown."""
    return Context(Sources(None, FILES), plain_edits=plain_edits, suppressed=suppressed, quiet=quiet)


def use_pages(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the SARIF reporter read pages that are made for this report."""
    for code, name in NAMES.items():
        more = 'tags = ["security"]\nsecurity-severity = "8.1"\n' if code == "FLT701" else ""
        severity = "error" if code in ("FLT101", "FLT701") else "info" if code == "FLT901" else "warning"
        title, family = f"There must be no `{name}`", _FAMILIES[code[3]]
        text = _PAGE.format(code=code, name=name, title=title, family=family, severity=severity, more=more)
        (folder / f"{code}-{name}.md").write_text(text, "utf-8")
    monkeypatch.setattr("fastlint.reporting.sarif_rules.load_rules", lambda: load_rules(folder))
    monkeypatch.setattr("fastlint.reporting.sarif_rules.load_page", lambda rule: load_page(rule, folder))
