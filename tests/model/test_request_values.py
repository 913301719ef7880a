"""Text of clients in SQL: followed back to the parameters of endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory

_HEAD = """
import enum
import re
from typing import Annotated, Literal
from fastapi import FastAPI, Query, Request
from pydantic import BaseModel, Field, field_validator
from sqlalchemy import text
app = FastAPI()
KNOWN = {"a": "b"}
class Body(BaseModel):
    name: str
    size: int
class Checked(BaseModel):
    name: str = Field(pattern="a")
class Color(str, enum.Enum):
    RED = "red"
def check(value): ...
"""


@pytest.mark.parametrize(
    ("parameter", "body", "name"),
    [
        ("q: str", "text(f'{q}')", "q"),
        ("q", "text('a' + q)", "q"),
        ("q: str", "text('a %s' % q)", "q"),
        ("q: str", "text('a {}'.format(q))", "q"),
        ("q: list[str]", "text(','.join(q))", "q"),
        ("q: str | None = None", "text((q or 'a').strip())", "q"),
        ("q: str", "a = q.lower(); a += ' b'; text(a)", "q"),
        ("q: Body", "text(f'{q.name}')", "q.name"),
        ("q: Request", "text(f'{q.query_params[\"a\"]}')", "q.query_params"),
        ("q: Request", "a = q.headers.get('a'); text(f'{a}')", "q.headers"),
        ("q: str", "[text(one) for one in (q,)]", "q"),
        ("q: str", "a = []; a.append(f'b {q}'); text(' AND '.join(a))", "q"),
        ("q: str", "a = ['c']; text(' AND '.join(a)); a.append(q)", None),
        ("q: int", "text(f'{q}')", None),
        ("q: Body", "text(f'{q.size}')", None),
        ("q: Checked", "text(f'{q.name}')", None),
        ("q: Color", "text(f'{q.value}')", None),
        ("q: Literal['a', 'b']", "text(f'{q}')", None),
        ("q: Annotated[str, Query(pattern='a')]", "text(f'{q}')", None),
        ("q: str", "text(KNOWN[q])", None),
        ("q: str", "text('a' if q else 'b')", None),
        ("q: str", "q = 'a'; text(q)", None),
        ("q: str", "check(q); text(q)", None),
        ("q: str", "text('a' + re.escape(q))", None),
        ("q: str", "\n    if q not in KNOWN:\n        return\n    text(q)", None),
        ("q: Request", "text(f'{q.url}')", None),
    ],
)
def test_where_text_comes_from(project: ProjectFactory, parameter: str, body: str, name: str | None) -> None:
    code = f"{_HEAD}\n@app.get('/')\ndef f({parameter}):\n    {body}\n"
    found = list(project({"m.py": code}).sql_texts.injected())
    assert [one.origin.name for one in found] == ([name] if name else [])


def test_through_calls(project: ProjectFactory) -> None:
    code = f"""{_HEAD}
class Repo:
    def find(self, a, by: str):
        return text(by)
def run(value: str, other: int):
    Repo().find(1, by=value)
@app.get("/x/{{q}}")
def f(q: str):
    run(q, 1)
"""
    (found,) = project({"m.py": code}).sql_texts.injected()
    steps = [one.message for one in found.origin.trace(found.way.node.span, "end")]
    assert steps == ["`f` takes `q` from `GET /x/{q}`", "hands it to `run`", "hands it to `Repo.find`", "end"]
