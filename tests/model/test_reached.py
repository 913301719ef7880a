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
