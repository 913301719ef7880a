"""The steps of the action, run as GitHub's runner runs them, but for those of other actions."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from known.shop import FILES, write

REPOSITORY = Path(__file__).parents[2]
ACTION = yaml.safe_load((REPOSITORY / "action.yml").read_text("utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"] if "name" in step}

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")


def _run(name: str, folder: Path, runner: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    values = {key: str(one.get("default", "")) for key, one in ACTION["inputs"].items()} | inputs
    environment = {key: value for key, value in os.environ.items() if not key.startswith("FASTLINT_")}
    for variable, template in STEPS[name]["env"].items():
        text = str(template)
        for key, value in values.items():
            text = text.replace(f"${{{{ inputs.{key} }}}}", value)
        environment[variable] = text
    environment |= {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(folder), "RUNNER_TEMP": str(runner)}
    environment |= {"GITHUB_OUTPUT": str(runner / "output"), "GITHUB_STEP_SUMMARY": str(runner / "summary")}
    environment |= {"FASTLINT_BIN": str(runner / "bin"), "FASTLINT_NO_CACHE": "1"}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[name]["run"]]
    place = folder / values["working-directory"]
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def runner(tmp_path: Path) -> Path:
    """A runner's temporary folder with a fastlint in it."""
    folder = tmp_path / "runner"
    (folder / "bin").mkdir(parents=True)
    program = folder / "bin" / "fastlint"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m fastlint "$@"\n', "utf-8")
    program.chmod(0o755)
    return folder


def _outputs(runner: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in (runner / "output").read_text("utf-8").splitlines())


def test_findings_are_annotated_summed_up_and_kept_for_upload(tmp_path: Path, runner: Path) -> None:
    write(tmp_path / "repo" / "backend", FILES)
    result = _run(
        "Check", tmp_path / "repo", runner, **{"working-directory": "backend", "paths": "app/old.py app/main.py"}
    )
    assert result.returncode == 0, result.stderr  # the verdict comes after the upload
    assert "::error title=fastlint FLT101 blocking-sleep,file=backend/app/old.py,line=9," in result.stdout
    assert _outputs(runner) == {"sarif-file": "backend/fastlint.sarif", "exit-code": "1"}
    log = json.loads((tmp_path / "repo/backend/fastlint.sarif").read_text("utf-8"))
    assert len(log["runs"][0]["results"]) == 1
    assert (runner / "summary").read_text("utf-8").startswith("## fastlint: 1 error")


def test_inputs_are_no_scripts(tmp_path: Path, runner: Path) -> None:
    write(tmp_path / "repo", FILES)
    evil = "$(touch owned) `touch owned`; touch owned; \"'* --exit-zero"
    _run("Check", tmp_path / "repo", runner, paths=evil, since=evil, args=evil)
    assert not (tmp_path / "repo" / "owned").exists()
    assert _outputs(runner)["exit-code"] == "2"
    for step in STEPS.values():
        assert "${{" not in step.get("run", "")


def test_options_and_the_verdict(tmp_path: Path, runner: Path) -> None:
    write(tmp_path / "repo", FILES)
    _run("Check", tmp_path / "repo", runner, **{"fail-on": "never", "args": "--select FLT101 -q", "summary": "false"})
    assert _outputs(runner)["exit-code"] == "0"
    assert not (runner / "summary").exists()
    verdict = STEPS["Verdict"]["run"]
    for code in (0, 1, 2):
        command = ["bash", "-eo", "pipefail", "-c", verdict]
        assert subprocess.run(command, env={**os.environ, "FASTLINT_CODE": str(code)}, check=False).returncode == code
