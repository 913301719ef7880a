"""Containers of dependencies: what dishka and dependency_injector give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from model.reveal import revealed

if TYPE_CHECKING:
    from conftest import ProjectFactory

DISHKA = """
    from typing import Annotated
    from dishka import FromComponent, FromDishka
    from dishka.integrations.fastapi import inject
    from fastapi import FastAPI
    app = FastAPI()
    class Items:
        def __init__(self, size: int): ...
    Dep = FromDishka[Items]
    def reveal(x): ...
"""


@pytest.mark.parametrize("annotation", ["FromDishka[Items]", "Dep", 'Annotated[Items, FromComponent("x")]'])
def test_a_container_gives_a_parameter_of_its_type(project: ProjectFactory, annotation: str) -> None:
    made = project(
        {"main.py": DISHKA + f"    @app.get('/')\n    @inject\n    def home(x: {annotation}):\n        reveal(x)\n"}
    )
    assert revealed(made) == ["main.Items"]
    (endpoint,) = made.routes.endpoints
    assert [one.title for one in made.dependencies.of_endpoint(endpoint)] == ["main.Items"]


def test_dependency_injector(project: ProjectFactory) -> None:
    code = """
    from collections.abc import Callable
    from contextlib import AbstractContextManager, contextmanager
    from dependency_injector import containers, providers
    from dependency_injector.wiring import Provide
    from fastapi import Depends
    class Connection: ...
    class Database:
        @contextmanager
        def connect(self) -> Callable[..., AbstractContextManager]:
            yield Connection()
    class Container(containers.DeclarativeContainer):
        database = providers.Singleton(Database)
        again = providers.Factory(Database)
    def reveal(x): ...
    reveal(Container().database())
    reveal(Container.again())
    with Container().database().connect() as connection:
        reveal(connection)
    def home(x=Depends(Provide[Container.database])):
        reveal(x)
    """
    made = project({"main.py": code})
    assert revealed(made) == ["main.Database", "main.Database", "main.Connection", "main.Database"]
