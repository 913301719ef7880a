"""Forgotten coroutines, misused threads, lost tasks and context variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fastlint.facts.load import store_of
from fastlint.model.modules import Modules
from fastlint.model.uses import uses

if TYPE_CHECKING:
    from conftest import ProjectFactory

_HEAD = """
import asyncio
from contextvars import ContextVar
from functools import partial, wraps
from threading import Thread

import httpx
import redis.asyncio
from fastapi import BackgroundTasks, Depends, FastAPI
from fastapi.concurrency import run_in_threadpool

app = FastAPI()
client = redis.asyncio.Redis()
variable: ContextVar[str] = ContextVar("variable")

async def load(key: str = "") -> str:
    return key

def plain(key: str = "") -> str:
    return key

def nothing() -> None:
    print("nothing")

def maker(key: str):
    return partial(plain, key)

def unknown(f):
    @wraps(f)
    def inner(*args): return asyncio.run(f(*args))
    return inner

@unknown
async def wrapped() -> str:
    return ""

async def numbers():
    yield 1

def fetched():
    answer = httpx.get("x")
    return answer.json()

def kept():
    answer = httpx.get("x").json()
    return answer

def same(key):
    return key

"""


def _text(body: str, where: str = "async def home(tasks: BackgroundTasks):") -> str:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return f"{_HEAD}\n@app.get('/')\n{where}\n{lines}\n"


def _forgotten(project: ProjectFactory, body: str, where: str = "async def home():") -> list[tuple[str, str]]:
    found = project({"main.py": _text(body, where)}).coroutines.forgotten
    return [(one.name, one.how) for one in found]


@pytest.mark.parametrize(
    ("body", "how"),
    [
        ("load()", "statement"),
        ("if load(): ...", "tested"),
        ("x = not load()", "tested"),
        ("x = load() == 'a'", "compared"),
        ("x = load() + 'a'", "computed with"),
        ("x = [c for c in load()]", "iterated"),
        ("async for c in load(): ...", "iterated"),
        ("async with load(): ...", "entered"),
        ("x = load().upper()", "read"),
        ("x = load()[0]", "read"),
        ("x = f'{load()}'", "formatted"),
        ("x = load()\nprint(x.upper())", "read"),
        ("x = load()\nif x: ...", "tested"),
        ("return load()", "returned"),
        ("x = load()\nif x is None: raise LookupError\nreturn x", "compared"),
        ("x = len(load())", "measured"),
        ("x = load()\nreturn sorted(x)", "measured"),
    ],
)
def test_a_coroutine_taken_for_its_result(project: ProjectFactory, body: str, how: str) -> None:
    assert _forgotten(project, body) == [("load", how)]


@pytest.mark.parametrize(
    "body",
    [
        "await load()",
        "x = await load() + 'a'",
        "x = (await load()).upper()",
        "await asyncio.gather(load(), load())",
        "x = load()\nawait x",
        "x = load()\nif x: await x\nreturn x",
        "def inner():\n    x = load()\n    if x: print('x')\n    return x\nawait inner()",
        "x = load()\nprint(x)",
        "x = min(load(), load())",
        "x = load()\nx.close()",
        "x = load()\nasync def inner(): await x\nawait inner()",
        "x = load().__await__()",
        "x = load() if 1 else None\nif x: await x",
        "asyncio.create_task(load())",
        "wrapped()",
        "async for n in numbers(): ...",
        "run = lambda: load()",
        "async with client.pipeline() as pipe:\n    pipe.set('a', 'b')",
    ],
)
def test_a_coroutine_that_may_be_awaited(project: ProjectFactory, body: str) -> None:
    assert _forgotten(project, body) == []


def test_a_method_that_a_subclass_may_make_a_generator(project: ProjectFactory) -> None:
    head = """
class Store:
    async def items(self):
        raise NotImplementedError
    async def item(self):
        return 1
