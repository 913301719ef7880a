"""`Depends` in shapes that fail or do nothing, and requests that get two sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory

_HEAD = "from typing import Annotated\nfrom fastapi import Depends, FastAPI\napp = FastAPI()\n"


def _misuses(project: ProjectFactory, text: str) -> list[tuple[str, str]]:
    return [(one.kind, one.text) for one in project({"main.py": _HEAD + text}).misused_depends.all()]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("def d(): return 1\n@app.get('/')\ndef f(x=Depends(d())): ...\n", ("result", "d()")),
        ("async def d(): ...\n@app.get('/')\ndef f(x=Depends(d())): ...\n", ("result", "d()")),
        ("class D: ...\n@app.get('/')\ndef f(x=Depends(D())): ...\n", ("result", "D()")),
        ("@app.get('/')\ndef f(x=Depends): ...\n", ("uncalled", "Depends")),
        ("@app.get('/')\ndef f(x: Annotated[int, Depends]): ...\n", ("uncalled", "Depends")),
        ("def d(): ...\n@app.get('/', dependencies=[d])\ndef f(): ...\n", ("unwrapped", "d")),
        ("def d(): ...\n@app.get('/')\ndef f():\n    x = Depends(d)\n", ("body", "Depends(d)")),
    ],
)
def test_misuses(project: ProjectFactory, text: str, found: tuple[str, str]) -> None:
    assert _misuses(project, text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "class D:\n    def __call__(self): ...\n@app.get('/')\ndef f(x=Depends(D())): ...\n",
        "def d():\n    def g(): ...\n    return g\n@app.get('/')\ndef f(x=Depends(d())): ...\n",
        "from x import D\n@app.get('/')\ndef f(x=Depends(D())): ...\n",
        "from x import Base\nclass D(Base): ...\n@app.get('/')\ndef f(x=Depends(D())): ...\n",
        "def d(): ...\nX = Depends(d)\n@app.get('/', dependencies=[X])\ndef f(): ...\n",
        "def d(): ...\ndef never_called():\n    x = Depends(d)\n",
    ],
)
def test_right_uses(project: ProjectFactory, text: str) -> None:
    assert _misuses(project, text) == []


_F = "@app.get('/')\ndef f(s=Depends(db), x=Depends(u)): ...\n"
_DB = """
from fastapi import Depends, FastAPI
from functools import partial
from sqlalchemy.orm import Session
app = FastAPI()
def db():
    with Session() as session:
        yield session
"""


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("def u(s=Depends(db)): ...\n" + _F, []),
        (
            "def u(s=Depends(db, use_cache=False)): ...\n@app.get('/')\ndef f(s=Depends(db), x=Depends(u)): ...\n",
            ["uncached"],
        ),
        ("@app.get('/')\ndef f(s=Depends(db), t=Depends(db, scope='function')): ...\n", ["lifetime"]),
        ("@app.get('/')\ndef f(s=Depends(db), t=Depends(partial(db))): ...\n", ["partial"]),
        ("@app.get('/')\ndef f(s=Depends(db)):\n    return next(db())\n", ["by hand"]),
        ("@app.get('/')\ndef f():\n    return next(db())\n", []),
        ("def n(): return 1\n@app.get('/')\ndef f(a=Depends(n), b=Depends(n, use_cache=False)): ...\n", []),
    ],
)
def test_second_sessions(project: ProjectFactory, text: str, kinds: list[str]) -> None:
    assert [one.kind for one in project({"main.py": _DB + text}).second_sessions.all()] == kinds
