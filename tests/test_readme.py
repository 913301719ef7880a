"""The README promises nothing that does not work: its commands run, its snippets are valid."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from fastlint.settings import Settings, load_settings
from known.shop import commit, git

REPOSITORY = Path(__file__).parents[1]
README = (REPOSITORY / "README.md").read_text("utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", README)


def _commands() -> list[str]:
    return [
        line.split("#")[0].removeprefix("$ ").strip() for block in _blocks("console") for line in block.splitlines()
    ]


def test_there_are_two_commands_for_a_fresh_machine() -> None:
    """`.ci/run` runs both as they stand."""
    assert len(_blocks("sh")) == 2
    assert all(command.startswith("python3 -m venv ") and "\n" not in command.strip() for command in _blocks("sh"))
    for name in ("main job", "tests"):
        assert README.count(f"<!-- {name} -->\n```sh\n") == 1


def test_what_is_shown_is_what_is_printed(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "clock.py").write_text("import time\n\n\ndef pause() -> None:\n    time.sleep(3)\n", "utf-8")
    endpoint = '@app.get("/")\nasync def home() -> str:\n    pause()\n    return "hello"\n'
    imports = "from fastapi import FastAPI\n\nfrom app.clock import pause\n\napp = FastAPI()\n\n"
    (tmp_path / "app" / "main.py").write_text(imports + endpoint, "utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "fastlint", "check"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.stdout == _blocks("text")[0] + "\nFound 1 error in 2 files.\n"


def test_the_first_command_checks_a_fixture_that_exists() -> None:
    fixture = _blocks("sh")[0].split()[-1]
    assert (REPOSITORY / fixture).is_dir()


@pytest.mark.parametrize("command", _commands())
def test_each_command_runs(command: str, tmp_path: Path) -> None:
    shop = shutil.copytree(REPOSITORY / "fixtures" / "messy_shop", tmp_path / "shop")
    (shop / "app" / "api").mkdir(parents=True, exist_ok=True)
    program, *arguments = shlex.split(command)
    assert program == "fastlint"
    result = subprocess.run(
        [sys.executable, "-m", "fastlint", *arguments], cwd=shop, capture_output=True, text=True, check=False
    )
    assert result.returncode in (0, 1), result.stderr
    assert "Traceback" not in result.stderr


def test_the_configuration_is_valid(tmp_path: Path) -> None:
    [block] = _blocks("toml")
    (tmp_path / "pyproject.toml").write_text(block, "utf-8")
    assert load_settings(tmp_path / "pyproject.toml").settings != Settings()


def test_workflows_parse_and_name_hooks_that_exist() -> None:
    action, workflow, gitlab, hooks = (yaml.safe_load(block) for block in _blocks("yaml"))
    assert workflow["jobs"]["fastlint"]["steps"][-1]["run"] in _commands()
    inputs = yaml.safe_load((REPOSITORY / "action.yml").read_text("utf-8"))["inputs"]
    assert set(action["jobs"]["fastlint"]["steps"][-1]["with"]) <= set(inputs)
    assert gitlab["fastlint"]["artifacts"]["reports"]["codequality"] in gitlab["fastlint"]["script"][-1]
    known = {hook["id"] for hook in yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text("utf-8"))}
    assert {hook["id"] for repo in hooks["repos"] for hook in repo["hooks"]} <= known


def test_hooks_run_commands_that_exist(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "a.py").write_text("x = 1\n", "utf-8")
    for hook in yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text("utf-8")):
        program, *arguments = shlex.split(hook["entry"])
        assert program == "fastlint"
        files = ["a.py"] if hook.get("pass_filenames", True) else []
        result = subprocess.run(
            [sys.executable, "-m", "fastlint", *arguments, *files],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, (hook["id"], result.stderr)


def _judged(text: str, schema: str, folder: Path, *more: str) -> str:
    """What the schema of a CI system, as its vendor publishes it, says of a file."""
    (folder / "ci.yml").write_text(text, "utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", *more, "ci.yml"]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return "" if result.returncode == 0 else result.stdout + result.stderr


def test_workflows_and_the_action_are_valid(tmp_path: Path) -> None:
    action, workflow, gitlab, _ = _blocks("yaml")
    for text in (action, workflow):
        assert not _judged(text, "github-workflows", tmp_path)
    assert not _judged(gitlab, "gitlab-ci", tmp_path, "--data-transform", "gitlab-ci")
    assert not _judged((REPOSITORY / "action.yml").read_text("utf-8"), "github-actions", tmp_path)


def test_the_shell_command_runs(tmp_path: Path) -> None:
    [command] = _blocks("bash")
    shop = shutil.copytree(REPOSITORY / "fixtures" / "messy_shop", tmp_path / "shop")
    git(shop, "init", "--quiet")
    commit(shop)
    git(tmp_path, "clone", "--quiet", "shop", "clone")
    program, *arguments = shlex.split(command)
    assert program == "fastlint"
    command_line = [sys.executable, "-m", "fastlint", *arguments]
    result = subprocess.run(command_line, cwd=tmp_path / "clone", capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert (tmp_path / "clone" / "fastlint.sarif").is_file()


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (REPOSITORY / target).exists(), target
