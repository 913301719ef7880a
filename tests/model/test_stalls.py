"""Where blocking work holds the loop: boundaries, chains, doubts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory

_APP = """
from fastapi import FastAPI
app = FastAPI()
"""


def _stalls(project: ProjectFactory, **files: str) -> list[tuple[str, str, bool]]:
    """What blocks in each stall, the functions on the way, and whether it is quiet."""
    found = project({f"{name}.py": text for name, text in files.items()})
    return [(one.verdict.name, " ".join(one.steps), one.quiet) for one in found.stalls.all]


def _endpoint(body: str, head: str = "", where: str = "async def home():") -> str:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return f"{head}\n{_APP}\n@app.get('/')\n{where}\n{lines}\n"


def test_a_direct_call_is_its_own_boundary(project: ProjectFactory) -> None:
    assert _stalls(project, main=_endpoint("time.sleep(1)", "import time")) == [("time.sleep", "", False)]


def test_a_plain_endpoint_runs_in_a_thread(project: ProjectFactory) -> None:
    assert _stalls(project, main=_endpoint("time.sleep(1)", "import time", "def home():")) == []


def test_what_a_plain_endpoint_leaves_to_the_loop(project: ProjectFactory) -> None:
    tasks = "async def later(): time.sleep(1)\ndef thread(): time.sleep(2)\n"
    head = f"import time\nfrom fastapi import BackgroundTasks\n{tasks}"
    where = "def home(tasks: BackgroundTasks):"
    main = _endpoint("tasks.add_task(later)\ntasks.add_task(thread)", head, where)
    [found] = project({"main.py": main}).stalls.all
    assert (found.function.name, found.reach.root.title) == ("later", "background task main.later of GET /")


def test_a_plain_endpoint_streams_from_the_loop(project: ProjectFactory) -> None:
    rows = "async def rows():\n    time.sleep(1)\n    yield 'x'\ndef lines():\n    time.sleep(2)\n    yield 'x'\n"
    head = f"import time\nfrom fastapi.responses import StreamingResponse\n{rows}"
    main = _endpoint("lines = StreamingResponse(lines())\nreturn StreamingResponse(rows())", head, "def home():")
    [found] = project({"main.py": main}).stalls.all
    assert (found.function.name, found.reach.root.title) == ("rows", "stream main.rows of GET /")


def test_a_chain_goes_through_modules_to_the_blocking_call(project: ProjectFactory) -> None:
    found = _stalls(
        project,
        deep="import requests\ndef fetch():\n    requests.get('x')\n",
        mid="from deep import fetch as get\ndef load():\n    get()\n",
        main=_endpoint("load()", "from mid import load"),
    )
    assert found == [("requests.get", "load fetch", False)]


@pytest.mark.parametrize(
    "body",
    [
        "await run_in_threadpool(time.sleep, 1)",
        "await run_in_threadpool(lambda: time.sleep(1))",
        "def inner():\n    time.sleep(1)\nawait run_in_threadpool(inner)",
    ],
)
def test_what_is_handed_to_a_thread_is_off_the_loop(project: ProjectFactory, body: str) -> None:
    head = "import time\nfrom fastapi.concurrency import run_in_threadpool"
    assert _stalls(project, main=_endpoint(body, head)) == []


def test_knotted_calls_come_to_an_end(project: ProjectFactory) -> None:
    head = """
import time
def a():
    b()
    time.sleep(1)
def b():
    a()
"""
    assert _stalls(project, main=_endpoint("b()", head)) == [("time.sleep", "b a", False)]


def test_a_file_and_its_reads_are_one(project: ProjectFactory) -> None:
    body = "with open('x') as f:\n    f.read()\n    json.load(f)"
    assert _stalls(project, main=_endpoint(body, "import json")) == [("open", "", False)]


def test_a_buffer_in_memory_is_no_file(project: ProjectFactory) -> None:
    body = "buffer = io.BytesIO()\nwith zipfile.ZipFile(buffer, 'w') as z:\n    z.writestr('a', 'b')"
    assert _stalls(project, main=_endpoint(body, "import io, zipfile")) == []


def test_start_up_is_quiet_and_its_tasks_are_not(project: ProjectFactory) -> None:
    main = """
