"""What tests share: projects in memory and on disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent
from typing import TypeAlias

import msgspec
import pytest

from fastlint.catalog import Rule
from fastlint.facts.load import store_of
from fastlint.facts.manifests import manifests_of
from fastlint.model.project import Project
from fastlint.settings import Settings

ProjectFactory: TypeAlias = Callable[..., Project]
FolderFactory: TypeAlias = Callable[[Mapping[str, str | bytes]], Path]
RuleFactory: TypeAlias = Callable[..., Rule]


def _text(text: str) -> str:
    return dedent(text).removeprefix("\n")


@pytest.fixture(autouse=True)
def _no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests run alike inside of CI systems, whose presence changes the output format and the paths in reports."""
    for name in ("GITHUB_ACTIONS", "GITHUB_WORKSPACE", "GITLAB_CI", "CI_PROJECT_DIR", "BUILD_SOURCESDIRECTORY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def project() -> ProjectFactory:
    """`project({"app/main.py": "…"}, max_page_size=10)`: a linked project in memory; indentation is removed."""

    def make(files: Mapping[str, str], **settings: object) -> Project:
        contents = {path: _text(text).encode() for path, text in files.items()}
        chosen = msgspec.structs.replace(Settings(), **settings)
        python = {path: data for path, data in contents.items() if path.endswith(".py")}
        others = {path: data for path, data in contents.items() if not path.endswith(".py")}
        return Project(store_of(python), chosen, manifests_of(others, chosen.target_versions))

    return make


@pytest.fixture
def folder(tmp_path: Path) -> FolderFactory:
    """`folder({"app/main.py": "…"})`: files below a temporary folder, which is given; indentation is removed."""

    def make(files: Mapping[str, str | bytes]) -> Path:
        for path, content in files.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(_text(content).encode() if isinstance(content, str) else content)
        return tmp_path

    return make


@pytest.fixture
def rule() -> RuleFactory:
    """A rule by its code, with fields changed as told."""

    def make(code: str = "FLT101", name: str = "probe", **fields: object) -> Rule:
        plain = Rule(
            code=code,
            name=name,
            title="A norm",
            family="event-loop",
            severity="error",
            default=True,
            precision="high",
            fix="none",
            spec=(),
            since="0.1.0",
        )
        return msgspec.structs.replace(plain, **fields)

    return make
