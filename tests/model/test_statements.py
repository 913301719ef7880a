"""Calls that are the database's."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import ProjectFactory


def _kinds(project: ProjectFactory, text: str) -> list[tuple[str, str]]:
    model = project({"m.py": text})
    node = model.modules.by_path["m.py"].functions[-1]
    return [(one.name, one.kind) for one in model.statements.of(node)]


def test_sessions_by_type(project: ProjectFactory) -> None:
    text = """
    from sqlalchemy import select as choose
    from sqlalchemy.orm import Session
    class Mine(Session): ...
    def f(s: Mine):
        rows = s.scalars(choose(1)).all()
        s.add(rows)
        s.commit()
        s.info.get("x")
    """
    assert _kinds(project, text) == [
        ("choose", "construct"),
        ("s.scalars", "read"),
        ("s.add", "write"),
        ("s.commit", "transaction"),
    ]


def test_names_say_nothing(project: ProjectFactory) -> None:
    text = """
    def select(x): ...
    def f(session, db: dict):
        session.execute(select(1))
        db.get("x")
    """
    assert _kinds(project, text) == []


def test_drivers(project: ProjectFactory) -> None:
    text = """
    import sqlite3
    def f():
        with sqlite3.connect("x") as connection:
            connection.execute("SELECT 1")
    """
    assert _kinds(project, text) == [("connection.execute", "read")]


def test_models_that_ask_their_own_table(project: ProjectFactory) -> None:
    text = """
    import peewee
    class Row(peewee.Model): ...
    def f(id):
        row = Row.get(Row.id == id)
        row.save()
        Row.alias()
    """
    assert _kinds(project, text) == [("Row.get", "read"), ("row.save", "write")]
