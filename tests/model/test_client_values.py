"""Page sizes are followed to where clients set them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory

HEAD = """
from typing import Annotated
from fastapi import Depends, FastAPI, Query
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

app = FastAPI()

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)

class Page(BaseModel):
    size: int = Field(10, ge=1)

def load(session: Session, count: int):
    return session.scalars(select(User).limit(count))

"""


@pytest.mark.parametrize(
    ("parameter", "use", "name", "largest"),
    [
        ("n: int = 5", "n", "n", None),
        ("n: int = 5", "n + 1", "n", None),
        ("n: int = 5", "n or 10", "n", None),
        ("n: int = Query(5, ge=1)", "n", "n", None),
        ("n: Annotated[int, Query(lt=5001)] = 5", "n", "n", 5000),
        ("page: Annotated[Page, Query()]", "page.size", "size", None),
        ("n: Annotated[int, Query(le=50)] = 5", "n", None, None),
        ("n: int = 5", "min(n, 50)", None, None),
        ("n: str = ''", "n", None, None),
        ("n: int = 5", "7", None, None),
    ],
)
def test_page_sizes(project: ProjectFactory, parameter: str, use: str, name: str | None, largest: int | None) -> None:
    code = f"@app.get('/')\ndef read(session: Session, {parameter}):\n    return load(session, {use})\n"
    found = list(project({"app/main.py": HEAD + code}).page_sizes.unbounded(1000))
    assert [(one.value.name, one.largest) for one in found] == ([(name, largest)] if name else [])


def test_a_value_that_is_compared_is_not_the_clients_alone(project: ProjectFactory) -> None:
    code = """
@app.get('/')
def read(session: Session, n: int = 5):
    if n > 50:
        n = 50
    return load(session, n)
"""
    assert list(project({"app/main.py": HEAD + code}).page_sizes.unbounded(1000)) == []


PAGE = "class page:\n    def __init__(self, n: int = 5):\n        self.n = n\n"


@pytest.mark.parametrize(
    ("provider", "use", "name"),
    [
        ("def page(n: int = 5):\n    return {'n': n}\n", "page['n']", "n"),
        ("def page(n: int = 5):\n    return dict(n=n)\n", "page.get('n')", "n"),
        ("def page(n: int = 5):\n    return {'n': min(n, 9)}\n", "page['n']", None),
        (PAGE, "page.n", "n"),
        (
            "from dataclasses import dataclass\n@dataclass\nclass page:\n    n: int = 5\n",
            "page.n",
            "n",
        ),
        (
            (
                "from dataclasses import dataclass\n@dataclass\nclass page:\n    n: int = 5\n"
                "    def __post_init__(self):\n        self.n = min(self.n, 9)\n"
            ),
            "page.n",
            None,
        ),
        (PAGE + "    @property\n    def size(self):\n        return self.n\n", "page.size", "n"),
        ("def page(n: int = 5):\n    return 0, n\n", "page[1]", None),
    ],
)
def test_what_dependencies_return(project: ProjectFactory, provider: str, use: str, name: str | None) -> None:
    read = f"@app.get('/')\ndef read(session: Session, page=Depends(page)):\n    return load(session, {use})\n"
    found = list(project({"app/main.py": f"{HEAD}{provider}\n{read}"}).page_sizes.unbounded(1000))
    assert [one.value.name for one in found] == ([name] if name else [])
