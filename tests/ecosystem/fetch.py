"""Brings the pinned applications onto this machine: downloads their wheels once and unpacks the text files of them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import NamedTuple

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = Path(__file__).parent
# Outside the checkout: below `tests/` the linter would take every application for test code.
CACHE = Path(tempfile.gettempdir()) / "fastlint-ecosystem"
# What a linter of Python projects reads; the rest of a wheel (front ends, models, binaries) stays packed.
_KEPT = (".py", ".toml", ".txt", ".ini", ".cfg", ".lock", "METADATA")


class App(NamedTuple):
    """One pinned application."""

    name: str
    version: str

    @property
    def folder(self) -> Path:
        """Where it is unpacked."""
        return CACHE / f"{self.name}-{self.version}"


def apps(wanted: list[str]) -> list[App]:
    """The pinned applications, or those of them that are wanted by name.

    Raises:
        SystemExit: a wanted name is not pinned.
    """
    rows = tomllib.loads((HERE / "apps.toml").read_text(encoding="utf-8"))["app"]
    found = [App(row["name"], row["version"]) for row in rows]
    unknown = set(wanted) - {app.name for app in found}
    if unknown:
        known = ", ".join(app.name for app in found)
        raise SystemExit(f"not pinned: {', '.join(sorted(unknown))}; pinned are {known}")
    return [app for app in found if not wanted or app.name in wanted]


def fetch(app: App) -> Path:
    """The folder of an application's sources, downloaded and unpacked if it isn't there yet.

    Raises:
        SystemExit: the package index is not reachable or does not have it.
    """
    if app.folder.is_dir():
        return app.folder
    CACHE.mkdir(exist_ok=True)
    target = CACHE / "wheels" / app.name
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--ignore-requires-python"]
    command += ["--only-binary", ":all:", "--dest", str(target), f"{app.name}=={app.version}"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    wheels = list(target.glob("*.whl")) if target.is_dir() else []
    if done.returncode or not wheels:
        raise SystemExit(f"{app.name}=={app.version} can't be downloaded:\n{done.stderr.strip()}")
    unpacked = app.folder.with_suffix(".part")
    shutil.rmtree(unpacked, ignore_errors=True)
    with zipfile.ZipFile(wheels[0]) as wheel:
        wheel.extractall(unpacked, [name for name in wheel.namelist() if name.endswith(_KEPT)])
    unpacked.rename(app.folder)
    return app.folder
