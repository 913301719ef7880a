"""Which requests may be carried out twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory


def _found(project: ProjectFactory, body: str) -> list[tuple[str, str]]:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    head = "import aiohttp, httpx, requests\nfrom tenacity import retry, stop_after_attempt\n"
    model = project(
        {
            "m.py": f"{head}url = '/orders'\n"
            f"@retry(stop=stop_after_attempt(3))\ndef send(client: httpx.Client, given: str):\n{lines}\n"
        }
    )
    return [(one.client, one.method) for one in model.resends.all()]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("client.post(url)", [("httpx.Client.post", "POST")]),
        ("client.request('patch', url)", [("httpx.Client.request", "PATCH")]),
        ("client.request(method='POST', url=url)", [("httpx.Client.request", "POST")]),
        ("requests.post('https://x.example/accounts')", [("requests.post", "POST")]),
        ("httpx.post('https://x.example/checkout')", [("httpx.post", "POST")]),
        ("try:\n    client.post(url)\nexcept Exception:\n    raise", [("httpx.Client.post", "POST")]),
        ("try:\n    client.post(url)\nexcept KeyError:\n    pass", [("httpx.Client.post", "POST")]),
        ("try:\n    client.post(url)\nexcept Exception:\n    return None", []),
        ("client.put(url)\nclient.get(url)\nclient.request('DELETE', url)", []),
        ("client.request(url, url)", []),
        ("client.post(url, headers={'Idempotency-Key': url})", []),
        ("client.post('https://x.example/items/_search')", []),
        ("client.post(f'https://x.example/{url}/count')", []),
        ("return lambda: client.post(url)", []),
        ("client.post(given)", []),
        ("client.post(f'https://x.example{given}')", []),
        ("client.post(f'{given}/orders')", [("httpx.Client.post", "POST")]),
        ("try:\n    client.post(url)\nexcept (httpx.HTTPError, KeyError):\n    return None", []),
        (
            "try:\n    client.post(url)\nexcept httpx.HTTPError as e:\n    raise KeyError from e",
            [("httpx.Client.post", "POST")],
        ),
    ],
)
def test_what_is_sent_again(project: ProjectFactory, body: str, found: list[tuple[str, str]]) -> None:
    assert _found(project, body) == found


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ("allowed_methods=['POST']", [("allowed_methods", "POST")]),
        ("method_whitelist={'get', 'patch'}", [("method_whitelist", "PATCH")]),
        ("allowed_methods=Retry.DEFAULT_ALLOWED_METHODS | {'POST'}", [("allowed_methods", "POST")]),
        ("allowed_methods=frozenset(['GET', 'PUT'])", []),
        ("allowed_methods=None", []),
        ("total=0, allowed_methods=['POST']", []),
        ("read=0, status_forcelist=[429], allowed_methods=['POST']", []),
        ("read=0, status_forcelist=[429, 503], allowed_methods=['POST']", [("allowed_methods", "POST")]),
    ],
)
def test_adapters(project: ProjectFactory, options: str, found: list[tuple[str, str]]) -> None:
    model = project({"m.py": f"from urllib3.util.retry import Retry\nretry = Retry({options})\n"})
    assert [(option, method) for _, option, method in model.resends.adapters()] == found


@pytest.mark.parametrize(
    ("sends", "found"),
    [("", []), ("    def send(self): self.session.post('')\n", ["POST"])],
)
def test_adapters_of_a_session_that_an_object_keeps(project: ProjectFactory, sends: str, found: list[str]) -> None:
    source = (
        "import requests\nfrom requests.adapters import HTTPAdapter, Retry\nclass Shop:\n    def __init__(self):\n"
        "        self.session = requests.Session()\n"
        "        self.session.mount('https://', HTTPAdapter(max_retries=Retry(3, allowed_methods=['POST'])))\n"
    )
    use = f"from m import Shop\nclass Big(Shop):\n    def load(self): self.session.get('')\n{sends}"
    model = project({"m.py": source, "use.py": use})
    assert [method for _, _, method in model.resends.adapters()] == found


@pytest.mark.parametrize(("use", "found"), [("@again", ["POST"]), ("@again_by(3)", ["POST"]), ("@plain", [])])
def test_decorators_of_the_project(project: ProjectFactory, use: str, found: list[str]) -> None:
    again = (
        "from tenacity import retry, stop_after_attempt\n"
        "def again(f): return retry(stop=stop_after_attempt(3))(f)\n"
        "def again_by(n): return retry(stop=stop_after_attempt(n))\n"
        "def plain(f): return f\n"
    )
    source = (
        f"import httpx\nfrom p import again, again_by, plain\n{use}\ndef send(c: httpx.Client): c.post('/orders')\n"
    )
    model = project({"p.py": again, "m.py": source})
    assert [one.method for one in model.resends.all()] == found


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("ask(c, 'POST', '/orders')", ["POST"]),
        ("ask(c, url='/orders', method='patch')", ["PATCH"]),
        ("ask(c, 'GET', '/orders')", []),
        ("ask(c, 'POST', '/search')", []),
        ("ask(c, 'POST', where)", []),
        ("tell(c, where)", []),
        ("tell(c, '/orders')", ["POST"]),
    ],
)
def test_a_helper_that_is_given_the_method_or_the_address(project: ProjectFactory, call: str, found: list[str]) -> None:
    source = (
        "import httpx\nfrom tenacity import retry, stop_after_attempt\n"
        "def ask(c: httpx.Client, method: str, url: str): return c.request(method, url)\n"
        "def tell(c: httpx.Client, url: str): return c.post(url)\n"
        f"@retry(stop=stop_after_attempt(3))\ndef send(c: httpx.Client, where: str): {call}\n"
    )
    assert [one.method for one in project({"m.py": source}).resends.all()] == found


_LOOP = "for i in range(3):\n    try:\n        {call}\n        break\n    except {error}:\n        {handled}"


@pytest.mark.parametrize(
    ("call", "error", "handled", "found"),
    [
        ("c.post('/orders')", "httpx.HTTPError", "continue", ["POST"]),
        ("c.post('/orders')", "Exception", "time.sleep(i)", ["POST"]),
        ("c.post('/orders')", "httpx.ConnectError", "time.sleep(i)", []),
        ("c.post('/orders')", "KeyError", "time.sleep(i)", []),
        ("c.post('/orders')", "httpx.HTTPError", "raise", []),
        ("c.post('/orders')", "httpx.HTTPError as e", "give_up(e)", []),
        ("c.post('/orders')", "httpx.HTTPError as e", "note(e)", ["POST"]),
        ("c.post('/orders')", "httpx.HTTPError", "if i == 2: raise", ["POST"]),
        ("c.post('/orders')", "httpx.HTTPError as e", "if e.response.status_code != 429: raise", []),
        ("c.post(f'/orders/{i}')", "httpx.HTTPError", "continue", []),
        ("c.post('/orders', headers={'Idempotency-Key': key})", "httpx.HTTPError", "continue", []),
        ("c.post('/chat', json={'max_tokens': 9})", "httpx.HTTPError", "continue", []),
        ("c.put('/orders')", "httpx.HTTPError", "continue", []),
    ],
)
def test_loops_of_ones_own(project: ProjectFactory, call: str, error: str, handled: str, found: list[str]) -> None:
    loop = _LOOP.format(call=call, error=error, handled=handled).replace("\n", "\n    ")
    helpers = "def give_up(e):\n    if e: raise KeyError from e\n    raise e\ndef note(e): print(e)\n"
    model = project({"m.py": f"import httpx, time\n{helpers}def send(c: httpx.Client, key):\n    {loop}\n"})
    assert [one.method for one in model.resends.all()] == found


@pytest.mark.parametrize(
    ("body", "endless"),
    [
        ("try:\n    return c.get('')\nexcept httpx.HTTPError:\n    continue", [True]),
        ("try:\n    return c.get('')\nexcept httpx.HTTPError:\n    time.sleep(1)", [False]),
        ("try:\n    r = c.get('')\nexcept httpx.HTTPError:\n    time.sleep(1)\nelse:\n    break", [False]),
        ("try:\n    return c.get('')\nexcept httpx.HTTPError:\n    n += 1\n    if n > 3: raise", []),
        ("try:\n    return c.get('')\nexcept httpx.HTTPError:\n    n += 1\nif n > 3: break", []),
        ("try:\n    c.get('')\nexcept httpx.HTTPError:\n    time.sleep(1)", []),
        ("try:\n    return f('')\nexcept httpx.HTTPError:\n    time.sleep(1)", []),
    ],
)
def test_loops_without_an_end(project: ProjectFactory, body: str, endless: list[bool]) -> None:
    lines = body.replace("\n", "\n        ")
    source = f"import httpx, time\ndef f(x): ...\ndef load(c: httpx.Client, n=0):\n    while True:\n        {lines}\n"
    assert [one.hasty for one in project({"m.py": source}).resends.endless()] == endless


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("Retrying(stop=stop_after_attempt(3))(send, c)", ["POST"]),
        ("again = Retrying(stop=stop_after_attempt(3))\n    again(send, c)", ["POST"]),
        ("again = Retrying(stop=stop_after_attempt(3))\n    again(load, c)", []),
        ("again = print\n    again(send, c)", []),
    ],
)
def test_objects_that_retry_what_they_are_given(project: ProjectFactory, call: str, found: list[str]) -> None:
    source = (
        "import httpx\nfrom tenacity import Retrying, stop_after_attempt\n"
        "def send(c: httpx.Client): c.post('/orders')\n"
        "def load(c: httpx.Client): c.get('/orders')\n"
        f"def run(c: httpx.Client):\n    {call}\n"
    )
    assert [one.method for one in project({"m.py": source}).resends.all()] == found
