"""Routers that nothing includes, and what inclusion leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory

_APP = "from fastapi import FastAPI\napp = FastAPI()\n"
_ROUTER = "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/x')\ndef x(): ...\n"


def _unreached(project: ProjectFactory, files: dict[str, str]) -> list[str]:
    return [router.key[0] for router in project(files).unreached.all]


def test_forgotten(project: ProjectFactory) -> None:
    assert _unreached(project, {"main.py": _APP, "users.py": _ROUTER}) == ["users.py"]
    assert _unreached(project, {"main.py": _APP + "import users\n", "users.py": _ROUTER}) == ["users.py"]
    assert _unreached(project, {"main.py": _APP + "from users import router\n", "users.py": _ROUTER}) == ["users.py"]


@pytest.mark.parametrize(
    "use",
    [
        "from users import router\napp.include_router(router)\n",
        "import users\nserve(users.router)\n",
        "from users import router as r\nALL = [r]\n",
        "import importlib\napp.include_router(importlib.import_module('users').router)\n",
    ],
)
def test_used(project: ProjectFactory, use: str) -> None:
    assert _unreached(project, {"main.py": _APP + use, "users.py": _ROUTER}) == []


def test_used_by_way_of_its_package(project: ProjectFactory) -> None:
    files = {"app/__init__.py": "", "app/web/__init__.py": "from . import users\n", "app/web/users.py": _ROUTER}
    assert _unreached(project, {**files, "main.py": _APP + "from app import web\n"}) == ["app/web/users.py"]
    for use in ("from app import web\napp.host('x', web.users.router)\n", "import app\nhost(app.web.users.router)\n"):
        assert _unreached(project, {**files, "main.py": _APP + use}) == []


def test_imports_that_lead_nowhere_may_mean_it(project: ProjectFactory) -> None:
    for way, found in (("other.web.users", []), ("other.web.items", ["app/web/users.py"])):
        main = f"{_APP}def serve():\n    from {way} import router\n    app.include_router(router)\n"
        assert _unreached(project, {"main.py": main, "app/web/users.py": _ROUTER}) == found


def test_libraries_and_prose(project: ProjectFactory) -> None:
    assert _unreached(project, {"users.py": _ROUTER}) == []
    prose = '"""The router."""\n' + _ROUTER + "# router\ntext = 'router'\n"
    assert _unreached(project, {"main.py": _APP, "users.py": prose}) == ["users.py"]
    assert _unreached(project, {"main.py": _APP, "users.py": _ROUTER + "__all__ = ['router']\n"}) == []


def test_what_comes_after_the_inclusion(project: ProjectFactory) -> None:
    text = """
    from fastapi import APIRouter, FastAPI
    app = FastAPI()
    one = APIRouter()
    two = APIRouter()
    @one.get('/early')
    def early(): ...
    app.include_router(one)
    one.include_router(two)
    @one.get('/late')
    def late(): ...
    one.mount('/static', app)
    """
    model = project({"main.py": text})
    assert [getattr(entry, "label", "include") for entry, _ in model.late.registrations()] == ["include", "GET /late"]
    assert [mount.path for mount in model.late.mounts()] == ["/static"]