import asyncio
import time
from contextlib import asynccontextmanager
from fastapi import FastAPI

async def poll():
    time.sleep(1)

@asynccontextmanager
async def lifespan(app):
    time.sleep(2)
    task = asyncio.create_task(poll())
    yield
    task.cancel()

app = FastAPI(lifespan=lifespan)
"""
    assert _stalls(project, main=main) == [("time.sleep", "", False), ("time.sleep", "", True)]


_BY_HAND = """
kept = None
def load():
    global kept
    if kept is None:
        kept = requests.get('x')
    return kept
"""
_BY_KEY = """
kept = {}
def load(key='a'):
    if key in kept:
        return kept[key]
    kept[key] = requests.get(key)
    return kept[key]
"""
_FILLED = """
kept = {}
def load(key='a'):
    if key not in kept:
        kept[key] = requests.get(key)
    return kept[key]
"""


@pytest.mark.parametrize(
    "loader", ["@lru_cache\ndef load():\n    return requests.get('x')", _BY_HAND, _BY_KEY, _FILLED]
)
def test_what_is_kept_is_told_of_once_and_quietly(project: ProjectFactory, loader: str) -> None:
    head = f"from functools import lru_cache\nimport requests\n{loader}"
    other = "\n@app.get('/b')\nasync def b():\n    load()\n"
    assert _stalls(project, main=_endpoint("load()", head) + other) == [("requests.get", "load", True)]


def test_a_default_for_a_local_variable_is_no_cache(project: ProjectFactory) -> None:
    body = "found = None\nif not found:\n    found = requests.get('x')"
    assert _stalls(project, main=_endpoint(body, "import requests")) == [("requests.get", "", False)]


def test_conditions_on_the_way_pile_up(project: ProjectFactory) -> None:
    head = """
import requests
def load(a, b, c):
    if a:
        if b:
            if c:
                return requests.get('x')
"""
    assert _stalls(project, main=_endpoint("load(1, 2, 3)", head)) == []


def test_guards_that_reject_are_no_conditions(project: ProjectFactory) -> None:
    head = """
import requests
def load(a):
    if not a:
        return None
    if a == 2:
        return False
    if a == 3:
        return None
    return requests.get('x')
"""
    assert _stalls(project, main=_endpoint("load(1)", head)) == [("requests.get", "load", False)]


_BACKENDS = """
import abc, requests
class Store(abc.ABC):
    @abc.abstractmethod
    def get(self): ...
class Remote(Store):
    def get(self): return requests.get('x')
