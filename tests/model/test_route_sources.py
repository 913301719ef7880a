"""Which routers are served that functions hand back, fields hold, classes compute and modules rebind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory

ROUTER = "from fastapi import APIRouter\nrouter = APIRouter(prefix='/{0}')\n@router.get('/x')\ndef {0}(): ...\n"

SHAPES: dict[str, tuple[dict[str, str], list[str]]] = {
    "a router that goes through a function": (
        {
            "main.py": """
                from fastapi import APIRouter, FastAPI
                def attach(router: APIRouter, dbs) -> APIRouter:
                    @router.get("/at")
                    def at(): ...
                    return router
                def made(dbs) -> APIRouter:
                    router = APIRouter(prefix="/made")
                    return attach(router=router, dbs=dbs)
                app = FastAPI()
                app.include_router(made(1))
            """
        },
        ["/made/at"],
    ),
    "each item of a list has its prefix": (
        {
            "main.py": """
                from fastapi import APIRouter, FastAPI
                def crud(name: str) -> APIRouter:
                    router = APIRouter(prefix=f"/{name}")
                    @router.get("/all")
                    def all_(): ...
                    return router
                app = FastAPI()
                routers = [crud("a"), crud("b")]
                for one in routers:
                    app.include_router(one, prefix="/v1")
                def more():
                    yield crud("c")
                    yield crud("d")
                for one in more():
                    app.include_router(one)
            """
        },
        ["/v1/a/all", "/v1/b/all", "/c/all", "/d/all"],
    ),
    "classes in a loop": (
        {
            "main.py": """
                from fastapi import APIRouter, FastAPI
                class Base:
                    prefix = ""
                    def __init__(self):
                        self.router = APIRouter(prefix=self.prefix)
                        self.router.add_api_route("/all", self.all_)
                    def all_(self): ...
                class A(Base):
                    prefix = "/a"
                class B(Base):
                    prefix = "/b"
                app = FastAPI()
                for cls in (A, B):
                    app.include_router(cls().router)
            """
        },
        ["/a/all", "/b/all"],
    ),
    "fields of objects": (
        {
            "base.py": """
                from dataclasses import dataclass, field
                from fastapi import APIRouter
                @dataclass
                class Factory:
                    name: str = ""
                    router: APIRouter = field(default_factory=APIRouter)
                    def __post_init__(self):
                        self.register()
                    def register(self): ...
            """,
            "main.py": """
                from fastapi import FastAPI
                from base import Factory as Base
                class Info(Base):
                    def register(self):
                        @self.router.get("/info")
                        def info(): ...
                        self.more()
                    def more(self):
                        @self.router.get("/more")
                        def more(): ...
                class Short(Info):
                    def more(self):
                        @self.router.get("/short")
                        def short(): ...
                app = FastAPI()
                app.include_router(Info().router, prefix="/a")
                short = Short()
                app.include_router(short.router, prefix="/b")
            """,
        },
        ["/a/info", "/a/more", "/b/info", "/b/short"],
    ),
    "an app in a field of attrs": (
        {
            "main.py": """
                import attr
                from fastapi import APIRouter, FastAPI
                @attr.s
                class Api:
                    app: FastAPI = attr.ib(default=attr.Factory(lambda self: FastAPI(), takes_self=True))
                    router: APIRouter = attr.ib(default=attr.Factory(APIRouter))
                    def __attrs_post_init__(self):
                        self.router.add_api_route(path="/land", endpoint=land)
                        self.app.include_router(self.router, prefix="/api")
                def land(): ...
                api = Api()
            """
        },
        ["/api/land"],
    ),
    "a prefix that a class computes": (
        {
            "main.py": """
                from fastapi import APIRouter, FastAPI
                class Versioned(APIRouter):
                    def __init__(self, *args, prefix: str = "", **kwargs):
                        super().__init__(*args, prefix="/api" + prefix, **kwargs)
                router = Versioned(prefix="/users")
                @router.get("/x")
                def x(): ...
                app = FastAPI()
                app.include_router(router)
            """
        },
        ["/api/users/x"],
    ),
    "a name that is bound anew": (
        {
            "users.py": """
                from fastapi import APIRouter
                everything = APIRouter()
                router = APIRouter(prefix="/one")
                @router.get("/{id}")
                def one(id: int): ...
                everything.include_router(router)
                router = APIRouter(prefix="/two")
                @router.get("/me")
                def two(): ...
            """,
            "main.py": """
                from fastapi import FastAPI
                from users import everything, router
                app = FastAPI()
                app.include_router(router, prefix="/last")
                app.include_router(everything)
            """,
        },
        ["/last/two/me", "/one/{id}"],
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_served(project: ProjectFactory, shape: str) -> None:
    files, expected = SHAPES[shape]
    tables = project(files).routes.tables.values()
    assert [one.path for table in tables for one in table] == expected
