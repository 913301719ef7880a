"""Which served routes hide others."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory


_HEAD = "from fastapi import APIRouter, FastAPI\napp = FastAPI()\n"


def _pairs(project: ProjectFactory, files: dict[str, str]) -> list[tuple[str, str, bool, bool]]:
    found = project(files).overlaps.all
    return [(one.first.path, one.second.path, one.same, one.ordered) for one in found]


def _routes(*paths: str) -> str:
    return "".join(f"@app.get({path!r})\ndef f{number}(): ...\n" for number, path in enumerate(paths))


def test_order_decides(project: ProjectFactory) -> None:
    assert _pairs(project, {"main.py": _HEAD + _routes("/{x}", "/a", "/b")}) == [
        ("/{x}", "/a", False, True),
        ("/{x}", "/b", False, True),
    ]
    assert _pairs(project, {"main.py": _HEAD + _routes("/a", "/{x}")}) == []


def test_methods_are_kept_apart(project: ProjectFactory) -> None:
    text = """
    @app.post('/{x}')
    def a(): ...
    @app.get('/a')
    def b(): ...
    @app.websocket('/{x}')
    async def c(): ...
    """
    assert _pairs(project, {"main.py": _HEAD + dedent(text)}) == []


@pytest.mark.parametrize(("first", "second", "hidden"), [("wide", "narrow", 1), ("narrow", "wide", 0)])
def test_inclusion_order_in_a_helper(project: ProjectFactory, first: str, second: str, hidden: int) -> None:
    child = "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get({!r})\ndef f(): ...\n"
    files = {
        "wide.py": child.format("/{x}"),
        "narrow.py": child.format("/a"),
        "setup.py": f"""
            import narrow, wide
            def add(app):
                app.include_router({first}.router)
                app.include_router({second}.router)
        """,
        "main.py": "from fastapi import FastAPI\nfrom setup import add\napp = FastAPI()\nadd(app)\n",
    }
    assert _pairs(project, files) == [("/{x}", "/a", False, True)] * hidden


def test_a_conditional_route_hides_nothing_outside_of_it(project: ProjectFactory) -> None:
    inner = "if app.debug:\n    @app.get('/{x}')\n    def a(): ...\n"
    assert _pairs(project, {"main.py": _HEAD + inner + "@app.get('/a')\ndef b(): ...\n"}) == []
    both = inner + "    @app.get('/a')\n    def b(): ...\n"
    assert _pairs(project, {"main.py": _HEAD + both}) == [("/{x}", "/a", False, True)]


def test_one_function_under_two_paths(project: ProjectFactory) -> None:
    assert _pairs(project, {"main.py": _HEAD + "@app.get('/a')\n@app.get('/{x}')\ndef a(): ...\n"}) == []


def test_unknown_paths_and_prefixes(project: ProjectFactory) -> None:
    text = """
    from fastapi import APIRouter, FastAPI
    from settings import prefix, other
    app = FastAPI()
    one = APIRouter(prefix=prefix)
    two = APIRouter(prefix=prefix)
    @one.get('/{x}')
    def a(): ...
    @one.get('/a')
    def b(): ...
    @two.get('/b')
    def c(): ...
    @two.get(other)
    def d(): ...
    app.include_router(one)
    app.include_router(two)
    """
    assert _pairs(project, {"main.py": text}) == [("{prefix?}/{x}", "{prefix?}/a", False, True)]


def test_order_between_functions_is_not_told(project: ProjectFactory) -> None:
    text = (
        _HEAD + "def one():\n    @app.get('/a')\n    def f(): ...\ndef two():\n    @app.get('/a')\n    def g(): ...\n"
    )
    assert _pairs(project, {"main.py": text}) == [("/a", "/a", True, False)]


def test_moving_up_needs_its_names(project: ProjectFactory) -> None:
    text = _HEAD + "@app.get('/{x}')\ndef a(): ...\n@app.get('/a')\ndef b(): ...\n"
    model = project({"main.py": text})
    assert [model.overlaps.may_move_up(one) for one in model.overlaps.all] == [True]
    text = _HEAD + "@app.get('/{x}')\ndef a(): ...\nclass Out: ...\n@app.get('/a')\ndef b() -> Out: ...\n"
    model = project({"main.py": text})
    assert [model.overlaps.may_move_up(one) for one in model.overlaps.all] == [False]


def test_mounts_before_routes(project: ProjectFactory) -> None:
    text = """
    @app.get('/early')
    def a(): ...
    app.mount('/web', object())
    @app.get('/web/late')
    def b(): ...
    @app.get('/website')
    def c(): ...
    if app.debug:
        app.mount('/', object())
    @app.get('/last')
    def d(): ...
    """
    model = project({"main.py": _HEAD + dedent(text)})
    assert [(mount.path, [one.path for one in hidden]) for mount, hidden in model.overlaps.mounts()] == [
        ("/web", ["/web/late"])
    ]


def test_two_callers_of_a_factory_have_two_apps(project: ProjectFactory) -> None:
    register = "from made import make\ndef build():\n    app = make()\n    @app.get('/a')\n    def f(): ...\n"
    files = {
        "made.py": "from fastapi import FastAPI\ndef make() -> FastAPI:\n    return FastAPI()\n",
        "one.py": register,
        "two.py": register.replace("f()", "g()"),
    }
    assert _pairs(project, files) == []


def test_what_subclasses_register_on_an_inherited_router(project: ProjectFactory) -> None:
    files = {
        "base.py": """
            from fastapi import APIRouter
            class Base:
                def __init__(self):
                    self.router = APIRouter()
                    self.setup()
        """,
        "views.py": """
            from base import Base
            class A(Base):
                def setup(self):
                    @self.router.get('/')
                    def a(): ...
            class B(Base):
                def setup(self):
                    @self.router.get('/')
                    def b(): ...
        """,
        "main.py": "from fastapi import FastAPI\nfrom views import A\n"
        "app = FastAPI()\napp.include_router(A().router)\n",
    }
    assert _pairs(project, files) == []


def test_routes_of_tests_hide_nothing(project: ProjectFactory) -> None:
    assert _pairs(project, {"tests/test_x.py": _HEAD + _routes("/a", "/a")}) == []


def test_two_callers_of_a_factory_have_two_routers(project: ProjectFactory) -> None:
    register = "from made import make\nrouter = make()\n@router.get('/a')\ndef f(): ...\n"
    files = {
        "made.py": "from fastapi import APIRouter\ndef make():\n    return APIRouter()\n",
        "one.py": register,
        "two.py": register.replace("f()", "g()"),
        "main.py": _HEAD + "import one\nimport two\n"
        "app.include_router(one.router)\napp.include_router(two.router, prefix='/b')\n",
    }
    assert _pairs(project, files) == []


def test_what_stands_in_for_a_failed_import_hides_nothing(project: ProjectFactory) -> None:
    text = """
    try:
        import fast
        @app.get('/a')
        def a(): ...
    except ImportError:
        @app.get('/a')
        def b(): ...
    """
    assert _pairs(project, {"main.py": _HEAD + dedent(text)}) == []
    after = "@app.get('/a')\ndef c(): ...\n"
    assert _pairs(project, {"main.py": _HEAD + dedent(text) + after}) == [("/a", "/a", True, True)]


_LISTED = """
from fastapi import APIRouter, FastAPI
def users() -> APIRouter:
    router = APIRouter()
    @router.get("/users")
    def read(): ...
    return router
