# ruff: noqa: E501 -- programs on one line each, to be read as rows of a table
"""Statements are followed to their filters and bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fastlint.facts.records import Return
from fastlint.model.statement_steps import Place

if TYPE_CHECKING:
    from conftest import ProjectFactory
    from fastlint.model.statement_steps import Query

HEAD = """
from sqlalchemy import and_, func, select, text, union_all
from sqlalchemy.orm import Session
from app.models import Team, User

"""
MODELS = """
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)

class Team(Base):
    __tablename__ = "teams"
    id: Mapped[int] = mapped_column(primary_key=True)
"""


def _returned(project: ProjectFactory, body: str) -> Query:
    """What the last function of a module returns."""
    made = project({"app/models.py": MODELS, "app/repo.py": HEAD + body, "app/__init__.py": ""})
    node = made.modules.by_path["app/repo.py"].functions[-1]
    found = [one for one in node.scan.returns if isinstance(one, Return) and one.value is not None]
    assert found[-1].value is not None
    return made.queries.of(found[-1].value, Place(node, (), {}))


@pytest.mark.parametrize(
    "lines",
    [
        "return select(User)",
        "return session.scalars(select(User).order_by(User.id))",
        "return session.query(User)",
        "return session.execute(text('SELECT * FROM users ORDER BY id'))",
        "return session.execute(select(User).join(Team, Team.id == User.id))",
        "query = select(User)\n    query = query.order_by(User.id)\n    return session.execute(query).scalars().unique()",
        "one, query = 1, select(User)\n    return query",
        "return union_all(select(User.id).where(User.id > 1), select(Team.id))",
        "return select(User.id).union(select(Team.id))",
    ],
)
def test_neither_filter_nor_bound(project: ProjectFactory, lines: str) -> None:
    assert _returned(project, f"def f(session: Session):\n    {lines}\n").is_open


@pytest.mark.parametrize(
    "lines",
    [
        "return select(User).where(User.id == 1)",
        "return session.query(User).filter_by(id=1)",
        "return select(User).join(Team, and_(Team.id == User.id, Team.id == owner))",
        "return session.execute(text('SELECT * FROM users WHERE id = 1'))",
        "query = select(User)\n    if owner:\n        query = query.where(User.id == owner)\n    return query",
        "inner = select(User.id).where(User.id > 1).subquery()\n    return select(inner.c.id)",
        "return union_all(select(User.id).where(User.id > 1), select(Team.id).where(Team.id > 1))",
        "return _mine(select(User), owner)",
    ],
)
def test_filtered(project: ProjectFactory, lines: str) -> None:
    helper = "def _mine(statement, owner):\n    return statement.where(User.id == owner)\n\n"
    found = _returned(project, f"{helper}def f(session: Session, owner: int):\n    {lines}\n")
    assert found.filtered
    assert not found.is_open


@pytest.mark.parametrize(
    "lines",
    [
        "return select(User).limit(10)",
        "return session.query(User)[:10]",
        "return session.scalars(select(User)).first()",
        "return select(func.count(User.id))",
        "return session.execute(text('SELECT relname FROM pg_stat_user_tables ORDER BY 1'))",
        "return session.execute(text('SELECT * FROM information_schema.columns'))",
        "return select(User.id, func.count()).group_by(User.id)",
        "return _page(session.query(User))[0]",
        "query, total = _page(session.query(User))\n    return query",
    ],
)
def test_bounded(project: ProjectFactory, lines: str) -> None:
    helper = "def _page(query):\n    return query.limit(10), 10\n\n"
    found = _returned(project, f"{helper}def f(session: Session):\n    {lines}\n")
    assert not found.is_open


@pytest.mark.parametrize(
    "lines",
    [
        "return paginate(select(User))",
        "query = union(select(User), select(User)).subquery()\n    return select(query.c.id)",
        "return select(User).unheard_of()",
        "return statement",
    ],
)
def test_unknown(project: ProjectFactory, lines: str) -> None:
    body = f"from somewhere import paginate, union\n\ndef f(session: Session, statement):\n    {lines}\n"
    assert not _returned(project, body).is_open


def test_builders_that_add_to_their_statement_are_not_guessed_at(project: ProjectFactory) -> None:
    builder = """
class Builder:
    def __init__(self):
        self.query = select(User)
    def page(self, limit):
        self.query = self.query.limit(limit)
        return self
    def build(self):
        return self.query

def f(session: Session):
    return session.scalars(Builder().page(10).build())
"""
    assert _returned(project, builder).kind is None


def test_a_statement_that_hangs_on_a_parameter_says_so(project: ProjectFactory) -> None:
    assert _returned(
        project, "def f(session: Session, statement):\n    return session.scalars(statement)\n"
    ).parameter == ("statement")


def test_long_chains_of_rebinding_end(project: ProjectFactory) -> None:
    lines = "".join(f"    if flag == {n}:\n        query = query.order_by(User.id)\n" for n in range(40))
    found = _returned(project, f"def f(flag: int):\n    query = select(User)\n{lines}    return query\n")
    assert found.is_open or not found.known


def test_what_a_class_method_reads_is_called_by_the_name_of_its_class(project: ProjectFactory) -> None:
    source = (
        "from sqlalchemy import select\nfrom sqlalchemy.orm import DeclarativeBase, Session\n"
        "from fastapi import Depends, FastAPI\nclass Base(DeclarativeBase): ...\n"
        "class Kind(Base):\n    __tablename__ = 'kind'\n    @classmethod\n"
        "    def every(cls, session: Session):\n        return session.scalars(select(cls)).all()\n"
        "def get_session() -> Session: ...\napp = FastAPI()\n"
        "@app.get('/kinds')\ndef kinds(session: Session = Depends(get_session)):\n    return Kind.every(session)\n"
    )
    assert [one.query.entity for one in project({"app.py": source}).loads.whole_tables()] == ["Kind"]
