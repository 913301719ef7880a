"""Manifests: versions from every format, and questions about them."""

from __future__ import annotations

import json

import pytest

from fastlint.facts.manifest_names import is_manifest
from fastlint.facts.manifests import Manifests, manifests_of


def _manifests(name: str, text: str) -> Manifests:
    return manifests_of({name: text.encode()})


PEP_621 = """
[project]
requires-python = ">=3.11"
dependencies = ["FastAPI[standard]>=0.110,<0.120", "httpx ; python_version > '3'", "my.pkg @ https://example.org/x"]
[project.optional-dependencies]
db = ["SQLAlchemy[asyncio]~=2.0"]
[dependency-groups]
dev = ["pytest==9.0.1", {include-group = "lint"}]
"""
POETRY = """
[tool.poetry.dependencies]
python = "^3.10"
fastapi = "^0.110"
sqlalchemy = { version = "~2.0.3", extras = ["asyncio"] }
redis = "5.0.1"
httpx = ">=0.27 <0.29"
uvicorn = "*"
local = { path = "../local" }
either = "^1.0 || ^2.0"
[tool.poetry.group.dev.dependencies]
pytest = "^9"
"""
UV_LOCK = """
version = 1

[[package]]
name = "fastapi"
version = "0.137.1"
source = { registry = "x" }

[[package]]
name = "forked"
version = "1.0"

[[package]]
name = "forked"
version = "2.0"
"""
REQUIREMENTS = """
# a comment
-r base.txt
--index-url https://example.org
fastapi[standard]==0.115.0 \\
    --hash=sha256:abc
uvicorn==0.30.*  # star
pydantic>=2,<3 ; python_version >= "3.10"
"""


def test_pep_621() -> None:
    found = _manifests("pyproject.toml", PEP_621).requirements
    assert found["fastapi"].specifier == ">=0.110,<0.120"
    assert found["fastapi"].extras == ("standard",)
    assert PEP_621[found["fastapi"].at.start : found["fastapi"].at.end].startswith("FastAPI[standard]")
    assert found["httpx"].specifier == ""
    assert found["my-pkg"].specifier == ""
    assert found["sqlalchemy"].specifier == "~=2.0"
    assert found["pytest"].pinned == "9.0.1"
    assert found["python"].specifier == ">=3.11"


def test_poetry() -> None:
    found = _manifests("pyproject.toml", POETRY).requirements
    specifiers = {name: requirement.specifier for name, requirement in found.items()}
    assert specifiers == {
        "either": "",
        "fastapi": ">=0.110,<0.111",
        "httpx": ">=0.27,<0.29",
        "local": "",
        "pytest": ">=9,<10",
        "python": ">=3.10,<4",
        "redis": "==5.0.1",
        "sqlalchemy": ">=2.0.3,<2.1",
        "uvicorn": "",
    }
    assert found["sqlalchemy"].extras == ("asyncio",)
    assert found["redis"].pinned == "5.0.1"


@pytest.mark.parametrize("name", ["uv.lock", "poetry.lock", "pdm.lock"])
def test_lock_files(name: str) -> None:
    found = _manifests(name, UV_LOCK).requirements
    assert found["fastapi"].pinned == "0.137.1"
    assert not found["fastapi"].declared
    assert "forked" not in found


def test_pylock() -> None:
    text = '[[packages]]\nname = "fastapi"\nversion = "0.1.0"\n'
    assert _manifests("pylock.toml", text).requirements["fastapi"].pinned == "0.1.0"


def test_pipfile_and_its_lock() -> None:
    lock = json.dumps({"default": {"fastapi": {"version": "==0.99.0"}}, "develop": {"pytest": {"version": "==8.0"}}})
    found = manifests_of({"Pipfile": b'[packages]\nfastapi = "*"\n', "Pipfile.lock": lock.encode()}).requirements
    assert (found["fastapi"].specifier, found["fastapi"].pinned, found["fastapi"].declared) == ("", "0.99.0", True)
    assert found["pytest"].pinned == "8.0"


def test_requirements() -> None:
    found = _manifests("requirements.txt", REQUIREMENTS).requirements
    assert sorted(found) == ["fastapi", "pydantic", "uvicorn"]
    assert (found["fastapi"].specifier, found["fastapi"].pinned) == ("==0.115.0", "0.115.0")
    assert found["uvicorn"].pinned is None
    assert found["pydantic"].specifier == ">=2,<3"