def disabled() -> APIRouter:
    router = APIRouter()
    @router.get("/users")
    def gone(): ...
    return router
def create(db) -> FastAPI:
    app = FastAPI()
    routers = [{}]
    if db:
        routers.append(users())
    else:
        routers.append(disabled())
    for router in routers:
        app.include_router(router)
    return app
"""


@pytest.mark.parametrize(("always", "hidden"), [("", 0), ("users()", 1)])
def test_routers_that_branches_put_in_a_list(project: ProjectFactory, always: str, hidden: int) -> None:
    assert len(_pairs(project, {"main.py": _LISTED.format(always)})) == hidden


def test_a_package_and_what_is_in_it_are_included_round_by_round(project: ProjectFactory) -> None:
    child = "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/stats')\ndef {}(): ...\n"
    files = {
        "api/__init__.py": "",
        "api/stats.py": child.format("later"),
        "api/inner/__init__.py": "",
        "api/inner/stats.py": child.format("earlier"),
        "main.py": """
            import importlib
            from pkgutil import iter_modules
            from fastapi import FastAPI
            import api
            def include(package, app):
                for info in iter_modules(package.__path__):
                    module = importlib.import_module(f"{package.__name__}.{info.name}")
                    if hasattr(module, "router"):
                        app.include_router(module.router)
                    if info.ispkg:
                        include(module, app)
            app = FastAPI()
            include(api, app)
        """,
    }
    (found,) = project(files).overlaps.all
    assert [one.route.function and one.route.function.name for one in (found.first, found.second)] == [
        "earlier",
        "later",
    ]


def test_a_loop_brings_several_in_each_round(project: ProjectFactory) -> None:
    child = "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get({!r})\ndef f(): ...\n"
    files = {
        "wide.py": child.format("/{x}"),
        "narrow.py": child.format("/a"),
        "main.py": """
            from fastapi import FastAPI
            import narrow, wide
            app = FastAPI()
            for prefix in ("/v1", "/v2"):
                app.include_router(wide.router, prefix=prefix)
                app.include_router(narrow.router, prefix=prefix)
        """,
    }
    assert [pair[:2] for pair in _pairs(project, files)] == [("/v1/{x}", "/v1/a")]
