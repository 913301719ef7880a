"""The runnable fixtures, and what each of them serves when it is booted for real.

An application is imported and started in a process of its own, in a directory of its own: its package stays out of
this process, and the files that it makes stay out of the fixture.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parents[2] / "fixtures"
CHILD = Path(__file__).with_name("serving.py")
REQUIRED = (
    "aiosqlite",
    "alembic",
    "anyio",
    "asgi_lifespan",
    "fastapi",
    "greenlet",
    "httpx",
    "httpx2",
    "jwt",
    "opentelemetry.instrumentation.httpx",
    "opentelemetry.instrumentation.sqlalchemy",
    "prometheus_fastapi_instrumentator",
    "pwdlib",
    "pydantic_settings",
    "python_multipart",
    "pythonjsonlogger",
    "requests",
    "sqlmodel",
    "structlog",
    "tenacity",
)


@dataclass(frozen=True)
class App:
    """A fixture: the project's directory, and where its application is."""

    name: str
    module: str
    attribute: str
    factory: bool = False

    @property
    def root(self) -> Path:
        return FIXTURES / self.name

    @property
    def source(self) -> Path:
        return self.root / "src"

    @property
    def clean(self) -> bool:
        return self.name.startswith("clean_")


APPS = (
    App("clean_domain", "shop.main", "create_app", factory=True),
    App("clean_sqlmodel", "library.main", "app"),
    App("clean_services", "courier.main", "create_app", factory=True),
    App("messy_courier", "courier.main", "app"),
    App("messy_clinic", "clinic.main", "app"),
    App("messy_shop", "messy.main", "app"),
)
CLEAN = tuple(app for app in APPS if app.clean)


@dataclass(frozen=True)
class Route:
    """A served route; a websocket has no methods, and the endpoint reads `module:qualified.name`."""

    path: str
    methods: tuple[str, ...]
    endpoint: str


@dataclass(frozen=True)
class Served:
    """What a booted application says about itself: its routes in the order in which they match, and its OpenAPI."""

    routes: tuple[Route, ...]
    openapi: dict[str, Any]


def serve(app: App, scratch: Path, *, source: Path | None = None) -> Served:
    """Boot the fixture with `scratch` as its directory, from a changed copy of its sources if one is given."""
    command = [sys.executable, str(CHILD), str(source or app.source), app.module, app.attribute]
    finished = subprocess.run(
        [*command, "factory"] if app.factory else command,
        cwd=scratch,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if finished.returncode != 0:
        raise RuntimeError(f"{app.name} doesn't boot:\n{finished.stderr}")
    answer = json.loads(finished.stdout.splitlines()[-1])
    routes = tuple(Route(each["path"], tuple(each["methods"]), each["endpoint"]) for each in answer["routes"])
    return Served(routes, answer["openapi"])


def environment() -> dict[str, str]:
    """The variables of a fixture's process: nothing that would configure it, and no compiled files left behind."""
    prefixes = ("SHOP_", "LIBRARY_", "COURIER_", "MESSY_", "CLINIC_", "PYTEST_", "COV_", "OTEL_")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
    return inherited | {"PYTHONDONTWRITEBYTECODE": "1"}
