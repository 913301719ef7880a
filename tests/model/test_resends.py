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
        {"m.py": f"{head}\n@retry(stop=stop_after_attempt(3))\ndef send(client: httpx.Client, url: str):\n{lines}\n"}
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
