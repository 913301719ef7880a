"""Sessions of requests in tasks that outlive them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory

_HEAD = """
import asyncio
from typing import Annotated
from fastapi import BackgroundTasks, Depends, FastAPI
from sqlalchemy.orm import Session, sessionmaker
from starlette.background import BackgroundTask
maker = sessionmaker()
def get_session():
    with maker() as session:
        yield session
SessionDep = Annotated[Session, Depends(get_session)]
def work(session, *args): ...
async def run(session): ...
class Service:
    def __init__(self, db: Session):
        self.db = db
    def use(self):
        self.again()
    def again(self):
        self.db.commit()
    def idle(self): ...
app = FastAPI()
"""


@pytest.mark.parametrize(
    ("body", "how"),
    [
        ("tasks.add_task(work, db)", "given"),
        ("tasks.add_task(work, session=db)", "given"),
        ("BackgroundTask(work, db)", "given"),
        ("asyncio.create_task(run(db))", "given"),
        ("service = Service(db); tasks.add_task(service.use)", "kept"),
        ("tasks.add_task(Service(db).use)", "kept"),
        ("tasks.add_task(Service(maker()).use)", None),
        ("tasks.add_task(lambda: db.commit())", "enclosed"),
        ("\n    def inner():\n        db.commit()\n    tasks.add_task(inner)", "enclosed"),
        ("\n    with maker() as own:\n        tasks.add_task(work, own)", "given"),
        ("service = Service(db); tasks.add_task(service.idle)", None),
        ("service = Service(maker()); tasks.add_task(service.use)", None),
        ("\n    def inner(db):\n        db.commit()\n    tasks.add_task(inner)", None),
        ("own = maker(); tasks.add_task(work, own)", None),
        ("tasks.add_task(work, maker)", None),
        ("tasks.add_task(work, db.info)", None),
        ("await asyncio.create_task(run(db))", None),
        ("task = asyncio.create_task(run(db)); await task", None),
        ("work(db)", None),
    ],
)
def test_tasks(project: ProjectFactory, body: str, how: str | None) -> None:
    code = f"{_HEAD}\n@app.get('/')\nasync def f(tasks: BackgroundTasks, db: SessionDep):\n    {body}\n"
    found = list(project({"m.py": code}).background_sessions.all())
    assert [one.how for one in found] == ([how] if how else [])


def test_a_task_that_starts_another(project: ProjectFactory) -> None:
    code = f"""{_HEAD}
def first(tasks: BackgroundTasks):
    with maker() as session:
        second(tasks, session)
def second(tasks: BackgroundTasks, session: Session):
    tasks.add_task(work, session)
@app.get("/")
def f(tasks: BackgroundTasks):
    tasks.add_task(first, tasks)
"""
    assert not list(project({"m.py": code}).background_sessions.all())
