"""What a session is and what makes one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory
    from fastlint.model.sessions import SessionKind

HEAD = """
from typing import NewType
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, scoped_session, sessionmaker
import sqlmodel
from sqlmodel.ext.asyncio.session import AsyncSession as ModelSession

engine = create_engine("sqlite://")
async_engine = create_async_engine("sqlite+aiosqlite://")

class ShopSession(AsyncSession):
    pass

ReadSession = NewType("ReadSession", AsyncSession)
SessionLocal = sessionmaker(engine)
async_session = async_sessionmaker(async_engine)
old_session = sessionmaker(async_engine, class_=AsyncSession)
shop_session = async_sessionmaker(async_engine, class_=ShopSession)
registry_session = scoped_session(SessionLocal)

def new_session() -> Session:
    return SessionLocal()

"""


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        ("Session(engine)", "sync"),
        ("sqlmodel.Session(engine)", "sync"),
        ("AsyncSession(async_engine)", "async"),
        ("ModelSession(async_engine)", "async"),
        ("ShopSession(async_engine)", "async"),
        ("SessionLocal()", "sync"),
        ("async_session()", "async"),
        ("old_session()", "async"),
        ("shop_session()", "async"),
        ("new_session()", "sync"),
        ("registry_session()", None),
        ("print()", None),
    ],
)
def test_what_makes_a_session(project: ProjectFactory, call: str, kind: SessionKind | None) -> None:
    made = project({"app/db.py": f"{HEAD}\ndef f():\n    session = {call}\n"})
    node = made.modules.by_path["app/db.py"].functions[-1]
    assert [one.kind for one in made.sessions.openings(node)] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        ("Session", "sync"),
        ("ShopSession", "async"),
        ("ReadSession", "async"),
        ("'AsyncSession | None'", "async"),
        ("str", None),
    ],
)
def test_sessions_by_annotation(project: ProjectFactory, annotation: str, kind: SessionKind | None) -> None:
    made = project({"app/db.py": f"{HEAD}\ndef f(session: {annotation}):\n    pass\n"})
    node = made.modules.by_path["app/db.py"].functions[-1]
    assert made.sessions.kind(made.types.parameter(node, node.params["session"])) == kind


def test_two_sessions_of_one_maker_are_told_apart(project: ProjectFactory) -> None:
    made = project({"app/db.py": f"{HEAD}\none = SessionLocal()\ntwo = SessionLocal()\n"})
    module = made.modules.by_path["app/db.py"]
    origins = [made.types.lookup.member(module, name)[0].origin for name in ("one", "two")]  # type: ignore[union-attr]
    assert None not in origins
    assert origins[0] != origins[1]
