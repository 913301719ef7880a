"""Queries that run once for each row of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory

HEAD = """
from functools import lru_cache
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    tags: list[str]
    friends: Mapped[list["User"]] = relationship()

def users(db: Session):
    return db.scalars(select(User).limit(9)).all()

def one(db: Session, key):
    return db.get(User, key)

def through(db: Session, key):
    return one(db, key)

def perhaps(db: Session, key):
    if key:
        return db.get(User, key)
    return None

def write(db: Session, key):
    found = db.get(User, key)
    db.delete(found)
    return found

@lru_cache
def kept(key):
    return session.get(User, key)

session: Session
app = FastAPI()
"""


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("for u in db.scalars(select(User)):\n        names.append(db.get(User, u.id))", "db.get"),
        ("for u in users(db):\n        names.append(one(db, u.id))", "one"),
        ("for u in users(db):\n        names.append(through(db, u.id))", "through"),
        ("for i, u in enumerate(users(db)):\n        names.append(db.get(User, u.id))", "db.get"),
        ("for u in users(db):\n        key = u.id\n        names.append(one(db, key))", "one"),
        (
            "for u in db.query(User).limit(9):\n        names.append(db.query(User).filter(User.id == u.id).first())",
            "db.query",
        ),
        ("names = [one(db, u.id) for u in users(db)]", "one"),
        (
            "rows = db.execute(select(User.id))\n    for key, in rows:\n        names.append(db.get(User, key))",
            "db.get",
        ),
        ("me = db.get(User, 1)\n    for u in me.friends:\n        names.append(db.get(User, u.id))", "db.get"),
        ("me = db.get(User, 1)\n    names = [one(db, u.id) for u in me.friends]", "one"),
        ("me = db.get(User, 1)\n    names = [one(db, tag) for tag in me.tags]", None),
        ("for u in names:\n        names.append(db.get(User, u))", None),
        ("for u in users(db):\n        names.append(perhaps(db, u.id))", None),
        ("for u in users(db):\n        names.append(kept(u.id))", None),
        ("for u in users(db):\n        names.append(one(db, 1))", None),
        ("for u in users(db):\n        one(db, u.id)", None),
        ("for u in users(db):\n        names.append(one(db, u.id))\n        db.delete(u)", None),
        ("for u in users(db):\n        names.append(one(db, u.id))\n        write(db, u.id)", None),
        ("for u in users(db):\n        names.append(write(db, u.id))", None),
    ],
)
def test_queries_in_loops(project: ProjectFactory, body: str, found: str | None) -> None:
    code = f"@app.get('/')\ndef read(db: Session, names: list):\n    {body}\n    return names\n"
    made = project({"main.py": HEAD + code})
    assert [one.asked for one in made.repeated_queries.all()] == ([found] if found else [])