class Local(Store):
    def get(self): return 1
{more}
def store() -> Store: ...
"""


def test_most_of_what_a_call_may_reach_must_block(project: ProjectFactory) -> None:
    more = "class Cloud(Store):\n    def get(self): return requests.get('y')\n"
    assert _stalls(project, main=_endpoint("store().get()", _BACKENDS.format(more=""))) == []
    found = _stalls(project, main=_endpoint("store().get()", _BACKENDS.format(more=more)))
    assert [name for name, _, _ in found] == ["requests.get"]


@pytest.mark.parametrize(("body", "count"), [("x = 1", 0), ("await asyncio.sleep(1)", 1)])
def test_a_lock_counts_where_it_is_held_across_an_await(project: ProjectFactory, body: str, count: int) -> None:
    main = _endpoint(f"with lock:\n    {body}", "import asyncio, threading\nlock = threading.Lock()")
    assert len(_stalls(project, main=main)) == count


def test_a_future_that_is_asked_first_does_not_wait(project: ProjectFactory) -> None:
    head = "from concurrent.futures import Future\nfuture: Future[int] = Future()"
    assert _stalls(project, main=_endpoint("return future.result() if future.done() else 0", head)) == []
    assert len(_stalls(project, main=_endpoint("return future.result()", head))) == 1


def test_a_generator_blocks_where_it_is_iterated(project: ProjectFactory) -> None:
    head = "import requests\nfrom fastapi.responses import StreamingResponse\ndef rows():\n    yield requests.get('x')"
    assert len(_stalls(project, main=_endpoint("for row in rows(): pass", head))) == 1
    assert len(_stalls(project, main=_endpoint("return list(rows())", head))) == 1
    assert _stalls(project, main=_endpoint("return StreamingResponse(rows())", head)) == []
    assert _stalls(project, main=_endpoint("return keep(rows())", head + "\ndef keep(x): return x")) == []


def test_the_trace_leads_from_the_endpoint_to_the_call(project: ProjectFactory) -> None:
    head = "import time\ndef nap():\n    time.sleep(1)\nasync def rest():\n    nap()"
    (stall,) = project({"main.py": _endpoint("await rest()", head)}).stalls.all
    assert [step.message for step in stall.trace] == [
        "GET / (main.home) runs on the event loop",
        "calls rest",
        "calls nap",
        "time.sleep blocks",
    ]


_DECORATORS = """
import asyncio, time
from functools import partial, wraps

def slow(n):
    def decorate(fn):
        @wraps(fn)
        async def inner(*args):
            time.sleep(n)
            return await fn(*args)
        return inner
    return decorate

def repeated(fn):
    def inner(*args):
        time.sleep(1)
        return fn(*args)
    return inner

def audited(fn):
    async def inner(*args):
        return fn(*args)
    return inner

def in_thread(fn):
    async def inner(*args):
        return await asyncio.to_thread(fn, *args)
    return inner

def either(fn):
    if asyncio.iscoroutinefunction(fn):
        async def inner(*args):
            return await fn(*args)
        return inner
    def plain(*args):
        return fn(*args)
    return plain

@repeated
def helper(): ...

class Store:
    @property
    def size(self):
        time.sleep(1)
        return 1

    def lines(self):
        time.sleep(1)
        yield 1

    def all_lines(self):
        yield from self.lines()

class Remote(Store): ...

class Local(Store):
    @property
    def size(self):
        return 1

def either_store(remote):
    return Remote() if remote else Local()

class Held:
    async def __aenter__(self):
        time.sleep(1)
    async def __aexit__(self, *args): ...

class Steps:
    def __aiter__(self): return self
    async def __anext__(self):
        time.sleep(1)

store = Store()
nap = partial(time.sleep, 1)
"""


@pytest.mark.parametrize(
    ("endpoint", "found"),
    [
        ("@slow(1)\nasync def home(): ...", [("time.sleep", "")]),
        ("@audited\ndef home():\n    time.sleep(1)", [("time.sleep", "home")]),
        ("@in_thread\ndef home():\n    time.sleep(1)", []),
        ("@either\ndef home():\n    time.sleep(1)", []),
        ("@either\nasync def home():\n    time.sleep(1)", [("time.sleep", "")]),
        ("@repeated\ndef home(): ...", []),
        ("async def home():\n    helper()", [("time.sleep", "helper repeated.inner")]),
        ("async def home():\n    return store.size", [("time.sleep", "Store.size")]),
        ("async def home():\n    one = either_store(1)\n    return one.size", []),
        ("async def home():\n    return list(store.all_lines())", [("time.sleep", "Store.all_lines Store.lines")]),
        ("async def home():\n    nap()", [("time.sleep", "")]),
        ("async def home():\n    async with Held(): ...", [("time.sleep", "")]),
        ("async def home():\n    async for step in Steps(): ...", [("time.sleep", "")]),
    ],
)
def test_what_runs_without_a_call_in_sight(
    project: ProjectFactory, endpoint: str, found: list[tuple[str, str]]
) -> None:
    made = _stalls(project, main=f"{_DECORATORS}\n{_APP}\n@app.get('/')\n{endpoint}\n")
    assert [one[:2] for one in made] == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("await db.run_sync(query)", []),
        ("await db.run_sync(lambda session: query(session))", []),
        ("await db.run_sync(export)", [("open", "export")]),
    ],
)
def test_a_greenlet_waits_well_for_the_database_only(
    project: ProjectFactory, body: str, found: list[tuple[str, str]]
) -> None:
    head = """
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

