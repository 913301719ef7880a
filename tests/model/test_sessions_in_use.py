"""Where sessions, engines and clients of request code come from and how they end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory

DB = """
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session, scoped_session, sessionmaker

engine = create_engine("sqlite://")
SessionLocal = sessionmaker(engine)
factory = sessionmaker(engine)
"""
MAIN = """
import httpx
from fastapi import Depends, FastAPI
from sqlalchemy import create_engine, text
from app.db import *

app = FastAPI()

"""
MANAGER = """
from contextlib import contextmanager

class Manager:
    @contextmanager
    def session(self):
        with SessionLocal() as s:
            yield s

manager = Manager()

"""
DEPENDENCY = "def dep():\n    with SessionLocal() as s:\n        yield s\n\n"


def _files(code: str) -> dict[str, str]:
    return {"app/__init__.py": "", "app/db.py": DB, "app/main.py": MAIN + code}


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("s = SessionLocal()\n    s.execute(text('x'))", "s"),
        ("s = factory()\n    s.execute(text('x'))", "s"),
        ("s = SessionLocal()\n    s.execute(text('x'))\n    s.close()", "s"),
        ("s = SessionLocal()\n    try:\n        s.execute(text('x'))\n    finally:\n        s.close()", None),
        ("s = SessionLocal()\n    with s:\n        s.execute(text('x'))", None),
        ("s = SessionLocal()\n    return s", None),
        ("s = SessionLocal()\n    app.state.s = s", None),
    ],
)
def test_sessions_that_are_left_open(project: ProjectFactory, body: str, name: str | None) -> None:
    made = project(_files(f"@app.get('/')\ndef read():\n    {body}\n"))
    assert [leak.name for leak in made.session_ends.leaks()] == ([name] if name else [])


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("@app.get('/')\ndef read():\n    with SessionLocal() as s:\n        pass\n", 1),
        ("@app.get('/')\ndef read():\n    with SessionLocal.begin() as s:\n        pass\n", 1),
        (MANAGER + "@app.get('/')\ndef read():\n    with manager.session() as s:\n        pass\n", 1),
        (MANAGER + "@app.get('/')\ndef read(m: Manager = Depends()):\n    with m.session() as s:\n        pass\n", 0),
        ("@app.websocket('/')\nasync def talk():\n    with SessionLocal() as s:\n        pass\n", 0),
        (DEPENDENCY + "@app.get('/')\ndef read(s=Depends(dep)): ...\n", 0),
        ("@app.get('/')\ndef read(maker: sessionmaker = Depends()):\n    with maker() as s:\n        pass\n", 0),
    ],
)
def test_sessions_made_on_the_spot(project: ProjectFactory, code: str, count: int) -> None:
    assert len(list(project(_files(code)).session_use.on_the_spot())) == count


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("e = create_engine('sqlite://')\n    e.connect()", 1),
        ("e = create_engine(url)\n    e.connect()", 0),
        ("app.state.e = create_engine('sqlite://')", 0),
        ("return create_engine('sqlite://')", 0),
        ("e = create_engine('sqlite://')\n    m = sessionmaker(e)\n    with m() as s: ...", 1),
        ("with Session(create_engine('sqlite://')) as s: ...", 1),
        ("m = sessionmaker(engine)\n    with m() as s: ...", 1),
    ],
)
def test_engines_per_request(project: ProjectFactory, body: str, count: int) -> None:
    made = project(_files(f"@app.get('/')\ndef read(url: str = ''):\n    {body}\n"))
    assert len(list(made.engines.per_request(made.reached))) == count


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("with httpx.Client() as c:\n        c.get('/')", 1),
        ("httpx.Client().get('/')", 1),
        ("c = httpx.Client()\n    c.get('/')\n    c.close()", 1),
        ("c = httpx.Client()\n    cache['c'] = c", 0),
        ("return httpx.Client()", 0),
        ("with httpx.Client(transport=httpx.WSGITransport(app)) as c:\n        c.get('/')", 0),
    ],
)
def test_clients_per_request(project: ProjectFactory, body: str, count: int) -> None:
    made = project(_files(f"cache = {{}}\n\n@app.get('/')\ndef read():\n    {body}\n"))
    assert len(list(made.clients.per_request(made.reached))) == count


def test_one_session_for_all(project: ProjectFactory) -> None:
    code = "one = SessionLocal()\ntwo = SessionLocal()\n\n@app.get('/')\ndef read():\n    one.execute(text('x'))\n"
    made = project(_files(code))
    assert [shared.name for shared in made.shared_sessions.all(made.reached)] == ["one"]


def test_registries(project: ProjectFactory) -> None:
    made = project(_files("plain = scoped_session(SessionLocal)\nmine = scoped_session(SessionLocal, scopefunc=id)\n"))
    assert [(one.over_async, one.kept) for one in made.scoped_sessions.all(made.reached)] == [
        (False, False),
        (False, True),
    ]


@pytest.mark.parametrize(
    ("body", "late"),
    [
        ("with SessionLocal() as s:\n        yield s\n        s.commit()", True),
        ("with SessionLocal.begin() as s:\n        yield s", True),
        ("with SessionLocal() as s:\n        s.commit()\n        yield s", False),
        ("s = SessionLocal()\n    try:\n        yield s\n    except ValueError:\n        s.commit()", False),
    ],
)
def test_commits_behind_the_yield(project: ProjectFactory, body: str, late: bool) -> None:
    made = project(_files(f"def dep():\n    {body}\n\n@app.get('/')\ndef read(s=Depends(dep)): ...\n"))
    assert bool(made.late_commits.all) is late


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("requests.get('/')", True),
        ("requests.get('/', timeout=3)", False),
        ("requests.get('/', **options)", False),
        ("httpx.get('/')", False),
        ("httpx.get('/', timeout=None)", True),
        ("httpx.Timeout(None, connect=5)", True),
        ("httpx.Timeout(5, read=None)", False),
    ],
)
def test_missing_timeouts(project: ProjectFactory, call: str, found: bool) -> None:
    made = project({"app/out.py": f"import httpx, requests\n\ndef fetch(**options):\n    return {call}\n"})
    assert bool(list(made.timeouts.missing())) is found


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("class Users:\n    def __init__(self):\n        self.s = SessionLocal()\n", "self.s"),
        ("class Users:\n    def __init__(self):\n        self.s = SessionLocal()\n    def close(self): ...\n", None),
        ("class Users:\n    def __init__(self, s: Session):\n        self.s = s\n", None),
        ("def users():\n    return SessionLocal()\nUsers = users\n", "users"),
        ("def users():\n    s = SessionLocal()\n    return s\nUsers = users\n", "users"),
        ("def users():\n    s = SessionLocal()\n    return repo(s)\nUsers = users\n", None),
    ],
)
def test_sessions_that_dependencies_leave_open(project: ProjectFactory, code: str, found: str | None) -> None:
    use = "@app.get('/')\ndef read(users=Depends(Users)): ...\n"
    made = project(_files(code + use))
    assert [leak.name for leak in made.session_ends.leaks()] == ([found] if found else [])


KEEPS = "class Users:\n    def __init__(self, s):\n        self.s = s\n    def all(self): ...\n"
USERS = "class Users:\n    def __init__(self):\n        self.s = SessionLocal()\n    def all(self): ...\n"


@pytest.mark.parametrize(
    ("code", "home"),
    [
        ("s = SessionLocal()\n@app.get('/')\ndef read():\n    s.execute(text('x'))\n", "module"),
        ("s = SessionLocal()\ndef dep():\n    return s\n@app.get('/')\ndef read(s=Depends(dep)): ...\n", "module"),
        ("s = next(gen())\n@app.get('/')\ndef read():\n    s.execute(text('x'))\n", "module"),
        ("@app.get('/')\ndef read(): use()\ndef use(s=SessionLocal()): ...\n", "default"),
        ("async def life(app: FastAPI):\n    with SessionLocal() as s:\n        app.state.s = s\n", "state"),
        (USERS + "users = Users()\n@app.get('/')\ndef read():\n    users.all()\n", "object"),
        (USERS + "@app.get('/')\ndef read():\n    users = Users()\n    users.all()\n", None),
        (KEEPS + "users = Users(SessionLocal())\n@app.get('/')\ndef read():\n    users.all()\n", "object"),
        (KEEPS + "@app.get('/')\ndef read(s=Depends(gen)):\n    users = Users(s)\n    users.all()\n", None),
        ("s = SessionLocal()\ns.execute(text('x'))\n@app.get('/')\ndef read(): ...\n", None),
        ("s = SessionLocal\n@app.get('/')\ndef read():\n    s()\n", None),
    ],
)
def test_sessions_of_all_requests(project: ProjectFactory, code: str, home: str | None) -> None:
    generator = "def gen():\n    with SessionLocal() as session:\n        yield session\n\n"
    made = project(_files(generator + code))
    assert [one.home for one in made.shared_sessions.all(made.reached)] == ([home] if home else [])
