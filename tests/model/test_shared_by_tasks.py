"""Sessions that several tasks use at once, told by where they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory

_DB = """
from typing import Annotated
from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
Maker = async_sessionmaker(create_async_engine("postgresql+asyncpg://u@db/x"))
async def get_session():
    async with Maker() as session:
        yield session
async def get_other():
    async with Maker() as session:
        yield session
SessionDep = Annotated[AsyncSession, Depends(get_session)]
OtherDep = Annotated[AsyncSession, Depends(get_other)]
class Repo:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session
    async def count(self) -> int:
        return await self.session.scalar("select 1")
class Users(Repo): ...
class Orders(Repo): ...
class InjectedUsers(Repo):
    def __init__(self, session: SessionDep) -> None:
        self.session = session
class InjectedOrders(Repo):
    def __init__(self, session: SessionDep) -> None:
        self.session = session
class OtherOrders(Repo):
    def __init__(self, session: OtherDep) -> None:
        self.session = session
class Stats:
    def __init__(self, users: Users, orders: Orders) -> None:
        self.users, self.both = users, None
        self.mine = users
        self.orders = orders
    async def total(self) -> None:
        await asyncio.gather(self.mine.count(), self.orders.count())
def get_stats(session: SessionDep) -> Stats:
    return Stats(Users(session), Orders(session))
def get_two(session: SessionDep, other: OtherDep) -> Stats:
    return Stats(Users(session), Orders(other))
"""


def _names(project: ProjectFactory, endpoint: str) -> list[str]:
    start = "import asyncio\nfrom fastapi import FastAPI\napp = FastAPI()\n"
    model = project({"main.py": start + _DB + "@app.get('/')\nasync def home" + endpoint})
    return [name for _, name, _ in model.shared_by_tasks.all()]


@pytest.mark.parametrize(
    ("endpoint", "names"),
    [
        (
            (
                "(session: SessionDep):\n    users = Users(session)\n    orders = Orders(session)\n"
                "    await asyncio.gather(users.count(), orders.count())\n"
            ),
            ["users` and `orders"],
        ),
        (
            "(session: SessionDep):\n    await asyncio.gather(Users(session).count(), Orders(session).count())\n",
            ["Users` and `Orders"],
        ),
        (
            (
                "(a: Annotated[InjectedUsers, Depends()], b: Annotated[InjectedOrders, Depends()]):\n"
                "    await asyncio.gather(a.count(), b.count())\n"
            ),
            ["a` and `b"],
        ),
        ("(stats: Annotated[Stats, Depends(get_stats)]):\n    await stats.total()\n", ["self.mine` and `self.orders"]),
    ],
)
def test_objects_made_with_one_session_share_it(project: ProjectFactory, endpoint: str, names: list[str]) -> None:
    assert _names(project, endpoint) == names


@pytest.mark.parametrize(
    "endpoint",
    [
        (
            "(a: Annotated[InjectedUsers, Depends()], b: Annotated[OtherOrders, Depends()]):\n"
            "    await asyncio.gather(a.count(), b.count())\n"
        ),
        (
            "(a: Annotated[InjectedUsers, Depends()], b: Annotated[InjectedOrders, Depends(use_cache=False)]):\n"
            "    await asyncio.gather(a.count(), b.count())\n"
        ),
        (
            "():\n    async with Maker() as a, Maker() as b:\n"
            "        await asyncio.gather(Users(a).count(), Orders(b).count())\n"
        ),
        (
            "():\n    async with asyncio.TaskGroup() as group:\n        for n in range(3):\n"
            "            session = Maker()\n            group.create_task(Users(session).count())\n"
        ),
        "(stats: Annotated[Stats, Depends(get_two)]):\n    await stats.total()\n",
    ],
)
def test_sessions_of_their_own(project: ProjectFactory, endpoint: str) -> None:
    assert _names(project, endpoint) == []
