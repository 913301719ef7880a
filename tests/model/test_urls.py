"""Addresses of databases: which drivers they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory

_HEAD = """
import os
from pydantic import PostgresDsn
from pydantic_settings import BaseSettings
from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import create_async_engine
class Settings(BaseSettings):
    url: str = "sqlite:///a.db"
    scheme: str = "postgresql+psycopg2"
    @property
    def dsn(self):
        return PostgresDsn.build(scheme=self.scheme, host="localhost")
settings = Settings()
def address(driver="asyncpg"):
    found = f"postgresql+{driver}://localhost"
    return found
"""


@pytest.mark.parametrize(
    ("expr", "address"),
    [
        ('"sqlite:///a.db"', "sqlite://"),
        ('f"mysql+pymysql://{os.environ}"', "mysql+pymysql://"),
        ('"mssql+pyodbc://" + os.environ["HOST"]', "mssql+pyodbc://"),
        ("settings.url", "sqlite://"),
        ("str(settings.dsn)", "postgresql+psycopg2://"),
        ('make_url("sqlite://")', "sqlite://"),
        ('URL.create("mysql", host="x")', "mysql://"),
        ('os.getenv("X", "sqlite://")', "sqlite://"),
        ('os.environ.get("X", default="sqlite://")', "sqlite://"),
        ('settings.url.replace("sqlite:", "sqlite+pysqlite:")', "sqlite+pysqlite://"),
        ('address("psycopg2")', "postgresql+psycopg2://"),
        ('"sqlite://" if os.environ else "mysql://"', "sqlite://"),
        ("address()", None),
        ('settings.url.replace("sqlite:", "sqlite+aiosqlite:")', None),
        ('"sqlite://" if os.environ else os.environ["URL"]', None),
        ('"sqlite://" if os.environ else "sqlite+aiosqlite://"', None),
        ('os.getenv("X")', None),
        ('os.environ["X"]', None),
        ('URL.create(os.environ["DRIVER"])', None),
        ('"oracle+oracledb://x"', None),
        ('"other+driver://x"', None),
    ],
)
def test_address_of_an_async_engine(project: ProjectFactory, expr: str, address: str | None) -> None:
    found = list(project({"m.py": f"{_HEAD}engine = create_async_engine({expr})\n"}).urls.mismatches())
    assert [one.address.text for one in found] == ([address] if address else [])


def test_conditions_and_parameters_hide_addresses(project: ProjectFactory) -> None:
    text = _HEAD + (
        "def f(url='sqlite://', driver='psycopg2'):\n"
        "    create_async_engine(url)\n"
        "    create_async_engine(f'postgresql+{driver}://x')\n"
        "    if url:\n"
        "        create_async_engine(settings.url)\n"
        "        create_async_engine('sqlite://')\n"
    )
    (found,) = project({"m.py": text}).urls.mismatches()
    assert found.name == "create_async_engine"
    assert found.site.block.kind == "if"


def test_sync_engines(project: ProjectFactory) -> None:
    head = "from sqlalchemy import create_engine\n"
    call = "create_engine('postgresql+asyncpg://x')"
    (found,) = project({"m.py": f"{head}{call}\n"}).urls.mismatches()
    assert found.address.driver_name == "asyncpg"
    wrapped = f"{head}from sqlalchemy.ext.asyncio import AsyncEngine\nAsyncEngine({call})\n"
    assert not list(project({"m.py": wrapped}).urls.mismatches())
    assert not list(project({"m.py": f"{head}create_engine('sqlite+aiosqlite://', creator=f)\n"}).urls.mismatches())
