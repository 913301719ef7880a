"""How requests come to functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import ProjectFactory
    from fastlint.model.project import Project
    from fastlint.model.reached import Way

MAIN = """
import asyncio
from functools import lru_cache
from fastapi import BackgroundTasks, Depends, FastAPI
from fastapi.concurrency import run_in_threadpool

app = FastAPI()

@lru_cache
def cached() -> int:
    return 1

def leaf() -> int:
    return cached()

async def awaited() -> int:
    return leaf()

async def gathered() -> int:
    return 1

async def ran() -> int:
    return 1

def threaded() -> int:
    return asyncio.run(ran())

def later() -> None:
    pass

def dependency() -> int:
    return 1

@app.get("/items")
async def read(tasks: BackgroundTasks, one: int = Depends(dependency)) -> int:
    tasks.add_task(later)
    await asyncio.gather(gathered(), gathered())
    await run_in_threadpool(threaded)
    return await awaited()
"""


def _ways(project: Project) -> dict[str, Way]:
    return {node.name: way for node, way in project.reached.by_node.items()}


def test_what_runs_for_requests(project: ProjectFactory) -> None:
    ways = _ways(project({"app/main.py": MAIN}))
    assert {name: way.apart for name, way in ways.items()} == {
        "read": False,
        "dependency": False,
        "awaited": False,
        "leaf": False,
        "threaded": False,
        "ran": False,
        "gathered": True,
        "later": True,
    }


def test_messages_and_traces(project: ProjectFactory) -> None:
    made = project({"app/main.py": MAIN})
    way = _ways(made)["leaf"]
    assert way.place == "in `leaf` for `GET /items`"
    steps = way.trace(way.node.name_span, "there")
    assert [step.message.partition(" (")[0] for step in steps] == ["GET /items", "calls awaited", "calls leaf", "there"]


def test_callers_and_some_roots_only(project: ProjectFactory) -> None:
    made = project({"app/main.py": MAIN})
    leaf = _ways(made)["leaf"].node
    assert [way.node.name for way, _ in made.reached.callers[leaf]] == ["awaited"]
    assert made.reached.within(lambda root: root.kind == "websocket endpoint").ways == {}


def test_a_session_is_known_where_a_function_does_not_say_that_it_takes_one(project: ProjectFactory) -> None:
    made = project(
        {
            "main.py": """
                from fastapi import Depends, FastAPI
                from sqlalchemy import text
                from sqlalchemy.orm import sessionmaker
                SessionLocal = sessionmaker()
                def get_db():
                    with SessionLocal() as session:
                        yield session
                def store(db):
                    db.execute(text("SELECT 1"))
                def through(found, *, db):
                    store(db)
                app = FastAPI()
                @app.get("/")
                def read(db=Depends(get_db)):
                    through(1, db=db)
            """
        }
    )
    way = next(one for node, one in made.reached.by_node.items() if node.name == "store")
    call = next(one.call for one in way.node.scan.named({"execute"}))
    assert made.sessions.on(call, way.node, made.calls.env(way.ref)) == ("execute", "sqlalchemy.orm.Session")


def test_what_calls_give_a_parameter(project: ProjectFactory) -> None:
    text = """
    from fastapi import FastAPI

    app = FastAPI()

    class Repo:
        def page(self, limit: int = 3, *, skip: int = 0) -> int:
            return limit

    @app.get("/a")
    def a(limit: int, repo: Repo) -> int:
        return repo.page(limit, skip=2)

    @app.get("/b")
    def b(repo: Repo) -> int:
        return repo.page()
    """
    reached = project({"app/main.py": text}).reached
    page = next(node for node in reached.by_node if node.name == "page")
    source = page.module.facts.source
    given = {
        name: [(way.node.name, source.text(value.start, value.end)) for way, _, value in reached.handed(page, name)]
        for name in ("self", "limit", "skip", "other")
    }
    assert given == {
        "self": [("a", "repo"), ("b", "repo")],
        "limit": [("a", "limit")],
        "skip": [("a", "2")],
        "other": [],
    }