def query(session: Session):
    session.commit()

def export(session: Session):
    query(session)
    with open("x") as file:
        return file.read()
"""
    made = _stalls(project, main=_endpoint(body, head, "async def home(db: AsyncSession):"))
    assert [one[:2] for one in made] == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("with Session(engine) as session:\n    session.commit()", ["sqlalchemy.orm.Session.commit"]),
        ("with Session(engine) as session:\n    pass", ["sqlalchemy.orm.Session.__exit__"]),
        ("openai.OpenAI().models.list()", ["openai.OpenAI.models.list"]),
        ("openai.OpenAI()", ["openai.OpenAI"]),
        ("with ThreadPoolExecutor() as pool:\n    pool.submit(print)", ["concurrent.futures.Executor.__exit__"]),
        ("with ThreadPoolExecutor() as pool:\n    await asyncio.wrap_future(pool.submit(print))", []),
        ("ConfigParser().write(io.StringIO())", []),
        ("sqlalchemy.inspect(object)", []),
        (
            "query = supabase.create_client('u', 'k').table('t').select('*')\nquery.eq('a', 1).execute().data.get('a')",
            ["supabase.Client.table().select().eq().execute"],
        ),
        ("Path('x').joinpath('y').open().read()", ["pathlib.Path.open"]),
    ],
)
def test_an_object_is_told_of_where_it_waits(project: ProjectFactory, body: str, found: list[str]) -> None:
    head = """
import asyncio, io, openai, sqlalchemy, supabase
from concurrent.futures import ThreadPoolExecutor
from configparser import ConfigParser
from pathlib import Path
from sqlalchemy.orm import Session
"""
    assert [one[0] for one in _stalls(project, main=_endpoint(body, head))] == found


def test_a_backend_that_a_setting_chooses_may_be_another(project: ProjectFactory) -> None:
    head = """
import redis
from plugins import load

class Chosen:
    def __init__(self, name):
        if name:
            self.backend = load(name)
        else:
            self.backend = redis.Redis()

class Late:
    def __init__(self):
        self.backend = None

    def start(self):
        self.backend = redis.Redis()

def make(name):
    if name:
        return load(name)
    return redis.Redis()

chosen, late, made = Chosen(""), Late(), make("")
"""
    body = "chosen.backend.get('a')\nlate.backend.get('a')\nmade.get('a')"
    assert [one[0] for one in _stalls(project, main=_endpoint(body, head))] == ["redis.Redis.get"]


@pytest.mark.parametrize(
    ("default", "guard", "count"),
    [
        ("False", "if not self.on: return", 0),
        ("True", "if not self.on: return", 1),
        ("None", "if not self.on: return", 1),
        ("False", "if not self.on: raise RuntimeError", 1),
        ("False", "if self.on: return", 1),
    ],
)
def test_what_is_switched_off_has_to_be_asked_for(
    project: ProjectFactory, default: str, guard: str, count: int
) -> None:
    head = f"""
import requests

class Log:
    def __init__(self):
        self.on = {default}

    def send(self):
        {guard}
        requests.post("https://log.example", timeout=1)

