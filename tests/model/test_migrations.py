"""Alembic: environments, what makes tables past them, how migrations are named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory

_ENV = """
from alembic import context
from app.models import Base
target_metadata = Base.metadata
context.run_migrations()
"""
_MODELS = """
from sqlalchemy.orm import DeclarativeBase
class Base(DeclarativeBase): ...
class Other(DeclarativeBase): ...
"""
_MAIN = """
from contextlib import asynccontextmanager
from fastapi import FastAPI
from sqlalchemy import MetaData
from app import models
engine = None
def make(metadata=None):
    {inner}
@asynccontextmanager
async def lifespan(app):
    {body}
    yield
app = FastAPI(lifespan=lifespan)
{end}
"""


@pytest.mark.parametrize(
    ("inner", "body", "end", "count"),
    [
        ("pass", "models.Base.metadata.create_all(engine)", "", 1),
        ("models.Base.metadata.create_all(engine)", "make()", "", 1),
        ("pass", "await engine.run_sync(models.Base.metadata.create_all)", "", 1),
        ("pass", "pass", "models.Base.metadata.create_all(engine)", 1),
        ("pass", "models.Other.metadata.create_all(engine)", "", 0),
        ("pass", "MetaData().create_all(engine)", "", 0),
        ("metadata.create_all(engine)", "make(models.Base.metadata)", "", 0),
        ("models.Base.metadata.create_all(engine)", "pass", "", 0),
        ("pass", "models.Base.metadata.create_all(engine, tables=[])", "", 0),
        ("pass", "engine and models.Base.metadata.create_all", "", 0),
        ("models.Base.metadata.create_all(engine)", "\n    if engine:\n        make()", "", 0),
        ("pass", "pass", "if __name__ == '__main__':\n    models.Base.metadata.create_all(engine)", 0),
    ],
)
def test_creations(project: ProjectFactory, inner: str, body: str, end: str, count: int) -> None:
    main = _MAIN.format(inner=inner, body=body, end=end)
    files = {"alembic/env.py": _ENV, "app/models.py": _MODELS, "app/main.py": main, "app/__init__.py": ""}
    assert len(list(project(files).migrations.creations())) == count
    del files["alembic/env.py"]
    assert not list(project(files).migrations.creations())


def test_where_a_naming_convention_belongs(project: ProjectFactory) -> None:
    files = {"alembic/env.py": _ENV, "app/models.py": _MODELS}
    ((at, name),) = project(files).migrations.unnamed()
    assert (at.path, name) == ("app/models.py", "Base.metadata")
    assert not list(project({**files, "app/names.py": "naming_convention = {}\n"}).migrations.unnamed())


@pytest.mark.parametrize(
    ("path", "text", "lacks", "edited"),
    [
        ("alembic.ini", "[alembic]\nscript_location = m\n", "a date", True),
        ("alembic.ini", "[alembic]\nscript_location = m\nfile_template = %%(rev)s_%%(slug)s\n", "a date", True),
        ("alembic.ini", "[alembic]\nscript_location = m\nfile_template = %%(year)d_%%(rev)s\n", "a description", True),
        ("alembic.ini", "[alembic]\nscript_location = m\nfile_template = %%(epoch)s_%%(slug)s\n", "", False),
        ("alembic.ini", "[a]\nscript_location = a\n[b]\nscript_location = b\n", "a date", False),
        ("alembic.ini", "[loggers]\nkeys = root\n", "", False),
        ("alembic.ini", "no configuration\n", "", False),
        ("pyproject.toml", '[tool.alembic]\nscript_location = "m"\n', "a date", True),
        ("pyproject.toml", "[tool.alembic]\n", "", False),
        ("pyproject.toml", "[tool.alembic]\nbroken\n", "", False),
    ],
)
def test_templates(project: ProjectFactory, path: str, text: str, lacks: str, *, edited: bool) -> None:
    found = list(project({path: text}).revisions.templates())
    assert {one.lacks for one in found} == ({lacks} if lacks else set())
    assert any(one.edit is not None for one in found) is edited


def _revision(name: str, downgrade: str) -> dict[str, str]:
    text = f"revision = 'ab12'\ndown_revision = None\ndef upgrade():\n    op.drop()\n{downgrade}"
    return {f"versions/{name}.py": text}


@pytest.mark.parametrize(
    ("downgrade", "one_way"),
    [
        ("", True),
        ("def downgrade():\n    pass\n", True),
        ("def downgrade():\n    '''Downgrade schema.'''\n    # ### commands ###\n    pass\n", True),
        ("def downgrade():\n    pass  # nothing to undo\n", False),
        ("def downgrade():\n    # values of an enum can't be removed\n    pass\n", False),
        ("def downgrade():\n    '''There is no way back.'''\n", False),
        ("def downgrade():\n    raise NotImplementedError\n", False),
        ("def downgrade():\n    op.create()\n", False),
    ],
)
def test_one_way(project: ProjectFactory, downgrade: str, *, one_way: bool) -> None:
    assert bool(list(project(_revision("ab12_x", downgrade)).revisions.one_way())) is one_way


@pytest.mark.parametrize(
    ("name", "nameless"),
    [("ab12", True), ("ab12_", True), ("2024_01_01-ab12_", True), ("ab12_add_users", False), ("users", False)],
)
def test_nameless(project: ProjectFactory, name: str, *, nameless: bool) -> None:
    assert bool(list(project(_revision(name, "")).revisions.nameless())) is nameless
