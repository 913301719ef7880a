"""A small app under git, for tests of what is known."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from fastlint.cli import run

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

ROUTER = """\
import time
from fastapi import APIRouter

router = APIRouter()


@router.get("/{name}")
async def {name}() -> str:
    {body}
    return "x"
"""
MAIN = """\
from fastapi import FastAPI
from app.clock import pause
from app.old import router

app = FastAPI()
app.include_router(router)


@app.get("/")
async def home() -> str:
    pause()
    return "x"
"""
FILES = {
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n[tool.fastlint]\nselect = ["FLT101"]\n',
    "app/__init__.py": "",
    "app/clock.py": "def pause() -> None:\n    pass\n",
    "app/old.py": ROUTER.replace("{name}", "old").replace("{body}", "time.sleep(1)"),
    "app/main.py": MAIN,
}


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder, whatever the user's own configuration says."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    for who in ("AUTHOR", "COMMITTER"):
        environment |= {f"GIT_{who}_NAME": "a", f"GIT_{who}_EMAIL": "a@example.com"}
    command = ["git", "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always", *arguments]
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def write(folder: Path, files: dict[str, str]) -> None:
    """Write files below a folder."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode())


def commit(folder: Path) -> str:
    """Commit all that is there; gives the commit."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "x")
    return git(folder, "rev-parse", "HEAD")


def checked(capsys: pytest.CaptureFixture[str], *arguments: str, code: int | None = None) -> list[str]:
    """The findings that a check prints, as `path:row code`."""
    result = run(["check", "--no-cache", "--output-format", "concise", *arguments])
    captured = capsys.readouterr()
    found = [line for line in captured.out.splitlines() if ": FLT" in line]
    assert result == (code if code is not None else 1 if found else 0), captured.err + captured.out
    return [f"{line.split(':')[0]}:{line.split(':')[1]} {line.split(': ')[1].split()[0]}" for line in found]
