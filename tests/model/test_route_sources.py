"""Which routers are served that functions hand back, fields hold, classes compute and modules rebind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory

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
    "objects of one family, one within the other": (
        {
            "main.py": """
                from fastapi import APIRouter, FastAPI
                class Base:
                    def __init__(self, prefix: str = ""):
                        self.router = APIRouter(prefix=f"/{prefix}" if prefix else "")
                        self.configure()
                    def configure(self): ...
                    def get_router(self) -> APIRouter:
                        return self.router
                class Home(Base):
                    def configure(self):
                        self.router.add_api_route("/home", home)
                class Users(Base):
                    def configure(self):
                        self.router.add_api_route("/all", home)
                class V1(Base):
                    def configure(self):
                        self.router.include_router(Users("users").get_router())
                def home(): ...
                app = FastAPI()
                app.include_router(Home().get_router())
                v1 = V1()
                app.include_router(v1.get_router(), prefix="/v1")
            """
        },
        ["/home", "/v1/users/all"],
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
    "a decorator that registers what it is given": (
        {
            "tools.py": """
                def get(router, path, **options):
                    def decorate(function):
                        router.get(path, **options)(function)
                        return function
                    return decorate
            """,
            "main.py": """
                from fastapi import FastAPI
                from tools import get
                app = FastAPI()
                @get(app, "/x")
                def x(): ...
            """,
        },
        ["/x"],
    ),
    "a list of routes of an own class, with more added": (
        {
            "main.py": """
                from fastapi import FastAPI
                from fastapi.routing import APIRoute as Base
                class Route(Base): ...
                class Views:
                    def a(self): ...
                    def b(self): ...
                def create(views: Views) -> FastAPI:
                    routes = [Route("/a", views.a)]
                    routes += [Route("/b", views.b, methods=["POST"])]
                    return FastAPI(routes=routes)
            """
        },
        ["/a", "/b"],
    ),
    "an app by versions": (
        {
            "main.py": """
                from fastapi import APIRouter, FastAPI
                from fastapi_versioning import VersionedFastAPI, version, versioned_api_route
                app = FastAPI()
                router = APIRouter(route_class=versioned_api_route(2))
                @app.get("/a")
                @version(1, 0)
                def a(): ...
                @app.get("/b")
                def b(): ...
                @app.get("/a")
                @version(2)
                def new(): ...
                @router.get("/c")
                def c(): ...
                app.include_router(router)
                app = VersionedFastAPI(app, prefix_format="/v{major}", enable_latest=True)
                @app.get("/root")
                def root(): ...
            """
        },
        ["/v1/a", "/v1/b", "/v2/a", "/v2/b", "/v2/c", "/latest/a", "/latest/b", "/latest/c", "/root"],
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_served(project: ProjectFactory, shape: str) -> None:
    files, expected = SHAPES[shape]
    tables = project(files).routes.tables.values()
    assert [one.path for table in tables for one in table] == expected


def test_a_newer_version_takes_the_place_of_an_older_one(project: ProjectFactory) -> None:
    tables = project(SHAPES["an app by versions"][0]).routes.tables.values()
    names = {one.path: one.route.function.name for table in tables for one in table if one.route.function}
    assert (names["/v1/a"], names["/v2/a"], names["/latest/a"]) == ("a", "new", "new")


def test_routes_of_starlette_are_told_apart(project: ProjectFactory) -> None:
    files = {
        "main.py": """
            from fastapi import APIRouter, FastAPI
            from starlette.routing import Route, WebSocketRoute
            async def a(request): ...
            async def w(websocket): ...
            router = APIRouter(prefix="/r")
            router.add_route("/c", a, methods=["POST"])
            app = FastAPI(routes=[Route("/a", a), WebSocketRoute("/w", w)])
            app.include_router(router, prefix="/v1")
        """
    }
    found = project(files)
    (app,) = found.routes.apps
    plain = list(found.routes.plain(app))
    assert [(path, one.methods(found.constants)) for path, one in plain] == [
        ("/a", ("GET", "HEAD")),
        ("/w", ()),
        ("/v1/r/c", ("POST",)),
    ]
    assert [one.function.name for _, one in plain if one.function] == ["a", "w", "a"]
    assert found.routes.tables[app] == ()
