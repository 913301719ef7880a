"""The fixtures are real: they boot, they serve, and the clean ones pass their own tests."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from runtime.apps import APPS, CLEAN, REQUIRED, App, Served, environment, serve


def installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


missing = [module for module in REQUIRED if not installed(module)]
pytestmark = [
    pytest.mark.skipif(sys.version_info < (3, 11), reason="the fixtures are written for Python 3.11 and later"),
    pytest.mark.skipif(bool(missing), reason=f"the fixtures need {', '.join(missing)}"),
]


@pytest.fixture(scope="module", params=APPS, ids=lambda app: app.name)
def booted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[App, Served]:
    app: App = request.param
    return app, serve(app, tmp_path_factory.mktemp(app.name))


def test_it_serves_its_openapi(booted: tuple[App, Served]) -> None:
    _, served = booted
    assert served.openapi["openapi"].startswith("3.")
    assert {"/healthz", "/readyz"} <= served.openapi["paths"].keys()


def test_the_routes_are_those_of_the_openapi(booted: tuple[App, Served]) -> None:
    """Mounted applications, websockets and hidden routes are served without being in the document."""
    app, served = booted
    package = app.module.partition(".")[0]
    own = [route for route in served.routes if route.endpoint.startswith(f"{package}.")]
    listed = {(path, method.upper()) for path, item in served.openapi["paths"].items() for method in item}
    assert listed <= {(route.path, method) for route in own for method in route.methods}


def test_every_route_has_one_place(booted: tuple[App, Served]) -> None:
    app, served = booted
    places = [(route.path, method) for route in served.routes for method in route.methods]
    twice = {place for place in places if places.count(place) > 1}
    assert twice == ({("/api/products/{product_id}/stock", "GET")} if app.name == "messy_shop" else set())


@pytest.mark.parametrize("app", CLEAN, ids=lambda app: app.name)
def test_a_clean_fixture_passes_its_own_tests(app: App, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"--basetemp={tmp_path / 'own'}"]
    finished = subprocess.run(
        command, cwd=app.root, env=environment(), capture_output=True, text=True, timeout=300, check=False
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_particular_kinds_of_routes_are_seen(tmp_path: Path) -> None:
    """A websocket, a mounted application and a bound method: the shapes that are easily lost."""
    library, courier = (serve(app, tmp_path) for app in APPS if app.name in {"clean_sqlmodel", "clean_services"})
    seen = {(route.path, route.methods): route.endpoint for served in (library, courier) for route in served.routes}
    assert seen["/api/v1/availability/watch", ()] == "library.availability.router:watch"
    assert seen["/admin/imports/books", ("POST",)] == "library.admin.router:import_books"
    assert seen["/api/v1/customers", ("GET",)] == "courier.customers.router:CustomerViews.list"
