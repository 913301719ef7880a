"""Which routers are served of modules that code finds by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory

ROUTER = "from fastapi import APIRouter\nrouter = APIRouter(prefix='/{0}')\n@router.get('/x')\ndef {0}(): ...\n"

SHAPES: dict[str, tuple[dict[str, str], list[str]]] = {
    "modules of a package, one after the other": (
        {
            "routers/__init__.py": "",
            "routers/b.py": ROUTER.format("b"),
            "routers/a.py": ROUTER.format("a"),
            "routers/_c.py": ROUTER.format("c"),
            "routers/plain.py": "X = 1\n",
            "main.py": """
                import importlib, pkgutil
                from fastapi import FastAPI
                import routers
                app = FastAPI()
                for info in pkgutil.iter_modules(routers.__path__):
                    module = importlib.import_module(f"routers.{info.name}")
                    if hasattr(module, "router"):
                        app.include_router(module.router, prefix=f"/{info.name}")
            """,
        },
        ["/a/a/x", "/b/b/x"],
    ),
    "packages in packages": (
        {
            "tools.py": """
                import importlib
                from pkgutil import iter_modules
                def include(package, parent):
                    for info in iter_modules(package.__path__):
                        path = f"{package.__name__}.{info.name}"
                        module = importlib.import_module(path)
                        if hasattr(module, "router"):
                            parent.include_router(module.router)
                        if info.ispkg:
                            include(module, parent)
            """,
            "api/__init__.py": """
                import importlib
                from fastapi import APIRouter
                from tools import include
                router = APIRouter(prefix="/api")
                include(importlib.import_module(__name__), router)
            """,
            "api/a.py": ROUTER.format("a"),
            "api/inner/__init__.py": "",
            "api/inner/b.py": ROUTER.format("b"),
            "main.py": "from fastapi import FastAPI\nimport api\napp = FastAPI()\napp.include_router(api.router)\n",
        },
        ["/api/a/x", "/api/b/x"],
    ),
    "all modules below a package": (
        {
            "app/__init__.py": "",
            "app/api/__init__.py": "",
            "app/api/a.py": ROUTER.format("a"),
            "app/api/inner/__init__.py": "",
            "app/api/inner/b.py": ROUTER.format("b"),
            "app/main.py": """
                from importlib import import_module
                from pkgutil import walk_packages
                from fastapi import APIRouter, FastAPI
                def load(app: FastAPI) -> None:
                    package = import_module("app.api")
                    for _, name, is_package in walk_packages(package.__path__, package.__name__ + "."):
                        router = getattr(import_module(name), "router", None)
                        if isinstance(router, APIRouter):
                            app.include_router(router)
                app = FastAPI()
                load(app)
            """,
        },
        ["/a/x", "/b/x"],
    ),
    "modules of the folder of a file": (
        {
            "routes/__init__.py": """
                from importlib import import_module
                from pathlib import Path
                from pkgutil import iter_modules
                from fastapi import APIRouter
                router = APIRouter()
                names = [one.name for one in iter_modules([str(Path(__file__).parent)])]
                for name in names:
                    router.include_router(import_module("." + name, __package__).router)
            """,
            "routes/a.py": ROUTER.format("a"),
            "main.py": """
                from fastapi import FastAPI
                from routes import router
                app = FastAPI()
                app.include_router(router)
            """,
        },
        ["/a/x"],
    ),
    "modules by their names": (
        {
            "app/routers/__init__.py": "",
            "app/routers/a.py": ROUTER.format("a"),
            "app/routers/b.py": ROUTER.format("b"),
            "app/main.py": """
                from importlib import import_module
                from fastapi import FastAPI
                app = FastAPI()
                for name in ("b", "a"):
                    app.include_router(import_module(f"app.routers.{name}").router)
            """,
        },
        ["/b/x", "/a/x"],
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_served(project: ProjectFactory, shape: str) -> None:
    files, expected = SHAPES[shape]
    tables = project(files).routes.tables.values()
    assert [one.path for table in tables for one in table] == expected
