"""Blocking work behind objects that containers of dependencies give, unpacked attributes, route classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory

_APP = "from fastapi import Depends, FastAPI\napp = FastAPI()\n"
_SERVICE = "import requests\nclass Service:\n    def load(self):\n        return requests.get('x')\n"


def _stalls(project: ProjectFactory, **files: str) -> list[tuple[str, str, bool]]:
    """What blocks in each stall, the functions on the way, and whether it is quiet."""
    found = project({f"{name}.py": text for name, text in files.items()})
    return [(one.verdict.name, " ".join(one.steps), one.quiet) for one in found.stalls.all]


@pytest.mark.parametrize(
    ("head", "parameter", "service"),
    [
        ("from dishka.integrations.fastapi import FromDishka", "service: FromDishka[Service]", "service"),
        ("from dishka import FromDishka", "service: FromDishka[Service]", "service"),
        ("from wireup import Injected", "service: Injected[Service]", "service"),
        ("from kink import di", "", "di[Service]"),
        ("from lagom import Container\nlagom = Container()", "", "lagom[Service]"),
        ("import punq\npunqed = punq.Container()", "", "punqed.resolve(Service)"),
        ("from injector import Injector\ngiven = Injector()", "", "given.get(Service)"),
        ("import svcs", "services: svcs.fastapi.DepContainer", "(await services.aget(Service))"),
        ("from dishka import make_async_container\nmade = make_async_container()", "", "(await made.get(Service))"),
    ],
)
def test_a_container_gives_an_object_of_the_class_it_is_asked_for(
    project: ProjectFactory, head: str, parameter: str, service: str
) -> None:
    main = (
        f"from service import Service\n{head}\n{_APP}"
        f"@app.get('/')\nasync def home({parameter}):\n    return {service}.load()\n"
    )
    assert _stalls(project, main=main, service=_SERVICE) == [("requests.get", "Service.load", False)]


@pytest.mark.parametrize(
    "body",
    [
        "async def home(service=Depends(Provide[Container.service])):\n    return service.load()\n",
        "async def home():\n    return container.service().load()\n",
        "async def home():\n    return await helper()\n",
        "async def home():\n    return Outer.inner.service().load()\n",
    ],
)
def test_providers_make_what_they_are_given(project: ProjectFactory, body: str) -> None:
    container = (
        "from dependency_injector import containers, providers\nfrom service import Service\n"
        "class Container(containers.DeclarativeContainer):\n    service = providers.Factory(Service)\n"
        "class Outer(containers.DeclarativeContainer):\n    inner = providers.Container(Container)\n"
    )
    main = (
        f"from dependency_injector.wiring import Provide, inject\nfrom container import Container, Outer\n{_APP}"
        "container = Container()\n"
        "@inject\nasync def helper(service=Provide[Container.service]):\n    return service.load()\n"
        f"@app.get('/')\n{body}"
    )
    found = _stalls(project, main=main, container=container, service=_SERVICE)
    assert found == [("requests.get", "Service.load", False)]


def test_attributes_are_unpacked(project: ProjectFactory) -> None:
    database = (
        "import psycopg2\n"
        "class Database:\n    def connect(self):\n        self.conn = psycopg2.connect('x')\n"
        "        self.cur = self.conn.cursor()\n        return self.conn, self.cur\n"
        "class Rows:\n    def __init__(self):\n        self.con, self.cur = Database().connect()\n"
        "    def all(self):\n        self.cur.execute('x')\n"
        "def rows() -> Rows: ...\n"
    )
    main = f"from database import rows\n{_APP}@app.get('/')\nasync def home():\n    rows().all()\n"
    assert _stalls(project, main=main, database=database) == [("psycopg2.extensions.cursor.execute", "Rows.all", False)]


def test_an_annotation_tells_more_than_the_constructor(project: ProjectFactory) -> None:
    main = (
        "from contextvars import ContextVar\nfrom sqlalchemy.orm import Session\n"
        f"current: ContextVar[Session] = ContextVar('current')\n{_APP}"
        "@app.get('/')\nasync def home():\n    current.get().execute('x')\n"
    )
    assert _stalls(project, main=main) == [("sqlalchemy.orm.Session.execute", "", False)]


@pytest.mark.parametrize(
    ("use", "quiet"),
    [
        ("router = APIRouter(route_class=Logged)\napp.include_router(router)", [("requests.get", "", False)]),
        ("app.router.route_class = Logged", [("requests.get", "", False)]),
        ("", []),
    ],
)
def test_what_a_route_class_puts_around_endpoints_runs_for_each_request(
    project: ProjectFactory, use: str, quiet: list[tuple[str, str, bool]]
) -> None:
    main = (
        f"import requests\nfrom fastapi import APIRouter\nfrom fastapi.routing import APIRoute\n{_APP}"
        "class Logged(APIRoute):\n    def get_route_handler(self):\n        inner = super().get_route_handler()\n"
        "        async def handler(request):\n            requests.get('x')\n            return await inner(request)\n"
        f"        return handler\n{use}\n"
    )
    assert _stalls(project, main=main) == quiet


def test_of_several_classes_what_most_of_them_do_is_told(project: ProjectFactory) -> None:
    main = (
        f"import requests, subprocess\n{_APP}"
        "class Local:\n    def __init__(self):\n        subprocess.run('git')\n"
        "class Hub:\n    def __init__(self):\n        self.fetch()\n    def fetch(self):\n        requests.get('x')\n"
        "class Lab(Hub):\n    def __init__(self):\n        self.fetch()\n"
        "KINDS = {'local': Local, 'hub': Hub, 'lab': Lab}\n"
        "def provider():\n    return KINDS[kind()]()\n"
        "@app.get('/')\nasync def home():\n    provider()\n"
        "@app.get('/direct')\nasync def direct():\n    KINDS[kind()]()\n"
    )
    found = _stalls(project, main=main)
    assert [one[0] for one in found] == ["requests.get", "requests.get"]


def test_a_coroutine_that_may_not_be_one_is_not_run_for_sure(project: ProjectFactory) -> None:
    main = (
        f"import asyncio\n{_APP}"
        "def execute(path):\n    result = find(path)()\n    if asyncio.iscoroutine(result):\n"
        "        return asyncio.run(result)\n    return result\n"
        "@app.get('/')\nasync def home():\n    return execute('x')\n"
    )
    assert _stalls(project, main=main) == []


def test_set_up_may_be_left_to_a_method(project: ProjectFactory) -> None:
    main = (
        f"import requests\n{_APP}"
        "class Manager:\n    def __init__(self):\n        self.found = None\n"
        "    def get(self):\n        if not self.found:\n            self.load()\n        return self.found\n"
        "    def load(self):\n        self.found = requests.get('x')\n"
        "manager = Manager()\n"
        "@app.get('/')\nasync def home():\n    return manager.get()\n"
    )
    assert _stalls(project, main=main) == [("requests.get", "Manager.get Manager.load", True)]
