"""Which path parameters an endpoint takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import ProjectFactory


_HEAD = "from typing import Annotated\nfrom fastapi import Depends, FastAPI, Path, Request\napp = FastAPI()\n"


def _taken(project: ProjectFactory, text: str) -> frozenset[str] | None:
    model = project({"main.py": _HEAD + text})
    return model.path_use.taken(model.routes.endpoints[-1])


def test_parameters_aliases_and_dependencies(project: ProjectFactory) -> None:
    text = (
        "def dep(x: int, y: Annotated[int, Path(alias='why')]): ...\n"
        "@app.get('/')\ndef f(a, b=Depends(dep), c: int = Path(alias='sea')): ...\n"
    )
    taken = _taken(project, text)
    assert taken is not None
    assert {"a", "x", "why", "sea"} <= taken


def test_fields_of_a_model_of_the_path(project: ProjectFactory) -> None:
    text = (
        "from pydantic import BaseModel, Field\nclass Key(BaseModel):\n    org: int = Field(alias='orgId')\n"
        "    repo: Annotated[str, Field(validation_alias='repoName')]\n"
        "@app.get('/{orgId}/{repoName}')\ndef f(key: Annotated[Key, Path()]): ...\n"
    )
    taken = _taken(project, text)
    assert taken is not None
    assert {"orgId", "repoName"} <= taken


def test_lambdas_take_what_they_name(project: ProjectFactory) -> None:
    assert _taken(project, "@app.get('/{x}')\ndef f(a=Depends(lambda x: x)): ...\n") == frozenset({"a", "x"})


def test_what_cannot_be_told(project: ProjectFactory) -> None:
    assert _taken(project, "@app.get('/')\ndef f(**kwargs): ...\n") is None
    assert _taken(project, "from x import unknown\n@app.get('/')\ndef f(a=Depends(unknown.thing())): ...\n") is not None
    assert _taken(project, "def g(n):\n    @app.get('/')\n    def f(a=Depends(n)): ...\n") is None
    assert _taken(project, "def g(n):\n    @app.get('/', dependencies=n)\n    def f(a): ...\n") is None
    typed = (
        "from collections.abc import Callable\n"
        "def g(n: Callable[..., int]):\n    @app.get('/')\n    def f(a=Depends(n)): ...\n"
    )
    assert _taken(project, typed) is None


def test_a_class_that_an_object_holds_may_be_another_one(project: ProjectFactory) -> None:
    text = (
        "class Page:\n    def __init__(self, a: int): ...\n"
        "class Views:\n    page: type[Page] = Page\n"
        "    def add(self):\n        @app.get('/{x}')\n        def f(p=Depends(self.page)): ...\n"
    )
    assert _taken(project, text) is None


def test_an_endpoint_that_may_be_several(project: ProjectFactory) -> None:
    text = (
        "def made(first):\n    def one(x): ...\n    def other(): ...\n"
        "    if first:\n        return one\n    return other\n"
        "app.add_api_route('/{x}', made(True))\n"
    )
    assert _taken(project, text) is None


def test_reading_from_the_request(project: ProjectFactory) -> None:
    text = (
        "def read(request):\n    return request.path_params['x']\n"
        "@app.get('/{x}')\ndef f(request: Request):\n    return read(request)\n"
    )
    model = project({"main.py": _HEAD + text})
    endpoint = model.routes.endpoints[-1]
    assert model.path_use.reads(endpoint, "x")
    assert not model.path_use.reads(endpoint, "y")


def test_headers_say_nothing_of_the_path(project: ProjectFactory) -> None:
    text = (
        "def other(request):\n    return request.path_params['x']\n"
        "@app.get('/{x}')\ndef f(request: Request):\n    return request.headers['a']\n"
    )
    model = project({"main.py": _HEAD + text})
    assert not model.path_use.reads(model.routes.endpoints[-1], "x")
