# ruff: noqa: E501 -- programs on one line each, to be read as rows of a table
"""Which routes apps serve, however they are put together."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory
    from fastlint.model.project import Project


def _served(project: Project) -> list[str]:
    return [served.label for table in project.routes.tables.values() for served in table]


USERS = """
    from fastapi import APIRouter
    router = APIRouter(prefix="/users")
    @router.get("/{id}")
    def read(id: int): ...
"""

SHAPES: dict[str, tuple[dict[str, str], list[str]]] = {
    "module level": (
        {
            "app/users.py": USERS,
            "app/main.py": "from fastapi import FastAPI\nfrom app import users\napp = FastAPI()\napp.include_router(users.router, prefix='/v1')\n",
        },
        ["GET /v1/users/{id}"],
    ),
    "webhooks, which only OpenAPI tells of": (
        {
            "main.py": "from fastapi import APIRouter, FastAPI\napp = FastAPI()\nhooks = APIRouter()\n@hooks.post('made')\ndef made(): ...\napp.webhooks.include_router(hooks)\n@app.get('/x')\ndef x(): ...\n"
        },
        ["GET /x"],
    ),
    "any name": (
        {"main.py": "import fastapi as f\nthing = f.FastAPI()\n@thing.post('/x')\ndef g(): ...\n"},
        ["POST /x"],
    ),
    "factory": (
        {
            "app/users.py": USERS,
            "app/main.py": "from fastapi import FastAPI\nfrom app.users import router as r\ndef create_app() -> FastAPI:\n    app = FastAPI()\n    app.include_router(r)\n    return app\n",
        },
        ["GET /users/{id}"],
    ),
    "prefix from settings": (
        {
            "app/users.py": USERS,
            "app/config.py": "from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    API: str = '/api'\n    VERSION: int = 2\nsettings = Settings()\n",
            "app/main.py": "from fastapi import FastAPI\nfrom app import users\nfrom app.config import settings\napp = FastAPI()\napp.include_router(users.router, prefix=f'{settings.API}/v{settings.VERSION}')\n",
        },
        ["GET /api/v2/users/{id}"],
    ),
    "unknown prefix": (
        {
            "app/users.py": USERS,
            "app/main.py": "from fastapi import FastAPI\nfrom app import users\nfrom elsewhere import where\napp = FastAPI()\napp.include_router(users.router, prefix=where())\n",
        },
        ["GET {where()?}/users/{id}"],
    ),
    "nested routers": (
        {
            "main.py": """
                from fastapi import APIRouter, FastAPI
                inner = APIRouter(prefix="/inner")
                outer = APIRouter(prefix="/outer")
                @inner.get("/x")
                def x(): ...
                outer.include_router(inner, prefix="/mid")
                app = FastAPI()
                app.include_router(outer)
            """
        },
        ["GET /outer/mid/inner/x"],
    ),
    "loop over routers": (
        {
            "app/users.py": USERS,
            "app/main.py": "from fastapi import FastAPI\nfrom app import users\nALL = [users.router]\napp = FastAPI()\nfor one in ALL:\n    app.include_router(one, prefix='/v1')\n",
        },
        ["GET /v1/users/{id}"],
    ),
    "include wrapper": (
        {
            "app/users.py": USERS,
            "app/main.py": "from fastapi import FastAPI\nfrom app import users\ndef add(app, router, where):\n    app.include_router(router, prefix='/api' + where)\napp = FastAPI()\nadd(app, users.router, '/v1')\nadd(app, users.router, where='/v2')\n",
        },
        ["GET /api/v1/users/{id}", "GET /api/v2/users/{id}"],
    ),
    "router subclass": (
        {
            "main.py": """
                from fastapi import APIRouter, FastAPI
                class Mine(APIRouter):
                    def __init__(self, **kwargs):
                        super().__init__(prefix="/mine", **kwargs)
                router = Mine()
                @router.delete("/x")
                def x(): ...
                app = FastAPI()
                app.include_router(router)
            """
        },
        ["DELETE /mine/x"],
    ),
    "methods added by hand": (
        {
            "main.py": """
                from fastapi import APIRouter, FastAPI
                class Views:
                    def __init__(self):
                        self.router = APIRouter()
                        self.router.add_api_route("/x", self.read, methods=["GET", "HEAD"])
                    def read(self): ...
                views = Views()
                app = FastAPI()
                app.include_router(views.router)
            """
        },
        ["GET, HEAD /x"],
    ),
    "mounted app": (
        {
            "main.py": """
                from fastapi import FastAPI
                admin = FastAPI()
                @admin.get("/x")
                def x(): ...
                app = FastAPI()
                app.mount("/admin", admin)
            """
        },
        ["GET /admin/x"],
    ),
    "websocket": (
        {"main.py": "from fastapi import FastAPI\napp = FastAPI()\n@app.websocket('/ws')\nasync def ws(socket): ...\n"},
        ["WEBSOCKET /ws"],
    ),
    "several decorators": (
        {"main.py": "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/a')\n@app.get('/b')\ndef x(): ...\n"},
        ["GET /b", "GET /a"],
    ),
    "router made by a function": (
        {
            "main.py": """
                from fastapi import APIRouter, FastAPI
                def build(prefix):
                    router = APIRouter(prefix=prefix)
                    @router.get("/x")
                    def x(): ...
                    return router
                app = FastAPI()
                app.include_router(build("/built"))
            """
        },
        ["GET /built/x"],
    ),
    "router of another module, by any name": (
        {
            "app/v1/base.py": "from fastapi import APIRouter\napi = APIRouter(prefix='/v1')\n",
            "app/v1/users.py": "from app.v1.base import api\n@api.get('/users')\ndef users(): ...\n",
            "app/main.py": "from fastapi import FastAPI\nfrom app.v1 import users\nfrom app.v1.base import api\napp = FastAPI()\napp.include_router(api)\n",
        },
        ["GET /v1/users"],
    ),
    "started inside a package": (
        {
            "service/__init__.py": "",
            "service/api/users.py": USERS,
            "service/redis.py": USERS,
            "service/main.py": "import redis\nfrom fastapi import FastAPI\nfrom api.users import router\napp = FastAPI()\napp.include_router(router)\n",
        },
        ["GET /users/{id}"],
    ),
    "prefix in a dict that is spread": (
        {
            "docs.py": "users = {'prefix': '/users', 'tags': ['users']}\nplain = {'tags': ['plain']}\n",
            "main.py": """
                from elsewhere import more
                from fastapi import APIRouter, FastAPI
                from docs import plain, users
                app = FastAPI()
                a = APIRouter(**users)
                b = APIRouter(**plain)
                c = APIRouter(**more)
                @a.get("/a")
                @b.get("/b")
                @c.get("/c")
                def f(): ...
                for one in (a, b, c):
                    app.include_router(one)
            """,
        },
        ["GET /users/a", "GET /b", "GET {more?}/c"],
    ),
    "lists in a row": (
        {
            "app/users.py": USERS,
            "app/items.py": USERS.replace("users", "items"),
            "app/main.py": """
                from itertools import chain
                from fastapi import FastAPI
                from app import items, users
                app = FastAPI()
                for router in chain.from_iterable([[users.router], [items.router]]):
                    app.include_router(router, prefix="/a")
                for router in chain([users.router], (items.router,)):
                    app.include_router(router, prefix="/b")
            """,
        },
        ["GET /a/users/{id}", "GET /a/items/{id}", "GET /b/users/{id}", "GET /b/items/{id}"],
    ),
    "modules that a function chooses": (
        {
            "app/users.py": USERS,
            "app/items.py": USERS.replace("users", "items"),
            "app/main.py": """
                from fastapi import FastAPI
                from app import items, users
                ROUTES = [users]
                def routes(role: str) -> list:
                    if role == "user":
                        return ROUTES
                    return [items]
                def make(role: str) -> FastAPI:
                    app = FastAPI()
                    for route in routes(role):
                        app.include_router(route.router)
                    return app
            """,
        },
        ["GET /users/{id}", "GET /items/{id}"],
    ),
    "a function that calls itself": (
        {
            "app/users.py": USERS,
            "app/main.py": """
                from fastapi import FastAPI
                from app import users
                def routers(depth: int) -> list:
                    if depth:
                        return routers(depth - 1) + [users.router]
                    return [users.router]
                app = FastAPI()
                for router in routers(2):
                    app.include_router(router)
            """,
        },
        ["GET /users/{id}"],
    ),
    "a router of fastapi-utils": (
        {
            "main.py": "from fastapi import FastAPI\nfrom fastapi_utils.inferring_router import InferringRouter\nrouter = InferringRouter(prefix='/x')\n@router.get('/y')\ndef y(): ...\napp = FastAPI()\napp.include_router(router)\n",
        },
        ["GET /x/y"],
    ),
    "a look-alike": (
        {"main.py": "from slack_bolt import App\napp = App()\n@app.get('/x')\ndef x(): ...\n"},
        [],
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_served(project: ProjectFactory, shape: str) -> None:
    files, expected = SHAPES[shape]
    assert _served(project(files)) == expected


def test_registration_order_is_the_order_of_matching(project: ProjectFactory) -> None:
    made = project(
        {
            "main.py": """
                from fastapi import APIRouter, FastAPI
                late = APIRouter()
                app = FastAPI()
                @app.get("/first")
                def first(): ...
                @late.get("/second")
                def second(): ...
                app.include_router(late)
                @app.get("/third")
                def third(): ...
            """
        }
    )
    assert _served(made) == ["GET /first", "GET /second", "GET /third"]


def test_a_module_of_one_part_is_a_library_where_nothing_starts_there(project: ProjectFactory) -> None:
    made = project(
        {
            "service/__init__.py": "",
            "service/redis.py": "from fastapi import APIRouter\nrouter = APIRouter()\n",
            "service/main.py": "import redis\n",
        }
    )
    assert made.modules.find("redis", "service/main.py") is None


def test_endpoints_are_named_as_the_running_program_names_them(project: ProjectFactory) -> None:
    text = """
    from fastapi import APIRouter
    def make():
        router = APIRouter()
        @router.get("/a")
        def inner(): ...
        return router
    """
    names = [one.function.runtime_name for one in project({"m.py": dedent(text)}).routes.endpoints]
    assert names == ["make.<locals>.inner"]


def test_webhooks_are_no_endpoints(project: ProjectFactory) -> None:
    head = "from fastapi import APIRouter, FastAPI\napp = FastAPI()\nhooks = APIRouter()\n"
    text = f"{head}@hooks.post('made')\ndef made(): ...\n"
    for include, count in (("app.webhooks.include_router(hooks)", 0), ("app.include_router(hooks)", 1)):
        model = project({"main.py": f"{text}{include}\n"})
        assert (len(model.routes.endpoints), len(model.routes.unresolved)) == (count, 0)
