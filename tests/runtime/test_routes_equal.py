"""`fastlint routes` tells what the running applications serve."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from runtime.apps import APPS, REQUIRED, App, serve

if TYPE_CHECKING:
    from pathlib import Path


def _is_there(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


pytestmark = [
    pytest.mark.skipif(sys.version_info < (3, 11), reason="current FastAPI needs Python 3.11"),
    pytest.mark.skipif(
        not all(_is_there(name) for name in REQUIRED), reason="what the fixtures run on is not installed"
    ),
]


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
def test_routes_are_those_that_the_app_serves(app: App, tmp_path: Path) -> None:
    package = app.module.partition(".")[0]
    served = serve(app, tmp_path).routes
    real = [(one.path, one.methods, one.endpoint) for one in served if one.endpoint.startswith(f"{package}.")]
    command = [sys.executable, "-m", "fastlint", "routes", str(app.root), "--output-format", "json"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    told = [(row["path"], tuple(sorted(row["methods"])), row["endpoint"]) for row in json.loads(printed)]
    assert sorted(told) == sorted(real)