"""
    body = "store = Store()\nasync for x in store.items(): ...\nstore.item()"
    found = project({"main.py": head + _text(body, "async def home():")}).coroutines.forgotten
    assert [one.name for one in found] == ["store.item"]
    late = head.replace("        raise", "        if self is None:\n            print()\n        raise")
    found = project({"main.py": late + _text(body, "async def home():")}).coroutines.forgotten
    assert [one.name for one in found] == ["store.item"]


def test_what_is_read_from_a_stub_is_read_from_no_result(project: ProjectFactory) -> None:
    head = "class Store:\n    async def item(self): ...\n"
    for body, names in (
        ("one = Store().item()\nreturn one.name", ["Store().item"]),
        ("one = Store().item()\nreturn one.asend", []),
    ):
        found = project({"main.py": head + _text(body, "async def home():")}).coroutines.forgotten
        assert [one.name for one in found] == names


def test_a_call_that_may_reach_a_plain_function(project: ProjectFactory) -> None:
    assert _forgotten(project, "f = load if app else plain\nf()") == []


def _misuses(project: ProjectFactory, body: str) -> list[str]:
    return [one.mistake for one in project({"main.py": _text(body)}).offloads.misuses]


@pytest.mark.parametrize(
    ("body", "mistakes"),
    [
        ("await run_in_threadpool(plain('a'))", ["called"]),
        ("await run_in_threadpool(nothing())", ["called"]),
        ("tasks.add_task(plain())", ["called"]),
        ("await run_in_threadpool(fetched())", ["called"]),
        ("await run_in_threadpool(kept())", ["called"]),
        ("await run_in_threadpool(same(plain))", []),
        ("tasks.add_task(load())", ["coroutine"]),
        ("Thread(target=nothing()).start()", ["called"]),
        ("await asyncio.to_thread(load)", ["coroutine function"]),
        ("await run_in_threadpool(partial(load, 'a'))", ["coroutine function"]),
        ("await asyncio.get_running_loop().run_in_executor(None, load)", ["coroutine function"]),
        ("run_in_threadpool(plain)", ["unawaited"]),
        ("await run_in_threadpool(plain, 'a')", []),
        ("await run_in_threadpool(maker('a'))", []),
        ("await run_in_threadpool(partial(plain, 'a'))", []),
        ("tasks.add_task(load)", []),
        ("asyncio.get_running_loop().run_in_executor(None, plain)", []),
        ("pending = run_in_threadpool(plain)\nawait pending", []),
    ],
)
def test_what_is_handed_to_a_thread(project: ProjectFactory, body: str, mistakes: list[str]) -> None:
    assert _misuses(project, body) == mistakes


def test_a_function_that_asks_what_it_is_given_hands_on_what_is_plain(project: ProjectFactory) -> None:
    body = """async def call(function):
    if asyncio.iscoroutinefunction(function):
        return await function()
    return await run_in_threadpool(function)
