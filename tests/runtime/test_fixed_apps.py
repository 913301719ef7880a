"""A fixed application is the application: it serves the same routes, answers the same, and no longer stands still."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from fastlint.cli import run
from runtime.apps import APPS, CLEAN, App, environment, serve

ASKING = Path(__file__).with_name("asking.py")
REQUIRED = ("aiosqlite", "argon2", "fastapi", "greenlet", "httpx", "httpx2", "pwdlib", "pydantic_settings", "requests")
MESSY = next(app for app in APPS if app.name == "messy_shop")
SLOW_SERVERS = ("MESSY_PAYMENTS_URL", "MESSY_RATES_URL", "MESSY_SUPPLIERS_URL")

pytestmark = [
    pytest.mark.skipif(sys.version_info < (3, 11), reason="the fixtures are written for Python 3.11 and later"),
    pytest.mark.skipif(not all(map(find_spec, REQUIRED)), reason=f"the fixture needs {', '.join(REQUIRED)}"),
]

Request = tuple[str, str, dict[str, Any]]
THING = {"sku": "abc", "title": "A thing", "price_cents": 100, "stock": 3}
CHARGE = {"json": {"order_id": 1, "cents": 5}}
CONVERTED = {"params": {"cents": 5, "currency": "USD"}}
LINE = {"product_id": 1, "quantity": 10, "price_cents": 1000}
USER = {"email": "u@example.org", "password": "secret"}
UPLOAD = {"files": {"upload": ["a.txt", "first line\nsecond\n"]}}

REQUESTS: list[Request] = [
    ("GET", "/healthz", {}),
    ("GET", "/readyz", {}),
    ("POST", "/api/products", {"json": THING}),
    ("POST", "/api/products", {"json": THING | {"sku": "abd", "title": "Other", "price_cents": 50}}),
    ("POST", "/api/products", {"json": {"sku": "x"}}),
    *(("GET", f"/api/products{path}", {}) for path in ("", "/prices", "/newest", "/1", "/9", "/none", "/featured")),
    *(("GET", f"/api/products/1/{path}", {}) for path in ("raw", "stock", "reserved")),
    ("GET", "/api/products/search", {"params": {"term": "thing"}}),
    ("POST", "/api/orders", {"json": {"email": "a@example.org", "total_cents": 5}}),
    *(("GET", f"/api/orders{path}", {}) for path in ("", "/count", "/status", "/labels", "/legend", "/1", "/7")),
    *(("GET", f"/api/orders/1/{path}", {}) for path in ("lines/2", "invoice", "number")),
    *(("POST", f"/api/orders/1/{path}", {}) for path in ("confirmation", "slip")),
    ("POST", "/api/orders/checkout", {"json": {"country": "DE", "coupon": "SPRING", "lines": [LINE]}}),
    ("POST", "/api/users", {"json": USER}),
    ("POST", "/api/users/login", {"json": USER}),
    ("POST", "/api/users/login", {"json": USER | {"password": "wrong"}}),
    ("GET", "/api/users/first", {}),
    ("POST", "/api/users/1/visits", {}),
    *(("POST", f"/api/payments{path}", CHARGE) for path in ("", "/patient", "/simple")),
    ("GET", "/api/payments/converted", CONVERTED),
    ("POST", "/api/files/pictures", UPLOAD),
    ("POST", "/api/files/lists", UPLOAD),
    ("GET", "/api/files/lists/title", {}),
    *(("POST", f"/api/reports/x/{path}", {}) for path in ("runs", "size")),
    *(("GET", f"/api/reports/{path}", {}) for path in ("archive", "products", "summary", "minutes")),
    *(("GET", f"/api/suppliers/x{path}", {}) for path in ("", "/patient", "/slow", "/ping", "/thread")),
    *(("GET", f"/api/legacy/{path}", {}) for path in ("shared", "leaky", "blocking")),
    *(("POST", f"/api/baskets{path}", {"json": {"owner": "me"}}) for path in ("", "/begun")),
    *(("GET", f"/api/tickets{path}", {}) for path in ("", "/1")),
    ("DELETE", "/api/products/2", {}),
    ("GET", "/api/products", {}),
]

# What fixes are meant to change, by method and path: the status before and after.
MENDED = {
    ("GET", "/api/products/featured"): (422, 200),  # FLT209: a wider route took it
    ("GET", "/api/orders/1/invoice"): (500, 200),  # FLT111: the thread pool was given a string
    ("POST", "/api/users/1/visits"): (500, 202),  # FLT112: there was no loop to make a task on
    ("GET", "/api/orders/1"): (200, 500),  # FLT303: the answer never kept its promise, and now that shows
}

# Requests that blocked the event loop, by the rules that found it: FLT102 in an endpoint, a dependency, a method.
BLOCKING: list[Request] = [
    ("POST", "/api/payments", CHARGE),
    ("GET", "/api/payments/converted", CONVERTED),
    ("GET", "/api/suppliers/x/slow", {}),
    ("GET", "/api/suppliers/x/ping", {}),
]


@dataclass(frozen=True)
class Behaviour:
    """What an application answers, and how long its event loop stood still at most."""

    answers: list[tuple[int, Any]]
    pauses: list[float]


def ask(source: Path, scratch: Path) -> Behaviour:
    asked = {"requests": REQUESTS, "slow": BLOCKING, "slow_servers": SLOW_SERVERS}
    finished = subprocess.run(
        [sys.executable, str(ASKING), str(source), MESSY.module, MESSY.attribute],
        input=json.dumps(asked),
        cwd=scratch,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    result = json.loads(finished.stdout.splitlines()[-1])
    return Behaviour([(status, content) for status, content in result["answers"]], result["pauses"])


def copied(app: App, folder: Path) -> Path:
    return Path(shutil.copytree(app.root, folder / app.name, ignore=shutil.ignore_patterns("__pycache__", ".*_cache")))


def fix(folder: Path) -> int:
    return run(
        ["check", "--fix-only", "--unsafe-fixes", "--exit-non-zero-on-fix", "--no-cache", "--quiet", str(folder)]
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def fixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copied(MESSY, tmp_path_factory.mktemp("fixed"))
    assert fix(folder) == 1
    return folder


@pytest.fixture(scope="module")
def behaviours(fixed: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Behaviour, Behaviour]:
    before = ask(MESSY.source, tmp_path_factory.mktemp("before"))
    return before, ask(fixed / "src", tmp_path_factory.mktemp("after"))


def test_fixing_twice_is_fixing_once(fixed: Path) -> None:
    before = contents(fixed)
    assert fix(fixed) == 0
    assert contents(fixed) == before


@pytest.mark.parametrize("app", CLEAN, ids=lambda app: app.name)
def test_nothing_is_fixed_where_nothing_is_wrong(app: App, tmp_path: Path) -> None:
    folder = copied(app, tmp_path)
    before = contents(folder)
    assert fix(folder) == 0
    assert contents(folder) == before


def test_it_serves_the_same_routes(fixed: Path, tmp_path: Path) -> None:
    before, after = serve(MESSY, tmp_path), serve(MESSY, tmp_path, source=fixed / "src")
    assert set(before.routes) == set(after.routes)
    moved = {"/api/products/featured"}
    assert [route for route in before.routes if route.path not in moved] == [
        route for route in after.routes if route.path not in moved
    ]


def differences(before: object, after: object, path: str = "") -> Iterator[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            yield from differences(before.get(key), after.get(key), f"{path}/{key}")
    elif before != after:
        yield path


def test_its_openapi_differs_as_intended(fixed: Path, tmp_path: Path) -> None:
    before, after = serve(MESSY, tmp_path), serve(MESSY, tmp_path, source=fixed / "src")
    assert set(differences(before.openapi, after.openapi)) == {
        "/paths//api/orders/{order_id}/lines/{line_id}/get/parameters",  # FLT211: the endpoint takes `line_id` now
        "/paths//api/products/newest/get/parameters",  # FLT407: the page size has bounds
        "/paths//api/products/search/get/parameters",
        "/paths//api/tickets/get/parameters",  # FLT406: the list comes in pages
        "/paths//api/tickets/get/responses/422",
    }


def test_it_answers_the_same(behaviours: tuple[Behaviour, Behaviour]) -> None:
    before, after = behaviours
    changed = {
        (method, path): (old[0], new[0])
        for (method, path, _), old, new in zip(REQUESTS, before.answers, after.answers, strict=True)
        if old != new
    }
    assert changed == MENDED


def test_its_event_loop_no_longer_stands_still(behaviours: tuple[Behaviour, Behaviour]) -> None:
    before, after = behaviours
    assert min(before.pauses) > 0.3, "the requests are to block for 0.4 seconds before the fix"
    assert max(after.pauses) < 0.2
