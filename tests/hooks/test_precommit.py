"""The hooks under the real pre-commit, which installs fastlint from a repository of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from known.shop import FILES, commit, git, write

REPOSITORY = Path(__file__).parents[2]
_PARTS = ("src", "rules", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
_OFFLINE = re.compile(r"Could not find a version|No matching distribution|Connection|Temporary failure|timed out")
CONFIG = """\
repos:
  - repo: {repo}
    rev: {rev}
    hooks:
"""


class Hooks(NamedTuple):
    """A repository that pre-commit takes hooks from, one commit of it, and where pre-commit keeps what it installs."""

    repo: Path
    rev: str
    home: Path

    def run(self, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run pre-commit in a folder."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "FASTLINT_"))}
        environment |= {"PRE_COMMIT_HOME": str(self.home), "GIT_CONFIG_GLOBAL": os.devnull, "PRE_COMMIT_COLOR": "never"}
        command = [sys.executable, "-m", "pre_commit", *arguments]
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)

    def config(self, *ids: str) -> dict[str, str]:
        """The configuration of a project that wants these hooks."""
        head = CONFIG.format(repo=self.repo.as_posix(), rev=self.rev)
        return {".pre-commit-config.yaml": head + "".join(f"      - id: {one}\n" for one in ids)}


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Hooks:
    repo = tmp_path_factory.mktemp("hooks")
    for part in _PARTS:
        source = REPOSITORY / part
        if source.is_dir():
            shutil.copytree(source, repo / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, repo / part)
    git(repo, "init", "--quiet")
    found = Hooks(repo, commit(repo), tmp_path_factory.mktemp("home"))
    project = tmp_path_factory.mktemp("probe")
    git(project, "init", "--quiet")
    write(project, found.config("fastlint"))
    result = found.run(project, "install-hooks")
    if result.returncode and _OFFLINE.search(result.stdout + result.stderr) and os.environ.get("CI") != "true":
        pytest.skip("the registry is not reachable: pre-commit cannot install what fastlint needs")
    assert result.returncode == 0, result.stdout + result.stderr
    return found


def _project(folder: Path, files: dict[str, str]) -> Path:
    git(folder, "init", "--quiet")
    write(folder, files)
    git(folder, "add", "--all")
    return folder


def test_a_violation_a_fix_and_a_clean_run(hooks: Hooks, tmp_path: Path) -> None:
    project = _project(tmp_path, {**FILES, **hooks.config("fastlint-fix", "fastlint")})
    first = hooks.run(project, "run")
    assert first.returncode == 1
    assert "files were modified by this hook" in first.stdout, first.stdout
    assert "await asyncio.sleep(1)" in (project / "app/old.py").read_text("utf-8")
    git(project, "add", "--all")
    second = hooks.run(project, "run")
    assert second.returncode == 0, second.stdout
    assert second.stdout.count("Passed") == 2


def test_staged_files_are_reported_on_with_a_model_of_all(hooks: Hooks, tmp_path: Path) -> None:
    project = _project(tmp_path, {**FILES, **hooks.config("fastlint")})
    commit(project)
    write(project, {"app/clock.py": "import time\n\n\ndef pause() -> None:\n    time.sleep(1)\n"})
    git(project, "add", "--all")
    result = hooks.run(project, "run")  # `app/main.py` is what is wrong now, and it is not staged
    assert result.returncode == 0, result.stdout
    write(project, {"app/main.py": FILES["app/main.py"].replace('"x"', '"y"')})
    git(project, "add", "--all")
    result = hooks.run(project, "run")
    assert result.returncode == 1
    assert "exit code: 1" in result.stdout
    assert "app/main.py:11:5" in result.stdout
    assert "app/old.py" not in result.stdout


def test_the_whole_project(hooks: Hooks, tmp_path: Path) -> None:
    project = _project(tmp_path, {**FILES, **hooks.config("fastlint-project")})
    commit(project)
    write(project, {"app/notes.py": "x = 1\n"})
    git(project, "add", "--all")
    result = hooks.run(project, "run")
    assert result.returncode == 1
    assert "app/old.py:9:5" in result.stdout


def test_the_configuration_counts_and_so_do_its_mistakes(hooks: Hooks, tmp_path: Path) -> None:
    ignoring = FILES["pyproject.toml"] + 'per-file-ignores = { "app/old.py" = ["FLT101"] }\n'
    project = _project(tmp_path, {**FILES, **hooks.config("fastlint"), "pyproject.toml": ignoring})
    assert hooks.run(project, "run").returncode == 0
    write(project, {"pyproject.toml": FILES["pyproject.toml"] + 'extend-exclude = ["old.py"]\n'})
    git(project, "add", "--all")
    assert hooks.run(project, "run").returncode == 0
    write(project, {"pyproject.toml": FILES["pyproject.toml"] + "selct = []\n"})
    git(project, "add", "--all")
    result = hooks.run(project, "run")
    assert "exit code: 2" in result.stdout
    assert "unknown key `selct` (did you mean `select`?)" in result.stdout


def test_files_outside_the_project(hooks: Hooks, tmp_path: Path) -> None:
    files = {f"backend/{path}": text for path, text in FILES.items()}
    more = {"tools/release.py": "import time\n\ntime.sleep(1)\n", "odd name é.py": "x = 1\n"}
    project = _project(tmp_path, {**files, **more, **hooks.config("fastlint")})
    result = hooks.run(project, "run")
    assert result.returncode == 1
    assert "backend/app/old.py:9:5" in result.stdout
    assert "release" not in result.stdout
    write(project, {"backend/app/old.py": files["backend/app/old.py"].replace("time.sleep(1)", "pass")})
    git(project, "add", "--all")
    assert hooks.run(project, "run").returncode == 0


def test_a_monorepo_with_two_apps_and_their_own_configurations(hooks: Hooks, tmp_path: Path) -> None:
    shop = {f"apps/shop/{path}": text for path, text in FILES.items()}
    blog = {f"apps/blog/{path}": text for path, text in FILES.items() if path != "pyproject.toml"}
    blog |= {"apps/blog/fastlint.toml": 'select = ["FLT102"]\n'}
    project = _project(tmp_path, {**shop, **blog, **hooks.config("fastlint", "fastlint-fix")})
    result = hooks.run(project, "run", "fastlint")
    assert result.returncode == 1
    assert "apps/shop/app/old.py:9:5" in result.stdout
    assert "apps/blog" not in result.stdout
    hooks.run(project, "run", "fastlint-fix")
    assert "asyncio" in (project / "apps/shop/app/old.py").read_text("utf-8")
    assert (project / "apps/blog/app/old.py").read_text("utf-8") == FILES["app/old.py"]
    git(project, "add", "--all")
    assert hooks.run(project, "run", "--all-files").returncode == 0


def test_try_repo(hooks: Hooks, tmp_path: Path) -> None:
    project = _project(tmp_path, FILES)
    result = hooks.run(project, "try-repo", str(hooks.repo), "fastlint", "--all-files", "--verbose")
    assert result.returncode == 1
    assert "app/old.py:9:5" in result.stdout, result.stdout + result.stderr


def test_the_manifest_is_valid() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(REPOSITORY / ".pre-commit-hooks.yaml")]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
