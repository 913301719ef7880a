"""Promises that hold for the whole of fastlint: pages, checks, options and settings fit together."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import get_args

import msgspec
import pytest

import fastlint
from fastlint import checks
from fastlint.catalog import FAMILIES, Rule, load_check, load_rules, rules_folder
from fastlint.cli.explain import rules_table
from fastlint.cli.options import OPTIONS, CheckOptions
from fastlint.reporting import FORMATS
from fastlint.settings import OutputFormat, load_settings
from fastlint.settings.validate import KEYS

REPOSITORY = Path(__file__).parents[1]
SOURCES = REPOSITORY / "src" / "fastlint"
RULES = load_rules()
LONGEST = 310  # lines: past 300 a file has more than one subject


def test_every_page_has_a_check_and_every_check_a_page() -> None:
    modules = {file.stem for file in Path(checks.__path__[0]).glob("flt*.py")}
    assert {rule.module for rule in RULES} == modules


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_check_is_one_function_of_the_project(rule: Rule) -> None:
    check = load_check(rule)
    assert list(inspect.signature(check).parameters) == ["project"]
    assert inspect.getmodule(check).__doc__
    assert check.__doc__


def test_codes_and_names_are_unique() -> None:
    counts = Counter([rule.code for rule in RULES] + [rule.name for rule in RULES])
    assert [word for word, count in counts.items() if count > 1] == []


def test_rules_stand_in_their_family() -> None:
    assert [rule.code for rule in RULES if rule.family != FAMILIES[int(rule.code[3])]] == []


def test_only_pages_and_their_guide_are_among_the_rules() -> None:
    assert {file.name for file in rules_folder().iterdir()} == {"README.md", *(f"{rule.page}.md" for rule in RULES)}


def test_the_readme_lists_every_rule() -> None:
    assert rules_table(RULES) in (REPOSITORY / "README.md").read_text("utf-8"), (
        "paste: fastlint rules --output-format markdown"
    )


def test_the_changelog_names_every_rule() -> None:
    changelog = (REPOSITORY / "CHANGELOG.md").read_text("utf-8")
    named = set(re.findall(r"FLT\d{3}", changelog))
    for first, last in re.findall(r"(FLT\d{3})\u2013(FLT\d{3})", changelog):
        named.update(f"FLT{number:03}" for number in range(int(first[3:]), int(last[3:]) + 1))
    assert {rule.code for rule in RULES} - named == set()


def test_each_output_format_has_one_module() -> None:
    assert tuple(FORMATS) == get_args(OutputFormat)
    for module in FORMATS.values():
        assert (SOURCES / "reporting" / f"{module}.py").is_file()


def test_each_option_has_its_field() -> None:
    fields = {field.name for field in msgspec.structs.fields(CheckOptions)}
    assert {option.field for option in OPTIONS} == fields - {"paths"}


@pytest.mark.parametrize("key", KEYS)
def test_each_key_of_the_configuration_is_explained_by_an_example(key: str) -> None:
    metas = [meta for meta in KEYS[key].type.__metadata__ if isinstance(meta, msgspec.Meta) and meta.description]
    assert len(metas) == 1
    assert metas[0].examples
    example = str(metas[0].examples[0])
    assert example.startswith(f"{key} = ")
    assert load_settings(None, [example]).settings != load_settings(None).settings


@pytest.mark.parametrize("file", sorted(SOURCES.rglob("*.py")), ids=lambda file: file.relative_to(SOURCES).as_posix())
def test_files_are_short(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= LONGEST


def _modules_after(code: str, *, whole: bool = False) -> set[str]:
    """The packages that are loaded when some code has run, or all modules in them."""
    script = f"import sys\n{code}\nprint('\\n'.join(sys.modules), file=sys.stderr)"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return {name if whole else name.split(".")[0] for name in result.stderr.split()}


def test_checking_imports_neither_libcst_nor_what_draws_terminals() -> None:
    code = (
        "from fastlint.engine import check_sources\n"
        "report = check_sources({'app/main.py': 'import fastapi\\napp = fastapi.FastAPI()\\n'})\n"
        "assert not report.findings or report.names\n"
    )
    loaded = _modules_after(code)
    assert not loaded & {"libcst", "rich", "typer", "pydantic"}
    assert not loaded & {"configparser", "dataclasses", "difflib", "json", "logging"}  # slow to load


def test_a_run_of_the_command_imports_neither_typer_nor_rich(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "main.py").write_text("x = 1\n", "utf-8")
    code = f"from fastlint.cli import run\nassert run(['check', '--output-format', 'concise', {str(tmp_path)!r}]) == 0"
    assert not _modules_after(code) & {"libcst", "rich", "typer", "pydantic"}


def test_a_run_that_is_remembered_loads_nothing_that_makes_a_report(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "main.py").write_text("x = 1\n", "utf-8")
    code = f"from fastlint.cli import run\nassert run(['check', '--output-format', 'concise', {str(tmp_path)!r}]) == 0"
    fresh = _modules_after(code, whole=True)
    remembered = _modules_after(code, whole=True)
    heavy = {"tempfile", "tree_sitter", "fastlint.engine.checking", "fastlint.model.project", "fastlint.facts.records"}
    assert heavy <= fresh
    assert not remembered & {*heavy, "difflib", "shutil"}


@pytest.mark.parametrize("line", ["rules", "rule FLT101", "config", "config severity"])
def test_what_fastlint_knows_of_itself_is_told_without_typer(line: str) -> None:
    code = f"from fastlint.cli import run\nassert run({line.split()!r}) == 0"
    assert not _modules_after(code) & {"libcst", "rich", "typer", "pydantic", "tree_sitter"}


def test_the_version_is_told_without_loading_anything() -> None:
    loaded = _modules_after("from fastlint.cli import run\nassert run(['--version']) == 0") - _modules_after("pass")
    assert loaded <= {"fastlint", "__future__", "gc"}


def test_the_version_is_one() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", fastlint.__version__)
    assert f"## [{fastlint.__version__}]" in (REPOSITORY / "CHANGELOG.md").read_text("utf-8")
