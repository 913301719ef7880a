"""Which event-loop findings carry which fix: the guards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory

_HEAD = """
import contextlib
import sqlite3
import subprocess
import threading
import time
from typing import Annotated

import requests
from fastapi import Depends, FastAPI, UploadFile
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

app = FastAPI()
Sessions = sessionmaker(create_engine("sqlite://"))
lock = threading.Lock()
own = threading.local()


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)

    def fetch(self) -> str:
        return requests.get(str(self.id)).text


def get_db():
    with Sessions() as db:
        yield db


DB = Annotated[Session, Depends(get_db)]


def fetch(key: object = "") -> str:
    return requests.get("x").text


def stream():
    yield requests.get("x")


@contextlib.contextmanager
def opened():
    yield requests.get("x")


class Service:
    def __init__(self, db: Session) -> None:
        self.db = db

    def fetch(self) -> str:
        return requests.get("x").text


def service(db: DB) -> Service:
    return Service(db)


def kept() -> str:
    own.text = requests.get("x").text
    return own.text


def scheduled() -> str:
    import asyncio
    asyncio.get_event_loop()
    return requests.get("x").text
"""


def _fixes(project: ProjectFactory, body: str, parameters: str = "", rule: str = "FLT102") -> list[str]:
    """Applicability and verb of the fix of each finding."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    text = (
        f"{_HEAD}\nasync def other(): ...\n@app.get('/')\nasync def home({parameters}):\n{lines}\n    await other()\n"
    )
    found = project({"main.py": text}).stall_findings.of(rule)
    return [f"{one.fix.applicability} {type(one.fix.edits[0]).__name__}" if one.fix else "none" for one in found]


@pytest.mark.parametrize(
    ("body", "parameters"),
    [
        ("requests.get('x')", ""),
        ("return requests.get('x', timeout=3).json()", ""),
        ("if fetch(): ...", ""),
        ("x = fetch('a')", ""),
        ("try:\n    fetch(1)\nfinally: ...", ""),
    ],
)
def test_plain_calls_go_to_a_thread(project: ProjectFactory, body: str, parameters: str) -> None:
    assert _fixes(project, body, parameters) == ["safe RunInThreadpool"]


def test_what_goes_in_must_be_known(project: ProjectFactory) -> None:
    assert _fixes(project, "fetch(thing)", "thing") == ["unsafe RunInThreadpool"]
    assert _fixes(project, "fetch(thing)", "thing: str") == ["safe RunInThreadpool"]


@pytest.mark.parametrize(
    ("body", "parameters"),
    [
        ("return [requests.get(x) for x in 'ab']", ""),
        ("requests.get('x', stream=True)", ""),
        ("with lock:\n    requests.get('x')", ""),
        ("for row in stream(): ...", ""),
        ("with opened() as x: ...", ""),
        ("fetch(db)", "db: DB"),
        ("fetch((1, db))", "db: DB"),
        ("fetch(user)", "user: User"),
        ("user.fetch()", "user: User"),
        ("fetch(session)", "session: AsyncSession"),
        ("fetch(*parts)", "parts: list[str]"),
        ("service.fetch()", "service: Service = Depends(service)"),
        ("scheduled()", ""),
        ("kept()", ""),
    ],
)
def test_what_must_not_move(project: ProjectFactory, body: str, parameters: str) -> None:
    assert _fixes(project, body, parameters) == ["none"]


def test_sleep_becomes_asyncio_sleep_only_where_await_may_stand(project: ProjectFactory) -> None:
    assert _fixes(project, "time.sleep(1)", rule="FLT101") == ["safe ReplaceExpression"]
    assert _fixes(project, "[time.sleep(x) for x in (1, 2)]", rule="FLT101") == ["none"]


def test_upload_reads_are_awaited(project: ProjectFactory) -> None:
    assert _fixes(project, "f.file.read()", "f: UploadFile", "FLT104") == ["safe ReplaceExpression"]


def test_database_calls_stay_in_their_thread(project: ProjectFactory) -> None:
    assert _fixes(project, "db.execute('x')", "db: DB", "FLT103") == ["none"]


_ENDPOINT = """
import requests
from fastapi import FastAPI
app = FastAPI()
session = requests.Session()
{extra}
@app.get('/status')
{decorator}
async def status():
    {body}
"""


@pytest.mark.parametrize(
    ("extra", "decorator", "body", "wanted"),
    [
        ("", "", "return session.get('x').text", True),
        ("", "", "return session.get('x').status", True),
        ("async def warm(): return await status()", "", "return session.get('x').text", False),
        ("def keep(f): return f", "@keep", "return session.get('x').text", False),
        ("", "", "import asyncio; return session.get('x').text", False),
        ("", "", "yield session.get('x').text", False),
        ("async def nap(): ...", "", "await nap(); return session.get('x').text", False),
        ("def nap(): import asyncio; asyncio.create_task(x)", "", "nap(); return session.get('x').text", False),
    ],
)
def test_endpoints_become_plain_where_nothing_needs_the_loop(
    project: ProjectFactory, extra: str, decorator: str, body: str, wanted: bool
) -> None:
    text = _ENDPOINT.format(extra=extra, decorator=decorator, body=body)
    found = [one.fix for one in project({"main.py": text}).stall_findings.of("FLT102")]
    assert [fix is not None and fix.applicability == "unsafe" for fix in found] == [wanted] * len(found) != []
