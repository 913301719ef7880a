"""What functions that answer requests return."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.project import Project

HEAD = """
import contextlib
import httpx
from fastapi import FastAPI, Response
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel
from vendor import Thing, fetch

templates = Jinja2Templates("x")

class Item(BaseModel):
    id: int

class Page(Thing): ...

class Envelope(JSONResponse): ...

def helper():
    return Envelope({})

def relay(x):
    if not x:
        return None
    return httpx.get(x).json()

def either_json(x):
    return fetch(x) if x else httpx.get(x).json()

def either(x) -> Item | JSONResponse: ...

async def load() -> Item: ...

def maybe() -> Item | None: ...

"""


def _function(
    project: ProjectFactory, body: str, params: str = "x", *, is_async: bool = False
) -> tuple[Project, FunctionNode]:
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    made = project({"main.py": f"{HEAD}{'async ' if is_async else ''}def f({params}):\n{lines}"})
    return made, next(one for one in made.modules.by_path["main.py"].functions if one.name == "f")


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        ("return {'id': 1}", {"data"}),
        ("return [Item(id=1)]", {"data"}),
        ("return 1, 2", {"data"}),
        ("return None", {"nothing"}),
        ("return", {"nothing"}),
        ("pass", {"nothing"}),
        ("if x:\n    return 'a'", {"data", "nothing"}),
        ("return helper()", {"response"}),
        ("return RedirectResponse('/')", {"response"}),
        ("return templates.TemplateResponse('a.html', {})", {"response"}),
        ("answer = JSONResponse({})\nreturn answer", {"response"}),
        ("return either(x)", {"data", "response"}),
        ("return fetch(x)", {"unknown"}),
        ("return Page()", {"unknown"}),
        ("return jsonable_encoder(x)", {"data"}),
        ("return httpx.get('https://a').json()", {"data"}),
        ("found = httpx.get('https://a').json()\nreturn found", {"data"}),
        ("return relay(x)", {"data"}),
        ("return either_json(x)", {"unknown"}),
        ("raise ValueError", set()),
    ],
)
def test_kinds(project: ProjectFactory, body: str, kinds: set[str]) -> None:
    made, function = _function(project, body)
    assert made.contracts.returned.of(function).kinds == kinds


def test_a_helper_of_both_is_no_sure_data(project: ProjectFactory) -> None:
    made, function = _function(project, "return either(x)")
    assert not made.contracts.returned.of(function).data


@pytest.mark.parametrize(
    ("body", "falls"),
    [
        ("if x:\n    return 1\nelse:\n    return 2", False),
        ("if x:\n    return 1\nelif x:\n    raise KeyError\nelse:\n    return 2", False),
        ("try:\n    return 1\nexcept KeyError:\n    raise", False),
        ("try:\n    return 1\nexcept KeyError:\n    pass", True),
        ("try:\n    x()\nfinally:\n    return 1", False),
        ("with x:\n    return 1", False),
        ("while True:\n    if x:\n        return 1", False),
        ("while True:\n    if x:\n        break\n    return 1", True),
        ("for y in x:\n    return 1", True),
    ],
)
def test_falling_through(project: ProjectFactory, body: str, *, falls: bool) -> None:
    made, function = _function(project, body)
    assert made.contracts.returned.of(function).falls_through is falls


@pytest.mark.parametrize(
    ("body", "params", "proved"),
    [
        ("return Item(id=1)", "", True),
        ("return Item.model_validate(x)", "x", True),
        ("item = Item(id=1)\nreturn item", "", True),
        ("return x", "x: Item", True),
        ("if x:\n    return Item(id=1)\nreturn Item(id=2)", "x", True),
        ("return Item(id=1) if x else Item(id=2)", "x", True),
        ("return await load()", "", True),
        ("return load()", "", False),
        ("return x", "x: Item | None", False),
        ("return x", "x: Item = None", True),
        ("return maybe()", "", False),
        ("item = maybe()\nreturn item", "", False),
        ("item = maybe()\nif item is None:\n    raise KeyError\nreturn item", "", True),
        ("item = maybe()\nif not item or x:\n    raise KeyError\nreturn item", "x", True),
        ("item = maybe()\nif not item and x:\n    raise KeyError\nreturn item", "x", False),
        ("item = maybe()\nif item is None:\n    print(x)\nreturn item", "x", False),
        (
            "if x:\n    item = maybe()\n    if not item:\n        raise KeyError\n    return item\nreturn Item(id=1)",
            "x",
            True,
        ),
        ("item = maybe()\nif x:\n    if not item:\n        raise KeyError\nreturn item", "x", False),
        ("item = maybe()\nif item is not None:\n    return item\nraise KeyError", "", True),
        ("item = maybe()\nif item and x:\n    return item\nraise KeyError", "x", True),
        ("item = maybe()\nif item or x:\n    return item\nraise KeyError", "x", False),
        ("item = maybe()\nwith x:\n    if item is None:\n        raise KeyError\n    return item", "x", True),
        ("item = maybe()\nif item is None:\n    raise KeyError\nitem = maybe()\nreturn item", "", False),
        ("if item is None:\n    raise KeyError\nreturn item", "item: Item | None", True),
        ("if item is None:\n    raise KeyError\nreturn item", "item: Item | Thing | None", False),
        ("if item:\n    pass\nelse:\n    return item\nraise KeyError", "item: Item | None", False),
        ("return [Item(id=1)]", "", False),
        ("if x:\n    return Item(id=1)", "x", False),
        ("if x:\n    return Item(id=1)\nreturn None", "x", False),
        ("if x:\n    return Item(id=1)\nreturn JSONResponse({})", "x", False),
        ("item = Item(id=1)\nitem = None\nreturn item", "", False),
        ("for item in x:\n    pass\nreturn item", "x: list[Item]", False),
        ("return Page()", "", False),
    ],
)
def test_proof_of_one_model(project: ProjectFactory, body: str, params: str, *, proved: bool) -> None:
    made, function = _function(project, body, params, is_async=True)
    found = made.contracts.returned.model(function)
    assert (found is not None and found.name == "Item") is proved


@pytest.mark.parametrize(
    ("body", "fixed", "constant"),
    [
        ("return {'status': 'ok', 'codes': [1, 2]}", True, True),
        ("return {'id': x}", True, False),
        ("return {x: 1}", False, False),
        ("return {**x}", False, False),
        ("found = {'id': x}\nreturn found", True, False),
        ("return [{'id': y} for y in x]", True, False),
        ("return [Item(id=1)]", True, False),
        ("return fetch(x)", False, False),
        ("return 'ok'", False, True),
    ],
)
def test_fixed_fields_and_constants(project: ProjectFactory, body: str, *, fixed: bool, constant: bool) -> None:
    made, function = _function(project, body)
    returned = made.contracts.returned
    assert (returned.has_fixed_fields(function), returned.of(function).constant) == (fixed, constant)
