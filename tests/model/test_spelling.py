"""How routes are written down: prefixes, paths, methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import ProjectFactory

HEAD = """
from fastapi import APIRouter, FastAPI
from app.settings import BASE

app = FastAPI()
"""


def test_prefixes_with_slashes_in_the_wrong_places(project: ProjectFactory) -> None:
    text = """
    a = APIRouter(prefix="items")
    b = APIRouter(prefix="/items/")
    c = APIRouter(prefix="/items")
    d = APIRouter(prefix=f"{BASE}/x")
    e = APIRouter(prefix="")
    app.include_router(a, prefix="/")
    """
    found = project({"app/main.py": HEAD + "\n".join(line.strip() for line in text.splitlines())})
    told = [(one.text, one.starts, one.right) for one in found.spelling.bad_prefixes()]
    assert told == [("items", False, "/items"), ("/items/", True, "/items"), ("/", True, "")]


def test_paths_without_a_slash_and_what_becomes_of_them(project: ProjectFactory) -> None:
    text = """
router = APIRouter(prefix="/items")

@app.get("health")
def lost(): ...

@router.get("all")
def joined(): ...

@router.get("{item}")
def parameter(item: str): ...

@router.get(":batch")
def meant(): ...

@router.get("/{item-id}")
def braces(): ...

app.include_router(router)
"""
    found = project({"app/main.py": HEAD + text})
    told = [(one.route.path, one.served) for one in found.spelling.slashless()]
    assert told == [("health", "health"), ("all", "/itemsall"), ("{item}", "/items{item}")]
    assert [one.path for one in found.spelling.stray_braces()] == ["/{item-id}"]


def test_a_method_that_has_a_decorator_of_its_own(project: ProjectFactory) -> None:
    text = """
VERBS = ["GET"]
OTHERS = [*VERBS]

@app.api_route("/a")
def a(): ...

@app.api_route("/b", methods=["POST"])
def b(): ...

@app.api_route("/c", methods=["GET", "POST"])
def c(): ...

@app.api_route("/d", methods=OTHERS)
def d(): ...

@app.get("/e")
def e(): ...
"""
    found = project({"app/main.py": HEAD + text})
    methods = {one.path: found.spelling.only_method(one) for one in found.routes.all}
    assert methods == {"/a": "get", "/b": "post", "/c": None, "/d": None, "/e": None}


def test_health_checks_are_told_by_the_last_part_of_their_path(project: ProjectFactory) -> None:
    health = project({"app/main.py": ""}, health_paths=("up", "healthz")).health
    labels = ("GET /api/up", "/healthz/", "GET /up/{id}", "GET /upper", "")
    assert [health.named_by(label) for label in labels] == [True, True, False, False, False]
