"""Registrations made in helper functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import ProjectFactory


_ROUTER = """
    from fastapi import APIRouter
    router = APIRouter()
    @router.get('/x')
    def x(): ...
"""
_CORE = """
    from fastapi import FastAPI
    def create(router) -> FastAPI:
        app = FastAPI()
        app.include_router(router)
        return app
"""


def _served(project: ProjectFactory, files: dict[str, str]) -> list[str]:
    return [one.path for table in project(files).routes.tables.values() for one in table]


def test_a_router_handed_to_a_factory_of_apps(project: ProjectFactory) -> None:
    files = {
        "api.py": _ROUTER,
        "core.py": _CORE,
        "main.py": "from api import router\nfrom core import create\nserver = create(router=router)\n",
    }
    assert _served(project, files) == ["/x"]


def test_routes_registered_on_an_app_that_is_handed_on_twice(project: ProjectFactory) -> None:
    files = {
        "api.py": _ROUTER,
        "inner.py": """
            import api
            def add(app, prefix='/no'):
                app.include_router(api.router, prefix=prefix)
                @app.get('/own')
                def own(): ...
        """,
        "outer.py": """
            from inner import add
            def setup(app, where):
                add(app, prefix=where)
        """,
        "main.py": """
            from fastapi import FastAPI
            from outer import setup
            app = FastAPI()
            setup(app, '/api')
        """,
    }
    assert _served(project, files) == ["/api/x", "/own"]


def test_order_among_helpers(project: ProjectFactory) -> None:
    files = {
        "helper.py": """
            def first(app):
                @app.get('/1')
                def one(): ...
        """,
        "main.py": """
            from fastapi import FastAPI
            from helper import first
            def create():
                app = FastAPI()
                @app.get('/0')
                def zero(): ...
                first(app)
                @app.get('/2')
                def two(): ...
                return app
        """,
    }
    assert _served(project, files) == ["/0", "/1", "/2"]


def test_a_router_that_a_function_annotates_and_makes(project: ProjectFactory) -> None:
    files = {
        "api.py": """
            from fastapi import APIRouter
            def create(flag: bool) -> APIRouter:
                router = APIRouter(prefix='/v1')
                @router.get('/x')
                def x(): ...
                return router
        """,
        "main.py": """
            from fastapi import FastAPI
            from api import create
            app = FastAPI()
            app.include_router(create(True))
        """,
    }
    assert _served(project, files) == ["/v1/x"]


def test_a_default_path_where_nobody_calls(project: ProjectFactory) -> None:
    files = {
        "main.py": """
            from fastapi import FastAPI
            def create(health: str = '/health'):
                app = FastAPI()
                @app.get(health)
                def check(): ...
                return app
        """
    }
    assert _served(project, files) == ["/health"]


def test_clients_are_no_routers(project: ProjectFactory) -> None:
    files = {
        "main.py": """
            from fastapi import FastAPI
            import httpx
            app = FastAPI()
            def call(client: httpx.Client, url):
                return client.get(url)
            call(httpx.Client(), '/x')
        """
    }
    assert _served(project, files) == []


def test_what_tests_call_says_nothing(project: ProjectFactory) -> None:
    files = {
        "api.py": _ROUTER,
        "core.py": _CORE,
        "main.py": "from api import router\nfrom core import create\nserver = create(router)\n",
        "tests/test_core.py": """
            from fastapi import APIRouter
            from core import create
            fake = APIRouter()
            @fake.get('/fake')
            def f(): ...
            create(fake)
        """,
    }
    assert _served(project, files) == ["/x"]
