"""Greenlet: whether it is asked for, and how it would be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory

_USES = {"m.py": "from sqlalchemy.ext.asyncio import AsyncSession\n"}


@pytest.mark.parametrize(
    ("line", "edited"),
    [
        ("sqlalchemy>=2.1", "sqlalchemy[asyncio]"),
        ("SQLAlchemy == 2.1.9", "SQLAlchemy[asyncio]"),
        ("sqlalchemy[mypy]>=2.1", "sqlalchemy[mypy,asyncio]"),
        ("sqlalchemy", "sqlalchemy[asyncio]"),
        ("sqlalchemy>=2.0", "sqlalchemy[asyncio]"),
        ("sqlmodel", "sqlmodel[asyncio]"),
        ("sqlmodel==0.0.22", None),
        ("sqlmodel==0.0.22\nsqlalchemy", None),
        ("sqlalchemy>=2.0,<2.1", None),
        ("sqlalchemy==2.0.40", None),
        ("sqlalchemy\nfastapi-users[sqlalchemy]", None),
        ("fastapi", None),
        ("sqlalchemy[asyncio]>=2.1", None),
        ("sqlalchemy[aiosqlite]>=2.1", None),
        ("sqlalchemy>=2.1\ngreenlet", None),
        ("sqlalchemy>=2.1\nsqlmodel[asyncio]", None),
    ],
)
def test_requirements(project: ProjectFactory, line: str, edited: str | None) -> None:
    extra = project({**_USES, "requirements.txt": f"{line}\n"}).async_extra
    missing = extra.missing()
    edit = extra.edit(missing) if missing is not None else None
    assert (edit.text if edit is not None else None) == edited


def test_only_the_async_api_needs_it(project: ProjectFactory) -> None:
    files = {"m.py": "from sqlalchemy.orm import Session\n", "requirements.txt": "sqlalchemy>=2.1\n"}
    assert project(files).async_extra.missing() is None
    tests = {"tests/test_m.py": _USES["m.py"], "requirements.txt": "sqlalchemy>=2.1\n"}
    assert project(tests).async_extra.missing() is None


def test_a_word_that_stands_twice_is_not_edited(project: ProjectFactory) -> None:
    text = '[project]\nname = "m"\nkeywords = ["sqlalchemy==2.1"]\ndependencies = ["sqlalchemy==2.1"]\n'
    extra = project({**_USES, "pyproject.toml": text}).async_extra
    missing = extra.missing()
    assert missing is not None
    assert extra.edit(missing) is None
