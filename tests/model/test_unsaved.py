"""Writes that nothing commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory

HEAD = """
from contextlib import contextmanager
from fastapi import Depends, FastAPI
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy import create_engine, text
from elsewhere import finish

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)

maker = sessionmaker()

def get_session():
    with maker() as session:
        yield session

def transaction():
    with maker() as session:
        yield session
        session.commit()

class Unit:
    def __enter__(self):
        self.session: Session = maker()
        return self
    def __exit__(self, *error):
        self.session.commit()

class Users:
    def __init__(self, db: Session):
        self.db = db
    def create(self):
        self.db.add(User())
    def save(self):
        self.db.commit()

app = FastAPI()
"""


@pytest.mark.parametrize(
    ("parameters", "body", "count"),
    [
        ("db: Session = Depends(get_session)", "db.add(User())", 1),
        ("db: Session = Depends(get_session)", "db.execute(insert(User))", 1),
        ("db: Session = Depends(get_session)", "db.execute(update(User).values(id=1))", 1),
        ("db: Session = Depends(get_session)", "db.execute(delete(User))", 1),
        ("db: Session = Depends(get_session)", "Users(db).create()", 1),
        ("db: Session = Depends(get_session)", "db.execute(text('UPDATE users SET id = 1'))", 1),
        ("db: Session = Depends(get_session)", "db.execute(text('SELECT * FROM updates'))", 0),
        ("db: Session = Depends(get_session)", "db.query(User).filter(User.id == 1).delete()", 1),
        ("db: Session = Depends(get_session)", "user = db.get(User, 1); user.id = 2", 1),
        ("db: Session = Depends(get_session)", "user = db.get(User, 1); setattr(user, 'id', 2)", 1),
        ("db: Session = Depends(get_session)", "user = db.get(User, 1); user.label = 2", 0),
        ("db: Session = Depends(get_session)", "user = User(); user.id = 2", 0),
        ("", "create_engine('sqlite://').execute(text('DELETE FROM users'))", 0),
        ("db: Session = Depends(get_session)", "users = Users(db); users.create(); users.save()", 0),
        ("db: Session = Depends(get_session)", "db.add(User()); db.commit()", 0),
        ("db: Session = Depends(get_session)", "db.add(User()); finish(db)", 0),
        ("db: Session = Depends(get_session)", "db.execute(select(User))", 0),
        ("db: Session = Depends(transaction)", "db.add(User())", 0),
        ("", "with Unit() as unit: unit.session.add(User())", 0),
        ("unit: Unit = Depends(Unit)", "with unit: unit.session.add(User())", 0),
        ("db: Session = Depends(get_session)", "with db.begin(): db.add(User())", 0),
    ],
)
def test_writes_that_are_thrown_away(project: ProjectFactory, parameters: str, body: str, count: int) -> None:
    made = project({"main.py": f"{HEAD}\n@app.post('/')\ndef write({parameters}):\n    {body}\n"})
    assert len(list(made.unsaved.all())) == count


def test_what_only_reads_may_change_entities_for_its_answer(project: ProjectFactory) -> None:
    code = (
        "\n@app.get('/')\ndef read(db: Session = Depends(get_session)):\n    user = db.get(User, 1)\n    user.id = 0\n"
    )
    assert list(project({"main.py": HEAD + code}).unsaved.all()) == []


def test_a_middleware_may_commit(project: ProjectFactory) -> None:
    code = """
@app.middleware("http")
async def commits(request, call_next):
    answer = await call_next(request)
    request.state.db.commit()
    return answer

@app.post("/")
def write(db: Session = Depends(get_session)):
    db.add(User())
"""
    assert list(project({"main.py": HEAD + code}).unsaved.all()) == []


@pytest.mark.parametrize(
    ("provider", "count"),
    [
        ("with maker() as session: yield session", 1),
        ("with maker.begin() as session: yield session", 0),
        ("with Unit() as unit: yield unit.session", 0),
    ],
)
def test_a_provider_of_dishka_may_commit(project: ProjectFactory, provider: str, count: int) -> None:
    code = f"""
from dishka import FromDishka, Provider, Scope, provide

class Sessions(Provider):
    @provide(scope=Scope.REQUEST)
    def session(self):
        {provider}

@app.post("/users")
def create(users: FromDishka[Users]):
    users.create()
"""
    made = project({"main.py": HEAD + code, "elsewhere.py": "def finish(*given): ..."})
    assert len(list(made.unsaved.all())) == count
