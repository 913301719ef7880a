"""Attributes that ask a service when they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import ProjectFactory

HEAD = """
from celery import Celery
from celery.result import AsyncResult
from fastapi import FastAPI

app = FastAPI()
queue = Celery("shop")

class Order:
    status = "new"

class Pending:
    def __init__(self, task: str) -> None:
        self.result = AsyncResult(task)
"""


def _found(project: ProjectFactory, body: str, head: str = HEAD) -> list[str]:
    """What blocks in an endpoint with this body."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    text = f'{head}\n@app.get("/")\nasync def read(task: str, order: Order):\n{lines}'
    made = project({"app/main.py": text})
    source = made.modules.by_path["app/main.py"].facts.source
    return [source.text(stall.at.start, stall.at.end) for stall in made.stalls.all]


def test_reads_are_found_wherever_they_stand(project: ProjectFactory) -> None:
    assert _found(project, "return queue.AsyncResult(task).state") == ["queue.AsyncResult(task).state"]
    assert _found(project, "it = AsyncResult(task)\nif it.status == 'SUCCESS':\n    return it.result") == ["it.status"]
    assert _found(project, "pending = Pending(task)\nreturn f'{pending.result.info}'") == ["pending.result.info"]


def test_one_object_is_told_of_once(project: ProjectFactory) -> None:
    assert _found(project, "it = AsyncResult(task)\nif it.ready():\n    return it.status") == ["it.ready()"]


def test_other_attributes_and_other_objects_are_left_alone(project: ProjectFactory) -> None:
    assert _found(project, "it = AsyncResult(task)\nreturn it.id, order.status") == []
    assert _found(project, "it = AsyncResult(task)\nreturn lambda: it.status") == []
    assert _found(project, "order.status = task\nreturn order") == []


def test_a_project_without_such_a_library_is_not_looked_at(project: ProjectFactory) -> None:
    head = (
        "from fastapi import FastAPI\nfrom other import AsyncResult\napp = FastAPI()\nclass Order:\n    status = ''\n"
    )
    assert _found(project, "it = AsyncResult(task)\nreturn it.status", head) == []
