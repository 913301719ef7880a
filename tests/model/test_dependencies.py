"""What depends on what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory
    from fastlint.model.project import Project

HEAD = """
    from typing import Annotated
    from fastapi import APIRouter, Depends, FastAPI, Security
    app = FastAPI()
    def dep(): ...
    class Params:
        def __init__(self, q: str): ...
    class Check:
        def __call__(self, q: str): ...
    check = Check()
    Dep = Annotated[int, Depends(dep)]
"""

SHAPES = {
    "default": ("x=Depends(dep)", ["main.dep"]),
    "annotated": ("x: Annotated[int, Depends(dep)]", ["main.dep"]),
    "alias": ("x: Dep", ["main.dep"]),
    "string": ('x: "Dep"', ["main.dep"]),
    "security": ("x=Security(dep, scopes=['a'])", ["main.dep"]),
    "class": ("x=Depends(Params)", ["main.Params"]),
    "class by annotation": ("x: Annotated[Params, Depends()]", ["main.Params"]),
    "instance": ("x=Depends(check)", ["main.Check"]),
    "nothing": ("x: int = 1", []),
}


def _titles(project: Project) -> list[str]:
    (endpoint,) = project.routes.endpoints
    return [one.title for one in project.dependencies.of_endpoint(endpoint)]


@pytest.mark.parametrize("shape", SHAPES)
def test_parameters(project: ProjectFactory, shape: str) -> None:
    code, expected = SHAPES[shape]
    made = project({"main.py": HEAD + f"\n    @app.get('/')\n    def home({code}): ...\n"})
    assert _titles(made) == expected


def test_everything_around_an_endpoint_in_order(project: ProjectFactory) -> None:
    made = project(
        {
            "deps.py": "def a(): ...\ndef b(): ...\ndef c(): ...\ndef d(): ...\ndef e(x=None): ...\n",
            "main.py": """
                from fastapi import APIRouter, Depends, FastAPI
                from deps import a, b, c, d, e
                SHARED = [Depends(b)]
                app = FastAPI(dependencies=[Depends(a)])
                router = APIRouter(dependencies=[Depends(c)])
                @router.get("/", dependencies=[Depends(d)])
                def home(x=Depends(e)): ...
                app.include_router(router, dependencies=SHARED)
            """,
        }
    )
    assert _titles(made) == ["deps.a", "deps.b", "deps.c", "deps.d", "deps.e"]


def test_class_attributes_of_a_view(project: ProjectFactory) -> None:
    made = project(
        {
            "main.py": """
                from fastapi import APIRouter, Depends, FastAPI
                from fastapi_utils.cbv import cbv
                router = APIRouter()
                def session(): ...
                class Base:
                    session = Depends(session)
                @cbv(router)
                class Views(Base):
                    @router.get("/")
                    def home(self): ...
                app = FastAPI()
                app.include_router(router)
            """
        }
    )
    assert _titles(made) == ["main.session"]


def test_the_closure_holds_each_function_once(project: ProjectFactory) -> None:
    made = project(
        {
            "main.py": """
                from fastapi import Depends, FastAPI
                app = FastAPI()
                def root(): ...
                def left(x=Depends(root)): ...
                def right(x=Depends(root), *, cache=Depends(left, use_cache=False)): ...
                @app.get("/")
                def home(a=Depends(left), b=Depends(right)): ...
            """
        }
    )
    (endpoint,) = made.routes.endpoints
    closure = made.dependencies.closure(made.dependencies.of_endpoint(endpoint))
    assert [one.title for one in closure] == ["main.left", "main.right", "main.root"]
