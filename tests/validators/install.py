"""Installs what others read our reports with into a folder: `python tests/validators/install.py FOLDER`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

NPM = ("@microsoft/sarif-multitool@5.7.0", "@actions/core@3.0.1", "azure-pipelines-task-lib@5.281.0")
PYPI = ("sarif-tools==3.0.5", "check-jsonschema==0.39.0", "junitparser==5.0.3")
_OFFLINE = re.compile(
    r"ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|E404|E403|ENETUNREACH"
    r"|Could not find a version|Connection|No matching distribution|Temporary failure"
)


class UnreachableError(Exception):
    """A registry, or the program that asks it, is not there."""


class Tools(NamedTuple):
    """What was installed."""

    multitool: Path
    schema: Path
    modules: Path
    python: Path

    def run(self, *command: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command with the Python tools in reach."""
        environment = {**os.environ, "PYTHONPATH": os.fspath(self.python), "PYTHONIOENCODING": "utf-8"}
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
        )


def install(folder: Path) -> Tools:
    """Install all of it.

    Raises:
        UnreachableError: a registry, or npm, is not there.
        RuntimeError: something else went wrong.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise UnreachableError("npm is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}\n', "utf-8")
    _do([npm, "install", "--no-audit", "--no-fund", "--silent", "--fetch-retries=1", *NPM], folder)
    python = folder / "python"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", str(python)]
    _do([*pip, *PYPI], folder)
    return tools_in(folder)


def tools_in(folder: Path) -> Tools:
    """What is installed in a folder."""
    modules = folder / "node_modules"
    [home] = [path for path in (modules / "@microsoft").glob("sarif-multitool-*") if path.is_dir()]
    binary = next(path for path in home.iterdir() if path.name in ("Sarif.Multitool", "Sarif.Multitool.exe"))
    return Tools(binary, home / "sarif-2.1.0.json", modules, folder / "python")


def _do(command: list[str], folder: Path) -> None:
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if result.returncode:
        told = f"{result.stdout}\n{result.stderr}".strip()
        if _OFFLINE.search(told):
            raise UnreachableError(f"the registry is not reachable: {told.splitlines()[-1]}")
        raise RuntimeError(f"{' '.join(command)}\n{told}")


if __name__ == "__main__":
    sys.stdout.write(f"{install(Path(sys.argv[1]))}\n")
