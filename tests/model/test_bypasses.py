"""Answers that go past a contract, contracts that break, bodies where none may be, what can't be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory
    from fastlint.model.contracts import Contract
    from fastlint.model.project import Project

HEAD = """
import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, NoReturn, Optional, Union
from uuid import UUID
from fastapi import FastAPI, HTTPException, Response
from fastapi.encoders import jsonable_encoder
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, ORJSONResponse, StreamingResponse
from pydantic import BaseModel
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from vendor import load

class Item(BaseModel):
    id: int

class Big(Item):
    secret: str

class Other(BaseModel):
    at: datetime

class Base(DeclarativeBase): ...

class Row(Base):
    __tablename__ = "rows"
    id: Mapped[int] = mapped_column(primary_key=True)

class Plain: ...

app = FastAPI()

"""


def _made(project: ProjectFactory, code: str) -> tuple[Project, Contract]:
    made = project({"main.py": HEAD + code})
    ((_, contracts),) = made.contracts.all
    return made, contracts[0]


@pytest.mark.parametrize(
    ("answer", "bare"),
    [
        ('JSONResponse({"id": 1})', True),
        ('JSONResponse(content={"id": 1})', True),
        ('JSONResponse({"id": 1}, status_code=201)', False),
        ('ORJSONResponse({"id": 1}, headers={})', False),
        ('Response("{}", media_type="application/json")', False),
        ("JSONResponse(Other(at=x).model_dump())", True),
        ("JSONResponse(jsonable_encoder([Other(at=x)]))", True),
        ("JSONResponse(content=x)", True),
    ],
)
def test_bypass(project: ProjectFactory, answer: str, *, bare: bool) -> None:
    made, contract = _made(project, f'@app.get("/")\ndef f(x) -> Item:\n    return {answer}\n')
    assert [one.bare for one in made.bypasses.of(contract)] == [bare]


@pytest.mark.parametrize(
    "answer",
    [
        "Item(id=1)",
        'JSONResponse({"detail": "no"}, 404)',
        'JSONResponse({"id": 1}, status_code=x)',
        "Response(status_code=204)",
        'Response("<a/>", media_type="application/xml")',
        'HTMLResponse("<a/>")',
        "JSONResponse(Item(id=1).model_dump())",
        "JSONResponse(jsonable_encoder(Big(id=1, secret='s')))",
        "JSONResponse(jsonable_encoder(load()))",
        "JSONResponse(x.dict())",
    ],
)
def test_no_bypass(project: ProjectFactory, answer: str) -> None:
    made, contract = _made(project, f'@app.get("/")\ndef f(x) -> Item:\n    return {answer}\n')
    assert list(made.bypasses.of(contract)) == []


@pytest.mark.parametrize(
    ("annotation", "why", "mended"),
    [
        ("Item | JSONResponse", "`JSONResponse` is a response, no model", "Item"),
        ("Union[Item, None, Response]", "`Response` is a response, no model", "Union[Item, None]"),
        ("Optional[Response]", "`Response` is a response, no model", "None"),
        ("Response | JSONResponse", "`Response` is a response, no model", "None"),
        ("list[Response]", "`Response` is a response, no model", None),
        ("Annotated[Response, 1]", "`Response` is a response, no model", None),
        ("Row", "`Row` is a mapped class, no model", None),
        ("dict[str, Plain]", "`Plain` is a plain class, no model", None),
        ("NoReturn", "`NoReturn` is no model", None),
        ("AsyncIterator[Item]", "only a generator returns an asynchronous iterator", None),
        ("Item | None", None, None),
        ("Annotated[Plain, 1]", None, None),
    ],
)
def test_unservable(project: ProjectFactory, annotation: str, why: str | None, mended: str | None) -> None:
    made, contract = _made(project, f'@app.get("/")\ndef f() -> {annotation}: ...\n')
    assert made.unservable.why(contract) == why
    assert made.unservable.without_responses(contract) == mended


def test_a_model_where_no_body_may_be(project: ProjectFactory) -> None:
    made, contract = _made(project, '@app.get("/", status_code=204)\ndef f() -> Item: ...\n')
    assert made.unservable.why(contract) == "a response with status 204 has no body"
    assert made.bodiless.drops(contract) is None


@pytest.mark.parametrize(
    ("body", "dropped"),
    [
        ('{"id": 1}', True),
        ("Item(id=1)", True),
        ("True", False),
        ("None", False),
        ("Response()", False),
        ("load()", False),
    ],
)
def test_dropped_bodies(project: ProjectFactory, body: str, *, dropped: bool) -> None:
    made, contract = _made(project, f'@app.get("/", status_code=204)\ndef f():\n    return {body}\n')
    assert (made.bodiless.drops(contract) is not None) is dropped


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("JSONResponse(None, 204)", [204]),
        ('Response("x", status_code=304)', [304]),
        ('Response("", status_code=304)', []),
        ("Response(None, 204)", []),
        ("Response(status_code=204)", []),
        ('JSONResponse({"a": 1}, 200)', []),
    ],
)
def test_made_with_a_body(project: ProjectFactory, call: str, found: list[int]) -> None:
    made, contract = _made(project, f'@app.get("/")\ndef f():\n    return {call}\n')
    assert [status for _, status in made.bodiless.made(contract.function)] == found


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ('{"at": datetime.now()}', ["a `datetime`"]),
        ('{"all": [datetime.now(), 1]}', ["a `datetime`"]),
        ("Item(id=1)", ["an `Item`"]),
        ("[Item(id=1) for _ in x]", ["an `Item`"]),
        ("Other(at=x).model_dump()", ["`Other.at`, a `datetime`"]),
        ('Other(at=x).model_dump(mode="json")', []),
        ("{1, 2}", ["a `set`"]),
        ("jsonable_encoder(Item(id=1))", []),
        ('{"id": str(UUID(x)), "n": 1, "x": load()}', []),
        ("{UUID(x): 1}", ["a key that is a `UUID`"]),
    ],
)
def test_unwritable(project: ProjectFactory, content: str, what: list[str]) -> None:
    made, contract = _made(project, f'@app.get("/")\ndef f(x):\n    return JSONResponse({content})\n')
    assert [one.what for one in made.unwritable.of(contract.function)] == what


def test_orjson_writes_more(project: ProjectFactory) -> None:
    code = '@app.get("/")\ndef f(x):\n    return ORJSONResponse({"at": datetime.now(), UUID(x): 1, "set": {1}})\n'
    made, contract = _made(project, code)
    assert [one.what for one in made.unwritable.of(contract.function)] == ["a `set`"]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ('return Response(open("x").read())', ["file"]),
        ('return Response(Path("x").read_bytes())', ["file"]),
        ('with open("x") as file:\n        return Response(file.read())', ["file"]),
        ('data = Path("x").read_bytes()\n    return StreamingResponse(io.BytesIO(data))', ["file"]),
        ('return StreamingResponse(open("x"))', ["file"]),
        ('return Response(open("x").read(10))', []),
        ('return HTMLResponse(open("x").read())', []),
        ("return StreamingResponse(load())", []),
        ("out = io.StringIO()\n    csv.writer(out).writerows(x)\n    return Response(out.getvalue())", ["csv"]),
        ("out = io.StringIO()\n    out.write(x)\n    return Response(out.getvalue())", []),
    ],
)
def test_buffered(project: ProjectFactory, body: str, what: list[str]) -> None:
    made, contract = _made(project, f'@app.get("/")\ndef f(x):\n    {body}\n')
    assert [one.what for one in made.buffered.of(contract.function)] == what


def test_raised_errors_and_the_way_to_them(project: ProjectFactory) -> None:
    made = project(
        {
            "main.py": HEAD
            + """
class Missing(HTTPException):
    status_code = 404

class Gone(Missing):
    def __init__(self):
        super().__init__(status_code=410)

def inner(x):
    if x:
        raise Missing
    raise Gone()

def outer(x):
    try:
        inner(x)
    except KeyError:
        raise HTTPException(409)

def quiet(x):
    try:
        outer(x)
    except Exception:
        return None

@app.get("/a")
def a(x):
    outer(x)

@app.get("/b")
def b(x):
    quiet(x)
"""
        }
    )
    first, second = made.routes.endpoints
    raised = made.raised.by(first)
    assert sorted(raised) == [404, 409, 410]
    assert [step.message for step in raised[410]] == ["calls outer", "calls inner", "raises 410"]
    assert made.raised.by(second) == {}
