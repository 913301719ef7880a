"""What routes promise, and what their functions return."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory
    from fastlint.model.contracts import Contract
    from fastlint.model.project import Project

HEAD = """
from http import HTTPStatus
from fastapi import APIRouter, FastAPI, Response, status
from fastapi.responses import HTMLResponse, JSONResponse, ORJSONResponse, RedirectResponse
from pydantic import BaseModel

NOTHING = status.HTTP_204_NO_CONTENT
OUT = None

class Item(BaseModel):
    id: int

app = FastAPI()
"""


def _contracts(made: Project) -> dict[str, Contract]:
    return {one.function.name: one for _, contracts in made.contracts.all for one in contracts}


def _one(project: ProjectFactory, route: str, **files: str) -> Contract:
    made = project({"main.py": HEAD + route, **files})
    return _contracts(made)["f"]


@pytest.mark.parametrize(
    ("route", "origin"),
    [
        ('@app.get("/")\ndef f(): ...', "missing"),
        ('@app.get("/")\ndef f() -> Item: ...', "annotation"),
        ('@app.get("/")\ndef f() -> None: ...', "nothing"),
        ('@app.get("/")\ndef f() -> Response: ...', "response"),
        ('@app.get("/")\ndef f() -> "HTMLResponse": ...', "response"),
        ('@app.get("/", response_model=Item)\ndef f() -> dict: ...', "keyword"),
        ('@app.get("/", response_model=None)\ndef f() -> Item: ...', "opted-out"),
        ('@app.get("/", response_model=OUT)\ndef f() -> Item: ...', "opted-out"),
        ('@app.get("/", **{"response_model": Item})\ndef f(): ...', "unknown"),
        ('def f(): ...\napp.add_api_route("/", f, response_model=Item)', "keyword"),
    ],
)
def test_origin(project: ProjectFactory, route: str, origin: str) -> None:
    assert _one(project, route).origin == origin


def test_a_router_class_may_supply_the_model(project: ProjectFactory) -> None:
    made = project(
        {
            "routing.py": """
            from fastapi import APIRouter
            class Router(APIRouter):
                def add_api_route(self, path, endpoint, **kwargs):
                    kwargs.setdefault("response_model", dict)
                    super().add_api_route(path, endpoint, **kwargs)
            class Plain(APIRouter): ...
            """,
            "main.py": """
            from fastapi import FastAPI
            from routing import Plain, Router
            app = FastAPI()
            one = Router()
            other = Plain()
            @one.get("/a")
            def a(): ...
            @other.get("/b")
            def b(): ...
            """,
        }
    )
    assert {name: one.origin for name, one in _contracts(made).items()} == {"a": "unknown", "b": "missing"}


def test_an_inferring_router_takes_annotations_before_0_89(project: ProjectFactory) -> None:
    made = project(
        {
            "main.py": HEAD
            + "from fastapi_utils.inferring_router import InferringRouter\nrouter = InferringRouter()\n"
            + "@router.get('/')\ndef f() -> Item: ...",
            "requirements.txt": "fastapi==0.58.0\n",
        }
    )
    assert _contracts(made)["f"].origin == "annotation"


@pytest.mark.parametrize(
    ("version", "origin"), [("==0.88.0", "missing"), (">=0.80", "annotation"), ("==0.89.0", "annotation")]
)
def test_annotations_count_since_0_89(project: ProjectFactory, version: str, origin: str) -> None:
    made = project({"main.py": HEAD + '@app.get("/")\ndef f() -> Item: ...', "requirements.txt": f"fastapi{version}\n"})
    assert _contracts(made)["f"].origin == origin


@pytest.mark.parametrize(
    ("option", "code", "bodiless"),
    [
        ("", 200, False),
        ("status_code=204", 204, True),
        ("status_code=NOTHING", 204, True),
        ("status_code=HTTPStatus.NO_CONTENT", 204, True),
        ("status_code=HTTPStatus.CREATED.value", 201, False),
        ("status_code=status.HTTP_304_NOT_MODIFIED", 304, True),
        ("status_code=code()", None, False),
        ("**options", None, False),
    ],
)
def test_status(project: ProjectFactory, option: str, code: int | None, *, bodiless: bool) -> None:
    one = _one(project, f'@app.get("/", {option})\ndef f(): ...')
    assert (one.status, one.bodiless) == (code, bodiless)


def test_response_classes_of_route_router_include_and_app(project: ProjectFactory) -> None:
    made = project(
        {
            "main.py": HEAD.replace("FastAPI()", "FastAPI(default_response_class=ORJSONResponse)")
            + """
pages = APIRouter(default_response_class=HTMLResponse)
plain = APIRouter()
inner = APIRouter()

@pages.get("/a")
def a(): ...
@pages.get("/b", response_class=RedirectResponse)
def b(): ...
@plain.get("/c")
def c(): ...
@inner.get("/d")
def d(): ...
@app.get("/e")
def e(): ...

plain.include_router(inner, default_response_class=JSONResponse)
app.include_router(pages)
app.include_router(plain)
"""
        }
    )
    found = {
        name: (one.response_class.kind, one.response_class.level, one.is_json)
        for name, one in _contracts(made).items()
        if one.response_class is not None
    }
    assert found == {
        "a": ("html", "router", False),
        "b": ("redirect", "route", False),
        "c": ("orjson", "app", True),
        "d": ("json", "include", True),
        "e": ("orjson", "app", True),
    }


def test_hidden_routes(project: ProjectFactory) -> None:
    made = project(
        {
            "main.py": HEAD
            + """
inner = APIRouter(include_in_schema=False)
other = APIRouter()
@app.get("/a", include_in_schema=False)
def a(): ...
@inner.get("/b")
def b(): ...
@other.get("/c")
def c(): ...
@app.get("/d")
def d(): ...
app.include_router(inner)
app.include_router(other, include_in_schema=False)
"""
        }
    )
    contracts = _contracts(made)
    assert [name for name, one in contracts.items() if made.contracts.hidden(one.route)] == ["a", "b", "c"]


def test_tests_are_left_out(project: ProjectFactory) -> None:
    code = HEAD + '@app.get("/")\ndef f(): ...'
    assert _contracts(project({"tests/test_app.py": code})) == {}
    assert list(_contracts(project({"app.py": code}))) == ["f"]


def test_documented_statuses(project: ProjectFactory) -> None:
    made = project(
        {
            "main.py": HEAD.replace("FastAPI()", "FastAPI(responses={500: {}})")
            + """
COMMON = {401: {}, **{"403": {}}}
router = APIRouter(responses=COMMON)
@router.get("/a", responses={status.HTTP_404_NOT_FOUND: {}, NOTHING: {}})
def a(): ...
@router.get("/b", responses=made_elsewhere())
def b(): ...
@router.get("/c", responses={"5XX": {}})
def c(): ...
app.include_router(router, responses={409: {}})
"""
        }
    )
    found = {name: made.documented.of(one.route) for name, one in _contracts(made).items()}
    assert set(found["a"] or ()) == {204, 401, 403, 404, 409, 500}
    assert found["b"] is None
    assert set(found["c"] or ()) == {401, 403, 409, *range(500, 600)}
