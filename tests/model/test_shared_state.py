"""Containers of modules that requests fill."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory

_HEAD = "import asyncio, threading\nfrom collections import deque\nfrom fastapi import FastAPI\napp = FastAPI()\n"


def _names(project: ProjectFactory, files: dict[str, str]) -> list[str]:
    return [one.name for one in project(files).shared_states.all()]


@pytest.mark.parametrize(
    ("made", "body"),
    [
        ("{}", "kept[1] = 2"),
        ("{}", "kept[1] += 2"),
        ("{}\ndone = False", "if done:\n        return\n    kept[1] = 2"),
        ("[]", "kept.append(1)"),
        ("set()", "if 1 in kept: raise ValueError\n    kept.add(1)"),
    ],
)
def test_filled(project: ProjectFactory, made: str, body: str) -> None:
    text = f"{_HEAD}kept = {made}\n@app.get('/')\ndef f():\n    {body}\n"
    assert _names(project, {"main.py": text}) == ["kept"]


@pytest.mark.parametrize(
    ("made", "body"),
    [
        ("{}", "if 1 in kept:\n        return kept[1]\n    kept[1] = 2"),
        ("{}", "kept = {}\n    kept[1] = 2"),
        ("{}", "kept[1] = 2\n    while len(kept) > 9:\n        kept.popitem()"),
        ("{}\ndone = False", "global done\n    if done:\n        return\n    kept[1] = 2\n    done = True"),
        ("deque(maxlen=3)", "kept.append(1)"),
        ("set()", "kept.add(asyncio.create_task(g()))"),
        ("{}", "with lock:\n        kept[1] = 2"),
        ("{}", "kept.clear()\n    kept.update(a=1)"),
        ("make()", "kept.append(1)"),
    ],
)
def test_left_alone(project: ProjectFactory, made: str, body: str) -> None:
    text = f"{_HEAD}lock = threading.Lock()\nkept = {made}\n@app.get('/')\ndef f():\n    {body}\n"
    assert _names(project, {"main.py": text}) == []


def test_across_modules_and_only_for_requests(project: ProjectFactory) -> None:
    files = {
        "store.py": "ONE = {}\nTWO = {}\nTHREE = {}\n",
        "main.py": _HEAD
        + "import store\nfrom store import TWO as two, THREE\nTHREE['import'] = 1\n"
        + "@app.get('/')\ndef f():\n    store.ONE[1] = 1\n    two.update(a=1)\n"
        + "def never():\n    THREE[1] = 1\n",
    }
    assert _names(project, files) == ["ONE", "TWO"]
