"""Roles of modules, and domains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.model.layers import is_test

if TYPE_CHECKING:
    from conftest import ProjectFactory


def test_roles_by_what_modules_do_and_are_called(project: ProjectFactory) -> None:
    model = project(
        {
            "app/users/router.py": """
                from fastapi import APIRouter
                router = APIRouter()
                @router.get('/')
                def f(): ...
            """,
            "app/users/views.py": "from app.users.router import router\n@router.post('/')\ndef g(): ...\n",
            "app/users/service.py": "def f(): ...\n",
            "app/users/crud.py": "def f(): ...\n",
            "app/users/tables.py": "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): ...\n",
            "app/users/api_types.py": "from pydantic import BaseModel\nclass Out(BaseModel): ...\n",
            "app/deps.py": "def f(): ...\n",
            "app/config.py": "x = 1\n",
            "alembic/versions/1_x.py": "revision = '1'\ndown_revision = None\n",
            "tests/test_users.py": "def test(): ...\n",
        }
    )
    roles = {path: model.layers.role(module) for path, module in model.modules.by_path.items()}
    assert roles == {
        "app/users/router.py": "router",
        "app/users/views.py": "router",
        "app/users/service.py": "service",
        "app/users/crud.py": "repo",
        "app/users/tables.py": "model",
        "app/users/api_types.py": "schema",
        "app/deps.py": "dependency",
        "app/config.py": None,
        "alembic/versions/1_x.py": "migration",
        "tests/test_users.py": "test",
    }
    assert model.layers.has_inner_layers
    assert set(model.layers.domains) == {"app/users"}
    assert model.layers.domain(model.modules.by_path["app/users/tables.py"]) == "app/users"
    assert model.layers.domain(model.modules.by_path["app/deps.py"]) is None


def test_settings_go_first(project: ProjectFactory) -> None:
    model = project({"app/store/users.py": "def f(): ...\n"}, layers={"repo": ("app/store/",)})
    assert model.layers.role(model.modules.by_path["app/store/users.py"]) == "repo"


def test_a_project_without_inner_layers(project: ProjectFactory) -> None:
    model = project({"main.py": "from fastapi import FastAPI\napp = FastAPI()\n", "services/__init__.py": ""})
    assert not model.layers.has_inner_layers


def test_tests() -> None:
    assert is_test("tests/api.py")
    assert is_test("app/test_x.py")
    assert is_test("conftest.py")
    assert not is_test("app/latest.py")
    assert not is_test("app/contest.py")


def test_the_last_word_of_a_name_says_what_it_is(project: ProjectFactory) -> None:
    files = {"app/mail_crud_service.py": "def f(): ...\n", "app/service_repository.py": "def f(): ...\n"}
    model = project(files)
    assert [model.layers.role(model.modules.by_path[path]) for path in files] == ["service", "repo"]


def test_a_layer_s_word_as_the_subject_of_a_module(project: ProjectFactory) -> None:
    roles = {
        "app/models/services.py": "model",
        "app/services/repos.py": "service",
        "app/users/services.py": "service",
        "app/services/crud.py": "repo",
        "app/models/service.py": "model",
        "app/schemas/model.py": "schema",
        "app/models/user_service.py": "service",
        "app/api/service.py": "service",
        "app/endpoints/crud.py": None,
        "app/endpoints/user_crud.py": "repo",
    }
    model = project(dict.fromkeys(roles, "def f(): ...\n"))
    assert {path: model.layers.role(model.modules.by_path[path]) for path in roles} == roles