log = Log()
"""
    assert len(_stalls(project, main=_endpoint("log.send()", head))) == count


def test_far_away_one_condition_is_enough(project: ProjectFactory) -> None:
    steps = "\n".join(f"def f{n}(a):\n    f{n + 1}(a)" for n in range(1, 4))
    head = f"import time\ndef f0(a):\n    if a:\n        f1(a)\n{steps}\ndef f4(a):\n    if a:\n        time.sleep(1)\n"
    assert _stalls(project, main=_endpoint("f0(1)", head)) == []
    assert len(_stalls(project, main=_endpoint("f1(1)", head))) == 1


_QUEUE = """
import functools
def process(blocking=False):
    def decorate(func):
        name = func.__qualname__.split(".")[-1]
        @functools.wraps(func)
        def wrapper(self, *args):
            self.send(name, args)
        return wrapper
    return decorate
def logged(func):
    @functools.wraps(func)
    def wrapper(*args):
        return func(*args)
    return wrapper
def kept(func):
    kept = functools.partial(func)
    def wrapper(*args):
        return kept(*args)
    return wrapper
"""


@pytest.mark.parametrize(
    ("decorator", "expected"),
    [
        ("process()", [("requests.put", "process.decorate.wrapper Job.send", False)]),
        ("logged", [("time.sleep", "Job.run", False)]),
        ("kept", [("time.sleep", "Job.run", False)]),
    ],
)
def test_a_decorator_that_never_calls_the_function_replaces_it(
    project: ProjectFactory, decorator: str, expected: list[tuple[str, str, bool]]
) -> None:
    job = f"""
import requests, time
from queueing import process, logged, kept
class Job:
    def send(self, *args):
        requests.put("x")
    @{decorator}
    def run(self):
        time.sleep(1)
"""
    main = _endpoint("Job().run()", "from job import Job")
    assert _stalls(project, queueing=_QUEUE, job=job, main=main) == expected


def test_what_is_kept_for_a_time_counts_as_behind_two_conditions(project: ProjectFactory) -> None:
    user = """
import requests
from cachetools import TTLCache, cached
@cached(TTLCache(10, 60))
def load(key):
    return requests.get(key)
def check(owner):
    if owner == "admin":
        return load(owner)
    return None
"""
    assert _stalls(project, user=user, main=_endpoint("load('x')", "from user import load")) != []
    assert _stalls(project, user=user, main=_endpoint("check('x')", "from user import check")) == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("return list(map(fetch, [1]))", True),
        ("for one in map(fetch, [1]):\n    print(one)", True),
        ("return list(map(requests.get, [1]))", True),
        ("await asyncio.gather(*map(job, [1]))", True),
        ("return StreamingResponse(map(fetch, [1]))", False),
        ("return list(map(str, [1]))", False),
    ],
)
def test_map_calls_what_it_is_given_where_it_is_run_through(project: ProjectFactory, body: str, found: bool) -> None:
    head = """
import asyncio, requests
from starlette.responses import StreamingResponse
def fetch(one):
    return requests.get(one)
async def job(one):
    return requests.get(one)
"""
    assert bool(_stalls(project, main=_endpoint(body, head))) is found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("with open('/proc/self/status') as file:\n    for line in file:\n        print(line)", False),
        ("with open('x') as file:\n    for line in file:\n        print(line)", True),
        ("with zipfile.ZipFile(Sink(), 'w') as archive:\n    archive.writestr('a', 'b')", False),
        ("with zipfile.ZipFile(Folder(), 'w') as archive:\n    archive.writestr('a', 'b')", True),
    ],
)
def test_files_of_the_kernel_and_sinks_of_the_project_are_on_no_disk(
    project: ProjectFactory, body: str, found: bool
) -> None:
    head = "import os, zipfile\nclass Sink:\n    pass\nclass Folder(os.PathLike):\n    pass"
    assert bool(_stalls(project, main=_endpoint(body, head))) is found


def test_waiting_for_what_a_quick_call_set_going_is_told_of_besides(project: ProjectFactory) -> None:
    head = "from celery import shared_task\n@shared_task\ndef add(one):\n    return one"
    found = _stalls(project, main=_endpoint("task = add.delay(1)\nreturn task.get()", head))
    assert [name for name, *_ in found] == ["celery.Task.delay", "celery.result.AsyncResult.get"]


def test_the_close_of_a_context_manager_is_not_told_of_where_its_body_blocks(project: ProjectFactory) -> None:
    head = """
