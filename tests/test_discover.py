"""Discovery: what is looked at, what is passed over, where a project begins."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from fastlint.errors import FastlintError
from fastlint.facts.discover import Discovery, Scope, discover
from fastlint.facts.ignore import IgnoreSpec
from fastlint.facts.root import find_root
from fastlint.settings import Settings

if TYPE_CHECKING:
    from conftest import FolderFactory


def _found(root: Path, *given: str, **settings: object) -> Discovery:
    places = [root / path for path in given]
    return discover(find_root(places or [root]), places, msgspec.structs.replace(Settings(), **settings))


def test_python_files_in_order_and_manifests(folder: FolderFactory) -> None:
    root = folder(
        {"pyproject.toml": "", "b.py": "", "a/z.py": "", "a/b.pyi": "", "a/readme.md": "", "requirements.txt": ""}
    )
    found = _found(root)
    assert found.files == ("a/z.py", "b.py")
    assert found.manifests == ("pyproject.toml", "requirements.txt")
    assert found.reported == found.files


def test_unsaved_contents_are_what_their_names_say(folder: FolderFactory) -> None:
    root = folder({"pyproject.toml": "", "a.py": ""})
    unsaved = ("a.py", "b.py", "pyproject.toml", "alembic.ini", "setup.py")
    found = discover(find_root([root]), [root], Settings(), unsaved)
    assert found.files == ("a.py", "b.py", "setup.py")
    assert found.manifests == ("alembic.ini", "pyproject.toml", "setup.py")


def test_default_excludes_and_environments(folder: FolderFactory) -> None:
    names = [
        ".git",
        ".venv",
        "venv",
        "node_modules",
        "__pypackages__",
        "build",
        "dist",
        "site-packages",
        ".tox",
        "a/.mypy_cache",
    ]
    root = folder(
        {f"{name}/x.py": "" for name in names} | {"env/pyvenv.cfg": "", "env/x.py": "", "app.py": "", "setup.py": ""}
    )
    assert _found(root).files == ("app.py", "setup.py")


def test_exclude_replaces_and_extend_exclude_adds(folder: FolderFactory) -> None:
    root = folder({"pyproject.toml": "", "build/x.py": "", "gen/y.py": "", "app/gen/z.py": "", "app/a_pb2.py": ""})
    assert _found(root, exclude=("gen",)).files == ("app/a_pb2.py", "build/x.py")
    assert _found(root, extend_exclude=("/gen", "*_pb2.py")).files == ("app/gen/z.py",)


def test_gitignore_nested_negated_and_off(folder: FolderFactory) -> None:
    root = folder(
        {
            "pyproject.toml": "",
            ".gitignore": "# c\n*.tmp.py\n/local/\nkept?.py\n!kept1.py\n",
            "app/.gitignore": "secret.py\n!x.tmp.py\n/only_here.py\n",
            "app/secret.py": "",
            "app/x.tmp.py": "",
            "app/only_here.py": "",
            "app/sub/only_here.py": "",
            "app/sub/secret.py": "",
            "x.tmp.py": "",
            "secret.py": "",
            "local/a.py": "",
            "app/local/a.py": "",
            "kept1.py": "",
            "kept2.py": "",
        }
    )
    expected = ("app/local/a.py", "app/sub/only_here.py", "app/x.tmp.py", "kept1.py", "secret.py")
    assert _found(root).files == expected
    assert len(_found(root, respect_gitignore=False).files) == 11


def test_lists_above_the_root_and_of_the_repository(folder: FolderFactory) -> None:
    root = folder(
        {
            ".gitignore": "/service/generated/\n",
            ".git/info/exclude": "mine.py\n",
            "service/pyproject.toml": "",
            "service/generated/a.py": "",
            "service/app/mine.py": "",
            "service/app/main.py": "",
        }
    )
    assert _found(root / "service").files == ("app/main.py",)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_gitignore_means_what_git_means(folder: FolderFactory) -> None:
    patterns = [
        "*.log.py",
        "!keep.log.py",
        "/top.py",
        "a/**/z.py",
        "**/deep/",
        "docs/*.py",
        "b[0-9].py",
        "x\\ y.py",
        "sp.py  ",
        "q/",
    ]
    names = [
        *(
            "a.log.py",
            "keep.log.py",
            "top.py",
            "s/top.py",
            "a/z.py",
            "a/b/c/z.py",
            "m/deep/x.py",
            "deep/x.py",
            "docs/i.py",
        ),
        *("docs/s/i.py", "b1.py", "bx.py", "x y.py", "sp.py", "q/a.py", "s/q/a.py", "s/q.py"),
    ]
    root = folder(dict.fromkeys(names, "") | {".gitignore": "\n".join(patterns) + "\n", "pyproject.toml": ""})
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-o", "--exclude-standard", "-z", "*.py"],
        check=True,
        capture_output=True,
    )
    assert _found(root).files == tuple(sorted(filter(None, listed.stdout.decode().split("\0"))))


def test_only_the_given_paths_are_reported_and_all_is_read(folder: FolderFactory) -> None:
    root = folder({"pyproject.toml": "", "app/a.py": "", "app/b.py": "", "lib/c.py": ""})
    found = _found(root, "app/a.py", "lib")
    assert found.files == ("app/a.py", "app/b.py", "lib/c.py")
    assert found.reported == ("app/a.py", "lib/c.py")
    assert not found.scope.covers("library/x.py")
    assert Scope().covers("anything.py")


def test_a_named_file_is_read_though_excluded_unless_forced(folder: FolderFactory) -> None:
    root = folder({"pyproject.toml": "", "build/x.py": "", "a.py": "", "script": "", "a.pyi": ""})
    assert _found(root, "build/x.py").reported == ("build/x.py",)
    assert _found(root, "build").reported == ("build/x.py",)
    forced = _found(root, "build/x.py", "a.py", force_exclude=True)
    assert forced.reported == ("a.py",)
    assert forced.passed_over == ("build/x.py: excluded",)
    assert _found(root, "script", "a.pyi").reported == ("script",)
    assert _found(root, "script", "a.pyi").passed_over == ("a.pyi: a stub, of which nothing runs",)


def test_a_missing_path_is_an_error(folder: FolderFactory) -> None:
    root = folder({"pyproject.toml": ""})
    with pytest.raises(FastlintError, match=r"no such file or folder: .*nope"):
        _found(root, "nope.py", "nope")


def test_links_are_followed_out_and_never_round(
    folder: FolderFactory, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = folder({"pyproject.toml": "", "app/a.py": ""})
    outside = tmp_path_factory.mktemp("outside")
    (outside / "o.py").touch()
    (outside / "back").symlink_to(root)
    (outside / "self").symlink_to(outside)
    (root / "loop").symlink_to(root)
    (root / "app" / "up").symlink_to(root / "app")
    (root / "out").symlink_to(outside)
    (root / "again").symlink_to(outside)
    (root / "b.py").symlink_to(root / "app" / "a.py")
    (root / "dangling.py").symlink_to(root / "nowhere.py")
    found = _found(root).files
    assert "app/a.py" in found
    assert [path for path in found if path.endswith("o.py")] in (["out/o.py"], ["again/o.py"])
    assert len(found) == 2


def test_odd_entries_stop_nothing(folder: FolderFactory) -> None:
    root = folder({"pyproject.toml": "", "a.py": "", "closed/b.py": "", "dir.py/c.py": ""})
    os.mkfifo(root / "pipe.py")
    (root / "round.py").symlink_to("round.py")
    (root / "round").symlink_to("round")
    (root / "closed").chmod(0)
    with contextlib.suppress(OSError):  # not every file system has such names
        Path(os.fsdecode(os.fsencode(root) + b"/bad\xff.py")).touch()
    found = _found(root).files
    (root / "closed").chmod(0o755)
    assert set(found) - {"closed/b.py"} == {"a.py", "dir.py/c.py"} or set(found) - {"closed/b.py"} == {"a.py"}


def test_what_nobody_can_read_is_told(folder: FolderFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    root = folder({"pyproject.toml": "", "a.py": "", "closed/b.py": "", "app/c.py": ""})
    with contextlib.suppress(OSError):  # not every file system has such names
        Path(os.fsdecode(os.fsencode(root) + b"/bad\xff.py")).touch()
    scan = os.scandir

    def closed(path: str) -> object:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr("os.scandir", closed)
    told = _found(root).passed_over
    assert "closed: Permission denied" in told
    assert [one.rpartition(": ")[2] for one in told] in (
        ["its name is no text", "Permission denied"],
        ["Permission denied"],
    )
    assert _found(root, "app").passed_over == ()


def test_the_root_is_where_the_configuration_is(folder: FolderFactory) -> None:
    root = folder({"fastlint.toml": "", "service/pyproject.toml": "[project]\n", "service/app/main.py": ""})
    assert find_root([root / "service" / "app"]).path == root
    assert find_root([root / "service" / "app"]).config == root / "fastlint.toml"
    assert find_root([root / "service" / "app"], isolated=True).path == root / "service"


def test_the_root_is_the_nearest_manifest_then_the_repository(folder: FolderFactory) -> None:
    root = folder({".git/HEAD": "", "service/pyproject.toml": "", "service/app/main.py": "", "scripts/x.py": ""})
    assert find_root([root / "service" / "app" / "main.py"]).path == root / "service"
    assert find_root([root / "scripts"]).path == root
    assert find_root([root / "service", root / "scripts"]).path == root


def test_a_package_is_no_root(folder: FolderFactory) -> None:
    root = folder({".git/HEAD": "", "app/__init__.py": "", "app/setup.py": "", "app/main.py": ""})
    assert find_root([root / "app"]).path == root


def test_without_any_mark_only_what_is_named_is_read(folder: FolderFactory) -> None:
    root = folder(
        {
            "home/a.py": "",
            "home/other/b.py": "",
            "home/pkg/__init__.py": "",
            "home/pkg/sub/__init__.py": "",
            "home/pkg/sub/c.py": "",
        }
    )
    lone = find_root([root / "home" / "a.py"])
    if lone.marked:
        pytest.skip("the temporary folder is inside a project")
    assert _found(root, "home/a.py").files == ("a.py",)
    found = discover(find_root([root / "home/pkg/sub/c.py"]), [root / "home/pkg/sub/c.py"], Settings())
    assert len(found.files) == 3
    assert len(found.reported) == 1


def test_patterns_cover_what_is_below_them() -> None:
    spec = IgnoreSpec(["tests/", "*.gen.py", "/scripts/*.py"])
    assert spec.covers("app/tests/x/y.py")
    assert spec.covers("a/b.gen.py")
    assert spec.covers("scripts/a.py")
    assert not spec.covers("scripts/a/b.py")
    assert not spec.covers("tests.py")


def test_a_bad_pattern_is_passed_over() -> None:
    assert not IgnoreSpec(["!", "///", "[", "a[z-a].py"]).covers("a.py")


def test_three_thousand_files_take_no_time(folder: FolderFactory) -> None:
    root = folder(
        {f"p{i % 60}/s{i % 7}/m{i}.py": "" for i in range(3000)}
        | {"pyproject.toml": "", ".gitignore": "*.log\n/x/y\nz?\n"}
    )
    _found(root)
    started = time.process_time()
    assert len(_found(root).files) == 3000
    assert time.process_time() - started < 0.5  # it takes 0.03 s; this only catches a change of order
