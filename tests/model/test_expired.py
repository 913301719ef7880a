"""Entities that are used after a commit has expired them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory

HEAD = """
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)

class Read(BaseModel):
    id: int

async def find(db: AsyncSession, key: int) -> User:
    return await db.get_one(User, key)

async def store(db: AsyncSession, user: User) -> User:
    db.add(user)
    await db.commit()
    return user

async def store_elsewhere(db: AsyncSession, other: AsyncSession, user: User) -> User:
    other.add(user)
    await db.commit()
    return user

async def store_maybe(db: AsyncSession, user: User) -> User:
    if user.id is None:
        db.add(user)
    await db.commit()
    return user

async def merge(db: AsyncSession, user: User) -> User:
    await db.merge(user)
    await db.commit()
    return user

async def made(db: AsyncSession) -> User:
    user = User()
    db.add(user)
    await db.commit()
    return user

app = FastAPI()
"""
SUBCLASS = """
class Own(AsyncSession):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, expire_on_commit=False, **kwargs)
"""
MAKER = "maker = async_sessionmaker(create_async_engine('x'))\n"


def _read(body: str) -> str:
    lines = "".join(f"    {line}\n" for line in body.split("; "))
    return f"@app.post('/')\nasync def read(db: AsyncSession, other: AsyncSession, key: int):\n{lines}"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("u = User(); db.add(u); await db.commit(); return u.id", "u"),
        ("u = User(); db.add(u); await db.commit(); return u", "u"),
        ("u = User(); db.add(u); await db.commit(); return Read.model_validate(u)", "u"),
        ("u = await db.get(User, key); await db.commit(); return u.id", "u"),
        ("u = (await db.scalars(select(User))).one(); await db.commit(); return u.id", "u"),
        ("u = await find(db, key); await db.commit(); return u.id", "u"),
        ("return await made(db)", "user"),
        ("u = await made(db); return u.id", "user"),
        ("return await store(db, User())", "user"),
        ("u = await store(db, User()); return u.id", "user"),
        ("u = await store(db, User()); await db.refresh(u); return u.id", None),
        ("return await store_elsewhere(db, other, User())", None),
        ("return await store_maybe(db, User())", None),
        ("return await merge(db, User())", None),
        ("u = User(); db.add(u); await db.commit(); await db.refresh(u); return u.id", None),
        ("u = await made(db); await db.refresh(u); return u.id", None),
        ("u = User(); db.add(u); i = u.id; await db.commit(); return i", None),
        ("u = await db.get(User, key); await db.delete(u); await db.commit(); return u.id", None),
        ("u = await db.get(User, key); await other.commit(); return u.id", None),
        ("u = User(); await db.commit(); return u.id", None),
        ("await made(db); return 1", None),
    ],
)
def test_uses_after_a_commit(project: ProjectFactory, body: str, name: str | None) -> None:
    made = project({"main.py": HEAD + MAKER + _read(body)})
    assert [one.name for one in made.expired.uses()][:1] == ([name] if name else [])


@pytest.mark.parametrize(
    ("maker", "count"),
    [
        (MAKER, 1),
        ("maker = async_sessionmaker(create_async_engine('x'), expire_on_commit=True)\n", 1),
        ("maker = async_sessionmaker(create_async_engine('x'), expire_on_commit=False)\n", 0),
        ("maker = async_sessionmaker(create_async_engine('x'), **options)\n", 0),
        (MAKER + "second = async_sessionmaker(create_async_engine('y'), expire_on_commit=False)\n", 0),
        (SUBCLASS + "maker = async_sessionmaker(create_async_engine('x'), class_=Own)\n", 0),
        (SUBCLASS + "def session():\n    return Own(create_async_engine('x'))\n", 0),
        ("def session():\n    return AsyncSession(create_async_engine('x'))\n", 1),
    ],
)
def test_makers_that_expire(project: ProjectFactory, maker: str, count: int) -> None:
    assert len(project({"main.py": HEAD + maker}).expired.makers) == count


def test_makers_of_tests_say_nothing_of_the_application(project: ProjectFactory) -> None:
    kept = HEAD + "maker = async_sessionmaker(create_async_engine('x'), expire_on_commit=False)\n"
    assert len(project({"main.py": HEAD + MAKER, "tests/conftest.py": kept}).expired.makers) == 1
