"""SQLAlchemy's 1.x style: found, told from look-alikes, mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory

_HEAD = """
from sqlalchemy import create_engine, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Session, relationship, scoped_session, sessionmaker
class Base(DeclarativeBase): ...
class User(Base):
    __tablename__ = "users"
class Team(Base):
    __tablename__ = "teams"
    users = relationship(User, lazy="joined")
engine = create_engine("sqlite://")
scoped = scoped_session(sessionmaker(engine))
def f(db: Session, later: AsyncSession, either: Session | AsyncSession, any):
    {code}
"""


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("db.query(User)", "query"),
        ("scoped.query(User)", "query"),
        ("later.query(User)", "async query"),
        ("engine.execute(any)", "engine"),
        ('db.execute("SELECT 1")', "text"),
        ('later.scalar(statement="SELECT 1")', "text"),
        ("select([User])", "list"),
        ("sessionmaker(autocommit=True)", "autocommit"),
        ("Session(engine, autocommit=True)", "autocommit"),
        ("select(User)", None),
        ("sessionmaker(autocommit=False)", None),
        ("either.query(User)", None),
        ("any.query(User)", None),
        ('any.execute("SELECT 1")', None),
        ("db.execute(any)", None),
        ("isinstance(later, Session) and later.query(User)", None),
    ],
)
def test_kinds(project: ProjectFactory, code: str, kind: str | None) -> None:
    found = list(project({"m.py": _HEAD.format(code=code)}).legacy_queries.all())
    assert [one.kind for one in found] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("db.query(User).get(1)", "db.get(User, 1)"),
        ("db.query(User).all()", "db.scalars(select(User)).all()"),
        ("db.query(Team).all()", None),
        ("db.query(User, Team).all()", None),
        ("db.query(User.id).all()", None),
        ("db.query(User).filter(any).all()", None),
        ("select = 1; db.query(User).all()", None),
        ('db.execute("SELECT 1")', 'text("SELECT 1")'),
        ('text = 1; db.execute("SELECT 1")', None),
    ],
)
def test_edits(project: ProjectFactory, code: str, text: str | None) -> None:
    legacy = project({"m.py": _HEAD.format(code=code)}).legacy_queries
    (found,) = legacy.all()
    edits = legacy.edits(found)
    assert (getattr(edits[0], "text", None) if edits else None) == text


def test_imports(project: ProjectFactory) -> None:
    legacy = project({"m.py": "from sqlalchemy.ext.declarative import declarative_base as base\n"}).legacy_queries
    (found,) = legacy.all()
    assert [getattr(one, "text", "") for one in legacy.edits(found)] == [
        "from sqlalchemy.orm import declarative_base as base"
    ]


def test_migrations_are_history(project: ProjectFactory) -> None:
    history = "revision = 'a'\ndown_revision = None\n" + _HEAD.format(code="db.query(User)")
    assert not list(project({"versions/a.py": history}).legacy_queries.all())