await call(load)"""
    assert _misuses(project, body) == []


def test_a_call_on_the_spot_is_told_of_once(project: ProjectFactory) -> None:
    body = "import requests\nawait run_in_threadpool(requests.get('x'))"
    found = project({"main.py": _text(body)})
    assert [one.mistake for one in found.offloads.misuses] == ["called"]
    assert list(found.stall_findings.of("FLT102")) == []


@pytest.mark.parametrize(
    ("body", "troubles"),
    [
        ("client.get('a')", ["unawaitable"]),
        ("client.get('a')\nclient.get('b')", ["unawaitable"]),
        ("return client.get('a')", ["unawaitable"]),
        ("x = client.get('a')\nif x is None: raise LookupError\nreturn x", ["unawaitable"]),
        ("asyncio.create_task(load())", ["no loop"]),
        ("try:\n    asyncio.get_running_loop()\nexcept RuntimeError: ...", []),
        ("asyncio.run(load())", []),
        ("plain()", []),
    ],
)
def test_what_a_thread_can_not_do(project: ProjectFactory, body: str, troubles: list[str]) -> None:
    found = project({"main.py": _text(body, "def home():")}).threads.async_uses
    assert [one.trouble for one in found] == troubles


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("asyncio.create_task(load())", 1),
        ("asyncio.get_running_loop().create_task(load())", 1),
        ("task = asyncio.create_task(load())", 1),
        ("task = asyncio.create_task(load())\nawait task", 0),
        ("await asyncio.create_task(load())", 0),
        ("return asyncio.create_task(load())", 0),
        ("async with asyncio.TaskGroup() as group:\n    group.create_task(load())", 0),
    ],
)
def test_tasks_that_nobody_keeps(project: ProjectFactory, body: str, count: int) -> None:
    assert len(project({"main.py": _text(body)}).tasks.dropped) == count


@pytest.mark.parametrize(
    ("dependency", "count"),
    [
        ("def dep():\n    variable.set('a')", 1),
        ("def dep():\n    token = variable.set('a')\n    yield\n    variable.reset(token)", 1),
        ("def put():\n    variable.set('a')\ndef dep():\n    put()", 1),
        ("async def dep():\n    variable.set('a')", 0),
        ("def dep():\n    token = variable.set('a')\n    variable.reset(token)", 0),
        ("def put(x=None):\n    if x:\n        variable.set(x)\ndef dep():\n    put()", 0),
    ],
)
def test_context_variables_set_in_a_thread(project: ProjectFactory, dependency: str, count: int) -> None:
    text = f"{_HEAD}\n{dependency}\n@app.get('/', dependencies=[Depends(dep)])\nasync def home(): ...\n"
    assert len(project({"main.py": text}).context_sets.all) == count


def test_uses_tell_what_becomes_of_values() -> None:
    text = b"def f():\n    a(b.c)\n    return d if e else (g or h)\n"
    (node,) = Modules(store_of({"m.py": text}).files).by_path["m.py"].functions
    found = [(getattr(one, "id", "call"), how) for one, how in uses(node.scan)]
    assert found == [
        ("call", "statement"),
        ("a", "handed on"),
        ("b.c", "handed on"),
        ("e", "tested"),
        ("d", "returned"),
        ("g", "tested"),
        ("h", "returned"),
    ]


def test_heavy_background_tasks(project: ProjectFactory) -> None:
    head = "import bcrypt\ndef work(p: bytes) -> bytes:\n    return bcrypt.hashpw(p, b'')\n"
    text = head + _text("tasks.add_task(work, b'')\ntasks.add_task(plain)")
    assert [(one.given, one.verdict.name) for one in project({"main.py": text}).tasks.heavy] == [
        ("work", "bcrypt.hashpw")
    ]


def test_a_dependency_that_is_only_injected(project: ProjectFactory) -> None:
    main = "def one(): ...\ndef two(): ...\ndef three(): ...\nx = Depends(one)\ny = Depends(two)\nz = two\n"
    imports = "import main\nfrom main import (\n    one,\n    three as three,\n)\n"
    other = f"{imports}a = Security(main.one, scopes=[])\nthree()\n"
    found = project({"main.py": main, "other.py": other})
    nodes = {node.name: node for node in found.modules.by_path["main.py"].functions}
    assert [name for name, node in nodes.items() if found.mentions.is_only_injected(node)] == ["one"]


def test_mentions_look_past_strings_and_definitions(project: ProjectFactory) -> None:
    main = "def status(): ...\npath = '/status'\ndef used(): ...\nused()\ndef given(): ...\nkeep = given\n"
    found = project({"main.py": main, "other.py": "import main\nmain.status\n", "third.py": "status()\n"})
    nodes = {node.name: node for node in found.modules.by_path["main.py"].functions}
    assert found.mentions.is_mentioned(nodes["status"])
    assert not found.mentions.is_called(nodes["status"])
    assert found.mentions.is_called(nodes["used"])
    assert found.mentions.is_mentioned(nodes["given"])
    assert not found.mentions.is_called(nodes["given"])
