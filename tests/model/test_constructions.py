"""What attributes are that a class itself says nothing of: by who makes its objects, by who puts something on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory

_REPO = """
class Base:
    def __init__(self, db):
        self.db = db
    def load(self):
        return self.db.execute("x")
"""
_MAIN = """
from fastapi import Depends, FastAPI
from sqlalchemy.orm import Session
from sqlalchemy.ext.asyncio import AsyncSession
from repo import *
app = FastAPI()
def get_db():
    with Session() as session:
        yield session
async def get_async_db():
    async with AsyncSession() as session:
        yield session
{head}
@app.get("/")
async def home(repo: Base = Depends(get_repo)):
    return repo.load()
"""


def _names(project: ProjectFactory, **files: str) -> list[str]:
    found = project({f"{name}.py": text for name, text in files.items()})
    return [one.verdict.name for one in found.stalls.all]


@pytest.mark.parametrize(
    ("head", "found"),
    [
        ("def get_repo(db: Session = Depends(get_db)) -> Base:\n    return Base(db)", True),
        ("def get_repo(db: Session = Depends(get_db)) -> Base:\n    return Base(db=db)", True),
        ("def get_repo(db: AsyncSession = Depends(get_async_db)) -> Base:\n    return Base(db)", False),
        ("def get_repo(*args) -> Base:\n    return Base(*args)", False),
        ("def get_repo(db: Session = Depends(get_db)) -> Base:\n    return Base(db)\nfake = Base(unknown)", False),
    ],
)
def test_an_untyped_parameter_is_what_those_give_it_who_make_the_object(
    project: ProjectFactory, head: str, found: bool
) -> None:
    names = _names(project, repo=_REPO, main=_MAIN.format(head=head))
    assert names == (["sqlalchemy.orm.Session.execute"] if found else [])


def test_a_subclass_hands_on_what_it_is_given(project: ProjectFactory) -> None:
    repo = f"""
from sqlalchemy.orm import Session
{_REPO}
class Users(Base):
    def __init__(self, db: Session):
        super().__init__(db)
class Orders(Base):
    def __init__(self, db):
        super().__init__(db)
"""
    for name in ("Users", "Orders"):
        head = f"def get_repo(db: Session = Depends(get_db)) -> {name}:\n    return {name}(db)"
        main = _MAIN.format(head=head).replace("repo: Base", f"repo: {name}")
        assert _names(project, repo=repo, main=main) == ["sqlalchemy.orm.Session.execute"]


_STORE = """
import redis
class Store:
    client = None
    def get(self, key):
        return self.client.get(key)
store = Store()
def connect():
    store.client = redis.Redis()
class Single:
    _instance = None
    def __new__(cls):
        if cls._instance is None:
            instance = super().__new__(cls)
            instance.client = redis.Redis()
            cls._instance = instance
        return cls._instance
    def get(self, key):
        return self.client.get(key)
class Other:
    _instance = None
    def __new__(cls):
        if not cls._instance:
            cls._instance = object.__new__(cls)
            cls._instance.client = redis.Redis()
        return cls._instance
    def get(self, key):
        return self.client.get(key)
"""


@pytest.mark.parametrize("what", ["store", "Single()", "Other()"])
def test_an_attribute_is_what_is_put_there_from_outside_or_by_new(project: ProjectFactory, what: str) -> None:
    main = f"""
from fastapi import FastAPI
from store import Other, Single, store
app = FastAPI()
@app.get("/")
async def home():
    return {what}.get("x")
"""
    assert _names(project, store=_STORE, main=main) == ["redis.Redis.get"]


def test_a_lambda_gives_what_its_body_gives(project: ProjectFactory) -> None:
    main = """
import requests
from fastapi import Depends, FastAPI
app = FastAPI()
class Api:
    def load(self):
        return requests.get("x")
@app.get("/")
async def home(api=Depends(lambda: Api())):
    return api.load()
"""
    assert _names(project, main=main) == ["requests.get"]
