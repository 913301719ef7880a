"""Imports against the layers, and what layers may not speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fastlint.model.layering import subject

if TYPE_CHECKING:
    from conftest import ProjectFactory

_ROUTER = """
    from fastapi import APIRouter
    router = APIRouter()
    @router.get('/x')
    def x(): ...
"""


def test_imports_are_followed_to_where_names_are_defined(project: ProjectFactory) -> None:
    model = project(
        {
            "app/users/__init__.py": "from app.users.service import greet\n",
            "app/users/service.py": "def greet(): ...\n",
            "app/users/repo.py": "import sqlalchemy\nfrom app.users import greet\n",
        }
    )
    [found] = model.layering.inversions()
    assert (found.kind, found.used.importer.path, found.used.target.path) == (
        "upwards",
        "app/users/repo.py",
        "app/users/service.py",
    )


def test_a_router_past_a_service_of_the_same_subject(project: ProjectFactory) -> None:
    files = {
        "app/routes/users.py": "from app.repos.users import find\n" + _ROUTER.replace("\n    ", "\n"),
        "app/services/user_service.py": "from app.repos.users import find\n",
        "app/services/order_service.py": "from app.repos.users import find\n",
        "app/repos/users.py": "import sqlalchemy\ndef find(): ...\n",
    }
    [found] = project(files).layering.inversions()
    assert found.kind == "past"
    assert found.service is not None
    assert found.service.path == "app/services/user_service.py"
    del files["app/services/user_service.py"]
    assert list(project(files).layering.inversions()) == []


def test_a_router_that_hands_a_repo_to_its_service(project: ProjectFactory) -> None:
    router = """
from fastapi import APIRouter, Depends
from app.users.repo import UserRepo
from app.users.service import UserService
def users(repo: UserRepo = Depends(UserRepo)) -> UserService:
    return UserService(repo or UserRepo())
router = APIRouter()
@router.get('/x')
def x(users: UserService = Depends(users)): ...
"""
    files = {
        "app/users/router.py": router,
        "app/users/service.py": "from app.users.repo import UserRepo\nclass UserService: ...\n",
        "app/users/repo.py": "import sqlalchemy\nclass UserRepo: ...\n",
    }
    assert list(project(files).layering.inversions()) == []
    files["app/users/router.py"] = router.replace("def x(users", "def x(repo: UserRepo = Depends(), users")
    [found] = project(files).layering.inversions()
    assert found.kind == "past"


def test_a_folder_named_services_makes_no_services(project: ProjectFactory) -> None:
    files = {
        "app/repos/users.py": "import sqlalchemy\nfrom app.services.text import lower\n",
        "app/services/text.py": "def lower(): ...\n",
    }
    assert list(project(files).layering.inversions()) == []


def test_a_service_among_repos_is_none(project: ProjectFactory) -> None:
    files = {
        "app/crud/user_service.py": "from app.crud.users import find\n",
        "app/crud/users.py": "import sqlalchemy\ndef find(): ...\n",
        "app/crud/orders.py": "import sqlalchemy\nfrom app.crud.user_service import find\n",
        "app/routes/users.py": "from app.crud.users import find\n" + _ROUTER.replace("\n    ", "\n"),
    }
    assert list(project(files).layering.inversions()) == []


def test_circles(project: ProjectFactory) -> None:
    files = {
        f"app/{name}/{layer}.py": text
        for name, other in (("a", "b"), ("b", "a"))
        for layer, text in (("service", f"import app.{other}.service\n"), ("repo", "x = 1\n"))
    }
    model = project(files)
    [(one, back)] = model.layering.cycles()
    assert (one.importer.path, back.importer.path) == ("app/a/service.py", "app/b/service.py")


def test_subjects(project: ProjectFactory) -> None:
    paths = {
        "repos/users.py": "user",
        "user_service.py": "user",
        "users/service.py": "user",
        "address_repository.py": "address",
    }
    model = project(dict.fromkeys(paths, ""))
    assert {path: subject(model.modules.by_path[path]) for path in paths} == paths


def test_framework_names_are_resolved(project: ProjectFactory) -> None:
    model = project(
        {
            "web.py": "from fastapi.responses import JSONResponse as Answer\n",
            "service.py": """
                from fastapi import HTTPException, Request as R, UploadFile
                from web import Answer
                class Request: ...
                def f(): raise HTTPException(404)
            """,
            "repo.py": "from fastapi import HTTPException\ntry: ...\nexcept HTTPException: ...\n",
        }
    )
    found = [(use.module.path, use.name, use.raised) for use in model.framework_use.all()]
    assert found == [
        ("service.py", "HTTPException", True),
        ("service.py", "Request", False),
        ("service.py", "JSONResponse", False),
    ]


@pytest.mark.parametrize(("others", "style"), [(0, False), (10, True), (25, False)])
def test_injection_by_depends_is_a_style_of_many(project: ProjectFactory, others: int, *, style: bool) -> None:
    injected = 10 if others else 3
    files = {f"services/a{i}.py": "from fastapi import Depends\n" for i in range(injected)}
    files |= {f"services/b{i}.py": "import fastapi\n" for i in range(others)}
    assert project(files).framework_use.is_injected_style is style


def test_a_service_is_known_by_its_class_as_well(project: ProjectFactory) -> None:
    files = {
        "app/services/users.py": "class UserService: ...\n",
        "app/repositories/orders.py": "import sqlalchemy\nfrom app.services.users import UserService\n",
    }
    [found] = project(files).layering.inversions()
    assert (found.kind, found.used.target.path) == ("upwards", "app/services/users.py")
    files["app/services/users.py"] = "class UserService_:\n    ...\n"
    files["app/repositories/orders.py"] = "import sqlalchemy\nfrom app.services.users import UserService_\n"
    assert list(project(files).layering.inversions()) == []