from contextlib import contextmanager
from sqlalchemy.orm import Session
@contextmanager
def opened():
    session = Session()
    try:
        yield session
    finally:
        session.close()
"""
    found = _stalls(project, main=_endpoint("with opened() as session:\n    session.execute('x')", head))
    assert [name for name, *_ in found] == ["sqlalchemy.orm.Session.execute"]
    found = _stalls(project, main=_endpoint("with opened() as session:\n    print(session)", head))
    assert [name for name, *_ in found] == ["sqlalchemy.orm.Session.close"]


def test_tests_are_left_alone(project: ProjectFactory) -> None:
    text = (
        _endpoint("time.sleep(1)", "import time") + "\n@app.on_event('startup')\nasync def up():\n    time.sleep(1)\n"
    )
    made = project({"tests/test_app.py": text, "app/main.py": _endpoint("time.sleep(2)", "import time")})
    assert [one.at.path for one in made.stalls.all] == ["app/main.py"]


@pytest.mark.parametrize(
    ("decorator", "sleeps"),
    [
        ("tenacity.retry(wait=tenacity.wait_fixed(2))", True),
        ("tenacity.retry(stop=tenacity.stop_after_attempt(3))", False),
        ("tenacity.retry(wait=tenacity.wait_none())", False),
        ("tenacity.retry", False),
        ("backoff.on_exception(backoff.expo, OSError)", True),
        ("stamina.retry(on=OSError)", True),
        ("retrying.retry(wait_fixed=2000)", True),
        ("retry.retry(tries=3, delay=2)", True),
        ("retry.retry(tries=3, delay=0)", False),
    ],
)
def test_a_plain_function_sleeps_between_attempts(project: ProjectFactory, decorator: str, *, sleeps: bool) -> None:
    head = f"import backoff, retry, retrying, stamina, tenacity\n@{decorator}\ndef load():\n    return compute()"
    found = _stalls(project, main=_endpoint("load()", head))
    assert found == ([(decorator.partition("(")[0], "load", False)] if sleeps else [])


def test_what_blocks_for_sure_is_told_of_rather_than_the_attempts(project: ProjectFactory) -> None:
    head = (
        "import requests, tenacity\n@tenacity.retry(wait=tenacity.wait_fixed(2))\n"
        "def load():\n    if later():\n        requests.get('x')"
    )
    assert _stalls(project, main=_endpoint("load()", head)) == [("requests.get", "load", False)]


@pytest.mark.parametrize(
    ("helper", "call", "told"),
    [
        ("def timed(work):\n    return work()", "timed(lambda: requests.get('x'))", True),
        ("async def timed(key, work):\n    return work()", "await timed('k', work=lambda: requests.get('x'))", True),
        ("async def timed(work):\n    return await to_thread(work)", "await timed(lambda: requests.get('x'))", False),
        ("def timed(work):\n    pool.submit(lambda: work())", "timed(lambda: requests.get('x'))", False),
        ("def timed(work):\n    hooks.append(work)", "timed(lambda: requests.get('x'))", False),
    ],
)
def test_a_lambda_runs_where_the_function_that_is_given_it_calls_it(
    project: ProjectFactory, helper: str, call: str, *, told: bool
) -> None:
    head = f"import requests\nfrom asyncio import to_thread\n{helper}"
    assert _stalls(project, main=_endpoint(call, head)) == ([("requests.get", "", False)] if told else [])
