"""HTTP clients: left open, given what they refuse, without verification, beside those of other libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory


@pytest.mark.parametrize(
    ("closing", "is_open"),
    [
        ("", True),
        ("async def stop(): await client.aclose()", False),
        ("async def stop(): await asyncio.gather(client.aclose())", False),
        ("async def stop():\n    async with client: ...", False),
        ("async def stop():\n    async with other() as one, client as two: ...", False),
        ("async def stop(stack): await stack.enter_async_context(client)", False),
        ("async def stop(stack): stack.push_async_callback(client.aclose)", False),
        ("async def stop():\n    async with client.stream('GET', 'https://x.example') as r: ...", True),
        ("async def stop(): await client.get('https://x.example')", True),
        ("class C:\n    async def stop(self): await self.client.aclose()", False),
        (
            (
                "class C:\n    def __init__(self): self.client = httpx.AsyncClient()\n"
                "    async def stop(self): await self.client.aclose()"
            ),
            True,
        ),
        ("async def ask():\n    async with httpx.AsyncClient() as client: ...", True),
        ("async def ask():\n    client = httpx.AsyncClient()\n    await client.aclose()", True),
        ("async def stop():\n    same = client\n    await same.aclose()", False),
        ("def get(): return client\nasync def stop(): await get().aclose()", False),
        (
            "def get() -> httpx.AsyncClient: return client\nasync def stop():\n    c = get()\n    await c.aclose()",
            False,
        ),
    ],
)
def test_open_clients(project: ProjectFactory, closing: str, *, is_open: bool) -> None:
    model = project({"m.py": f"import asyncio, httpx\nclient = httpx.AsyncClient()\n{closing}\n"})
    assert [one.holder for one in model.open_clients.all()] == (["m.client"] if is_open else [])


@pytest.mark.parametrize(
    ("use", "is_open"),
    [
        ("shop = Shop()", True),
        ("from functools import cache\n@cache\ndef shop(): return Shop()", True),
        ("shop = Shop()\ndef another(): return Shop()", True),
        ("def shop(): return Shop()", False),
        ("shop = Shop()\nclass Big(Shop):\n    async def stop(self): await self.http.aclose()", False),
        ("shop = Shop()\nclass Other:\n    async def stop(self): await self.http.aclose()", True),
        ("shop = Shop()\nasync def stop(): await shop.http.aclose()", False),
        ("", False),
    ],
)
def test_clients_of_objects(project: ProjectFactory, use: str, *, is_open: bool) -> None:
    shop = "import httpx\nclass Shop:\n    def __init__(self):\n        self.http = httpx.AsyncClient()\n"
    model = project({"shop.py": shop, "m.py": f"from shop import Shop\n{use}\n"})
    assert [one.holder for one in model.open_clients.all()] == (["shop.Shop.http"] if is_open else [])


@pytest.mark.parametrize(
    ("call", "requirement", "names"),
    [
        ("httpx.AsyncClient(app=app)", "", ["app"]),
        ("httpx.AsyncClient(app=app)", "httpx==0.27.2", []),
        ("httpx.AsyncClient(app=app)", "httpx>=0.24", ["app"]),
        ("httpx2.AsyncClient(app=app)", "httpx==0.27.2", ["app"]),
        ("httpx.AsyncClient(transport)", "httpx==0.27.2", [""]),
        ("httpx.AsyncClient(*args)", "", []),
        ("httpx.post('https://x.example', proxies={})", "", ["proxies"]),
        ("requests.post('https://x.example', proxies={})", "", []),
        ("Own(app=app)", "", []),
        ("Plain(proxies=None)", "", ["proxies"]),
    ],
)
def test_refused_arguments(project: ProjectFactory, call: str, requirement: str, names: list[str]) -> None:
    source = f"""
        import httpx, httpx2, requests

        class Plain(httpx.AsyncClient): ...

        class Own(httpx.AsyncClient):
            def __init__(self, app): ...

        made = {call}
    """
    model = project({"m.py": source, "requirements.txt": f"{requirement}\n"})
    assert [one.name for one in model.removed_arguments.all()] == names


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("httpx.get('https://x.example', verify=False)", ["httpx.get"]),
        ("httpx.get('https://x.example', verify=OFF)", ["httpx.get"]),
        ("httpx.get('https://localhost:1', verify=False)", []),
        ("httpx.get('https://x.example', verify=flag)", []),
        ("if flag: httpx.get('https://x.example', verify=False)", ["httpx.get"]),
        ("if insecure: httpx.get('https://x.example', verify=False)", []),
        ("s = requests.Session()\n    s.verify = False", ["requests.Session"]),
        ("aiohttp.TCPConnector(ssl=False)", ["aiohttp.TCPConnector"]),
        ("httpx.AsyncHTTPTransport(verify=False)", ["httpx.AsyncHTTPTransport"]),
        ("httpx.get('https://x.example', verify=settings.VERIFY)", []),
        ("ssl._create_unverified_context()", ["ssl._create_unverified_context"]),
    ],
)
def test_unverified(project: ProjectFactory, code: str, names: list[str]) -> None:
    settings = "import pydantic\nclass Settings(pydantic.BaseModel):\n    VERIFY: bool = False\nsettings = Settings()\n"
    source = (
        f"import aiohttp, httpx, requests, ssl\n{settings}OFF = False\ndef f(flag: bool, insecure: bool):\n    {code}\n"
    )
    assert [one.name for one in project({"m.py": source}).tls.unverified()] == names


def test_other_clients(project: ProjectFactory) -> None:
    own = "import httpx\nclient = httpx.AsyncClient()\n"
    others = (
        "import requests, urllib.request\nrequests.get('')\nrequests.Session().get('')\nurllib.request.urlopen('')\n"
    )
    model = project({"clients.py": own, "m.py": others})
    found = [(one.name, one.beside, one.home.name) for one in model.other_clients.all()]
    names = ("requests.get", "requests.Session", "urllib.request.urlopen")
    assert found == [(name, "httpx.AsyncClient", "clients") for name in names]
    assert list(project({"m.py": others}).other_clients.all()) == []


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("app/jobs.py", 1),
        ("scripts/jobs.py", 0),
        ("tools/scripts/jobs.py", 0),
        ("shop-tests/jobs.py", 0),
        ("docs/guide/jobs.py", 0),
        ("examples/jobs.py", 0),
        ("app/examples.py", 1),
        ("shop/contests/jobs.py", 1),
    ],
)
def test_scripts_and_tests_may_wait(project: ProjectFactory, path: str, found: int) -> None:
    model = project({path: "import requests\ndef run():\n    requests.get('https://x.example')\n"})
    assert len(list(model.timeouts.missing())) == found


def test_an_app_among_examples_is_no_script(project: ProjectFactory) -> None:
    job = "import requests\ndef run():\n    requests.get('https://x.example')\n"
    main = "import fastapi\nfrom shop.jobs import run\n"
    assert len(list(project({"examples/shop/jobs.py": job, "examples/shop/main.py": main}).timeouts.missing())) == 1


def test_what_the_app_imports_is_no_script(project: ProjectFactory) -> None:
    job = "import requests\ndef run():\n    requests.get('https://x.example')\n"
    model = project({"scripts/jobs.py": job, "app.py": "from scripts.jobs import run\n"})
    assert len(list(model.timeouts.missing())) == 1


@pytest.mark.parametrize(
    ("url", "placed"),
    [
        ("settings.url", True),
        ("settings.url.parent / 'health'", True),
        ("f'{settings.url}/health'", True),
        ("later", True),
        ("'https://shop.example'", False),
        ("given.url", False),
        ("url", False),
    ],
)
def test_calls_to_where_settings_say(project: ProjectFactory, url: str, *, placed: bool) -> None:
    source = (
        "import requests\nfrom pydantic_settings import BaseSettings\n"
        "class Settings(BaseSettings):\n    url: str\n"
        "class Given:\n    url: str\n"
        "settings = Settings()\ngiven = Given()\n"
        f"def ask(url):\n    later = settings.url\n    return requests.get({url}, verify=False)\n"
    )
    assert [one.placed for one in project({"app/m.py": source}).tls.unverified()] == [placed]


@pytest.mark.parametrize(("url", "placed"), [("url", True), ("'https://shop.example'", False)])
def test_a_call_of_a_session_goes_where_the_app_knows(project: ProjectFactory, url: str, *, placed: bool) -> None:
    source = (
        "import aiohttp\nasync def ask(session: aiohttp.ClientSession, url: str):\n"
        f"    await session.get({url}, ssl=False)\n"
    )
    assert [one.placed for one in project({"app/m.py": source}).tls.unverified()] == [placed]


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("httpx.get('', timeout=OFF)", ["httpx.get"]),
        ("httpx.get('', timeout=settings.TIMEOUT)", []),
        ("httpx.get('', timeout=timeout)", []),
        ("requests.get('', timeout=OFF)", ["requests.get"]),
        ("requests.get('', timeout=(3, None))", ["requests.get"]),
        ("requests.get('', timeout=(3, 9))", []),
        ("httpx.Timeout(5, read=None)", []),
        ("httpx.Timeout(5, pool=None)", []),
        ("httpx.Timeout(connect=5, read=5, write=5, pool=None)", []),
        ("aiohttp.ClientTimeout(connect=5)", ["aiohttp.ClientTimeout"]),
        ("aiohttp.ClientTimeout(total=0)", ["aiohttp.ClientTimeout"]),
        ("aiohttp.ClientTimeout(sock_read=5)", []),
        ("aiohttp.ClientTimeout(5)", []),
        ("aiohttp.ClientSession(timeout=None)", []),
        ("session.get('', timeout=None)", ["aiohttp.ClientSession.get"]),
        ("given.get('')", ["requests.Session.get"]),
    ],
)
def test_timeouts_that_are_none(project: ProjectFactory, code: str, names: list[str]) -> None:
    source = (
        "import aiohttp, httpx, pydantic, requests\nOFF = None\n"
        "class Settings(pydantic.BaseModel):\n    TIMEOUT: int | None = None\n"
        "settings = Settings()\n"
        f"def f(session: aiohttp.ClientSession, given: requests.Session, timeout=None):\n    {code}\n"
    )
    assert [one.name for one in project({"m.py": source}).timeouts.missing()] == names


def test_sessions_of_a_project_that_adapts_some(project: ProjectFactory) -> None:
    use = "import requests\ndef f(given: requests.Session):\n    given.get('')\n"
    adapter = "from requests.adapters import HTTPAdapter\nclass Patient(HTTPAdapter): ...\n"
    assert list(project({"m.py": use, "a.py": adapter}).timeouts.missing()) == []


@pytest.mark.parametrize(
    ("code", "holders"),
    [
        ("app.state.shop = Shop()", ["m.Shop.http"]),
        ("shop = Shop()\n    app.state.shop = shop", ["m.Shop.http"]),
        ("shop = Shop()\n    other.state.shop = shop", []),
        ("app.state.shop = Shop()\n    await app.state.shop.http.aclose()", []),
        ("client = httpx.AsyncClient()\n    yield {'client': client}", ["m.start.client"]),
        ("client = httpx.AsyncClient()\n    yield {'client': client}\n    await client.aclose()", []),
        ("client = httpx.AsyncClient()\n    yield client", []),
        ("Rates.http = httpx.AsyncClient()", ["m.Rates.http"]),
        ("client = Renamed()\n    yield {'client': client}", ["m.start.client"]),
    ],
)
def test_clients_of_what_lives_as_long_as_the_app(project: ProjectFactory, code: str, holders: list[str]) -> None:
    source = (
        "import httpx\nfrom contextlib import asynccontextmanager\nfrom fastapi import FastAPI\n"
        "from httpx import AsyncClient as Renamed\n"
        "class Rates: ...\n"
        "class Shop:\n    def __init__(self): self.http = httpx.AsyncClient()\n"
        f"@asynccontextmanager\nasync def start(app: FastAPI):\n    {code}\n"
    )
    assert [one.holder for one in project({"m.py": source}).open_clients.all()] == holders


def test_client_classes_by_other_names(project: ProjectFactory) -> None:
    base = "import httpx\nfrom httpx import AsyncClient as Http\nclass Shop(httpx.AsyncClient): ...\n"
    main = (
        "from fastapi import FastAPI\nfrom base import Http, Shop\napp = FastAPI()\n"
        "@app.get('/')\nasync def home():\n"
        "    async with Http() as one, Shop() as two: ...\n"
        "@app.websocket('/')\nasync def talk():\n"
        "    async with Http() as kept:\n        while True:\n            async with Http() as one: ...\n"
    )
    model = project({"base.py": base, "main.py": main})
    found = [
        model.modules.by_path["main.py"].facts.source.text(one.call.start, one.call.end)
        for one, _, _ in model.clients.per_request(model.reached)
    ]
    assert found == ["Http()", "Shop()", "Http()"]


def test_what_a_subclass_gives_its_base(project: ProjectFactory) -> None:
    source = (
        "import httpx\nclass Shop(httpx.Client):\n"
        "    def __init__(self): super().__init__(verify=False, timeout=None)\n"
    )
    model = project({"m.py": source})
    assert [one.name for one in model.tls.unverified()] == ["httpx.Client"]
    assert [one.name for one in model.timeouts.missing()] == ["httpx.Client"]


@pytest.mark.parametrize(
    ("use", "found"),
    [
        ("shop = Shop()\n    await shop.load()", 1),
        ("await Shop().load()", 1),
        ("shop = Shop()\n    CACHE['shop'] = shop\n    await shop.load()", 0),
        ("shop = kept()\n    await shop.load()", 0),
        ("await SHARED.load()", 0),
    ],
)
def test_a_client_that_an_object_makes_once_lives_as_long_as_it(project: ProjectFactory, use: str, found: int) -> None:
    source = (
        "import httpx\nfrom fastapi import FastAPI\nfrom functools import cache\n"
        "class Shop:\n    client = None\n"
        "    async def own(self):\n"
        "        if self.client is None:\n            self.client = httpx.AsyncClient()\n"
        "        return self.client\n"
        "    async def load(self): return await (await self.own()).get('')\n"
        "SHARED = Shop()\nCACHE = {}\n@cache\ndef kept(): return Shop()\n"
        f"app = FastAPI()\n@app.get('/')\nasync def home():\n    {use}\n"
    )
    model = project({"m.py": source})
    assert len(list(model.clients.per_request(model.reached))) == found


def test_a_stream_in_another_method_excuses_no_call(project: ProjectFactory) -> None:
    source = (
        "import httpx, requests\nclass Shop:\n    def __init__(self): self.client = httpx.Client(timeout=None)\n"
        "    def load(self): return requests.get('')\n"
        "    def follow(self):\n        with self.client.stream('GET', '') as r: yield from r.iter_lines()\n"
    )
    assert [one.name for one in project({"m.py": source}).timeouts.missing()] == ["requests.get"]


@pytest.mark.parametrize(
    ("comment", "call", "found"),
    [
        ("a watch may be silent", "aiohttp.ClientTimeout(total=None, sock_connect=5)", 0),
        ("a watch may be silent", "aiohttp.ClientTimeout(total=None)", 1),
        ("", "aiohttp.ClientTimeout(total=None, sock_connect=5)", 1),
        ("streaming", "httpx.Timeout(None, connect=5)", 0),
    ],
)
def test_timeouts_that_are_long_on_purpose(project: ProjectFactory, comment: str, call: str, found: int) -> None:
    model = project({"m.py": f"import aiohttp, httpx\ndef f():\n    # {comment}\n    return {call}\n"})
    assert len(list(model.timeouts.missing())) == found


@pytest.mark.parametrize(
    ("options", "special"),
    [
        ("timeout=3", False),
        ("proxy='http://proxy.example'", False),
        ("proxy=PROXY", False),
        ("proxy=self.proxy", False),
        ("proxy=proxy", True),
        ("proxy=near", False),
        ("proxy=chosen", True),
        ("cookie_jar=make()", True),
        ("transport=made", False),
        ("transport=TRANSPORT", True),
        ("transport=make()", True),
    ],
)
def test_clients_with_something_of_their_own(project: ProjectFactory, options: str, *, special: bool) -> None:
    source = (
        "import httpx, random\nPROXY = 'http://proxy.example'\nTRANSPORT = httpx.AsyncHTTPTransport()\n"
        "class Shop:\n    proxy = None\n    def load(self, proxy):\n"
        "        near = None\n        near = PROXY\n        chosen = random.choice([PROXY])\n"
        "        made = httpx.AsyncHTTPTransport()\n"
        f"        httpx.AsyncClient({options})\n"
    )
    model = project({"m.py": source})
    load = model.modules.by_path["m.py"].classes[0].methods["load"]
    call = next(one.call for one in load.scan.calls if model.clients.made(one.call, load))
    assert model.clients.is_special(call, load) is special


@pytest.mark.parametrize(
    ("use", "found"),
    [
        ("async with Shop() as shop:\n        await shop.load()", 1),
        ("async with SHARED as shop:\n        await shop.load()", 0),
        ("async with given() as shop:\n        await shop.load()", 0),
        ("rates = given_rates()\n    await rates.load()", 1),
        ("rates = given_rates()\n    CACHE['rates'] = rates\n    await rates.load()", 0),
    ],
)
def test_a_client_of_an_object_that_is_entered_or_given(project: ProjectFactory, use: str, found: int) -> None:
    source = (
        "import httpx\nfrom fastapi import FastAPI\n"
        "class Shop:\n"
        "    async def __aenter__(self):\n        self.client = httpx.AsyncClient()\n        return self\n"
        "    async def load(self): return await self.client.get('')\n"
        "class Rates:\n    def __init__(self):\n        self.client = httpx.AsyncClient()\n"
        "    async def load(self): return await self.client.get('')\n"
        "SHARED = Shop()\nCACHE = {}\ndef given(): return SHARED\ndef given_rates(): return Rates()\n"
        f"app = FastAPI()\n@app.get('/')\nasync def home():\n    {use}\n"
    )
    model = project({"m.py": source})
    assert len(list(model.clients.per_request(model.reached))) == found


@pytest.mark.parametrize(
    ("path", "source", "found"),
    [
        ("check.py", "requests.get('')", 0),
        ("check.py", "import fastapi\nrequests.get('')", 1),
        ("app.py", "requests.get('')", 1),
        ("check.py", "def f(): requests.get('')", 1),
        ("check.py", "def f(): requests.get('')\nprint(f())", 0),
        ("benchmarks/a.py", "def f(): requests.get('')", 0),
        ("check.py", "def f(): requests.get('')  # noqa: S113", 0),
        ("check.py", "def f(): requests.get('')  # noqa: S501", 1),
        ("check.py", "def f(): requests.get(\n    '',\n)  # nosec B113", 0),
    ],
)
def test_calls_of_scripts_and_such_as_are_accepted(project: ProjectFactory, path: str, source: str, found: int) -> None:
    model = project({path: f"import requests\n{source}\n", "main.py": "import app\n"})
    assert len(list(model.timeouts.missing())) == found


def test_what_is_accepted_for_ruff_goes_unverified(project: ProjectFactory) -> None:
    source = (
        "import httpx\nhttpx.get('https://a.example', verify=False)\n"
        "httpx.get('https://a.example', verify=False)  # noqa: S501 -- it is asked whether it answers\n"
    )
    model = project({"m.py": source})
    assert len(list(model.tls.unverified())) == 1