def test_setup_cfg_and_setup_py() -> None:
    cfg = "[options]\ninstall_requires =\n    fastapi>=0.100\n    httpx\n[options.extras_require]\ndev = pytest>8\n"
    assert sorted(_manifests("setup.cfg", cfg).requirements) == ["fastapi", "httpx", "pytest"]
    script = "from setuptools import setup\nsetup(install_requires=['fastapi>=0.100', \"httpx\"])\n"
    assert sorted(_manifests("setup.py", script).requirements) == ["fastapi", "httpx"]


@pytest.mark.parametrize(
    "name", ["pyproject.toml", "setup.cfg", "setup.py", "Pipfile", "Pipfile.lock", "uv.lock", "requirements.txt"]
)
@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00", b"[[[", b"[project]\ndependencies = 3\n", b'{"default": []}', b"["]
)
def test_a_broken_manifest_says_nothing(name: str, data: bytes) -> None:
    assert set(manifests_of({name: data}).requirements) <= {"x"}


def test_the_manifest_nearest_to_the_root_wins_and_a_lock_pins() -> None:
    found = manifests_of(
        {
            "backend/pyproject.toml": b'[project]\ndependencies = ["fastapi>=0.1"]\n',
            "requirements.txt": b"fastapi>=0.2\n",
            "pyproject.toml": b'[project]\ndependencies = ["fastapi>=0.3"]\n',
            "uv.lock": UV_LOCK.encode(),
        }
    ).requirements["fastapi"]
    assert (found.specifier, found.pinned, found.at.path) == (">=0.3", "0.137.1", "pyproject.toml")


@pytest.mark.parametrize(
    ("own", "versions", "may_be", "surely"),
    [
        (">=0.110,<0.120", ">=0.118", True, False),
        (">=0.110,<0.120", ">=0.120", False, False),
        (">=0.110,<0.120", "<0.111", True, False),
        (">=0.110,<0.120", ">=0.100", True, True),
        (">=0.110", ">=1", True, False),
        (">=0.110", "<0.110", False, False),
        ("==0.115.3", ">=0.115", True, True),
        ("==0.115.3", "<0.115", False, False),
        ("~=1.10", "<2", True, True),
        ("~=1.10", ">=2", False, False),
        (">=1,!=1.5", "==1.5", False, False),
        ("", ">=5", True, False),
        ("<1.0", "<1.0", True, True),
        (">=0.100", "<0.118", True, False),
    ],
)
def test_questions_about_versions(own: str, versions: str, may_be: bool, surely: bool) -> None:
    manifests = _manifests("requirements.txt", f"fastapi{own}\n")
    assert manifests.may_be("fastapi", versions) is may_be
    assert manifests.surely("FastAPI", versions) is surely


def test_an_unnamed_library_counts_as_the_newest() -> None:
    assert Manifests().may_be("fastapi", ">=0.118")
    assert Manifests().surely("fastapi", ">=0.118")
    assert not Manifests().may_be("fastapi", "<0.118")
    assert Manifests().version_range("fastapi") is None
    assert not Manifests().uses("fastapi")


def test_target_versions_win() -> None:
    manifests = manifests_of({"uv.lock": UV_LOCK.encode()}, {"FastAPI": "0.115"})
    assert str(manifests.version_range("fastapi")) == "==0.115.*"
    assert manifests.may_be("fastapi", ">=0.115.5")
    assert manifests.surely("fastapi", ">=0.115")
    assert not manifests.may_be("fastapi", ">=0.116")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("pyproject.toml", True),
        ("backend/uv.lock", True),
        ("requirements-dev.txt", True),
        ("requirements/base.in", True),
        ("dev-requirements.txt", True),
        ("wishes.txt", False),
        ("backend/alembic.ini", True),
        ("docs/notes.txt", False),
        ("pytest.ini", False),
        ("a/b/c/d/e/pyproject.toml", False),
        ("app/main.py", False),
    ],
)
def test_which_files_are_manifests(path: str, expected: bool) -> None:
    folder, _, name = path.rpartition("/")
    assert is_manifest(name, folder) is expected


def test_texts_of_manifests_are_kept() -> None:
    files = {
        "b/alembic.ini": b"[alembic]\nscript_location = fastapi\n",
        "uv.lock": b"",
        "requirements.txt": b"\xef\xbb\xbfhttpx\n",
    }
    manifests = manifests_of(files)
    assert dict(manifests.texts) == {"requirements.txt": "httpx\n", "b/alembic.ini": files["b/alembic.ini"].decode()}
    assert list(manifests.requirements) == ["httpx"]
