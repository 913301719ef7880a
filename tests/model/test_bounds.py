"""Odd projects neither hang nor blow up; what can't be resolved is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import ProjectFactory
    from fastlint.model.project import Project

APP = (
    "from fastapi import FastAPI\nfrom lib import start\napp = FastAPI()\n"
    "@app.get('/')\nasync def home():\n    start()\n"
)


def _stalls(project: Project) -> list[str]:
    return [f"{stall.verdict.name}{stall.via}" for stall in project.stalls.all]


def test_functions_that_call_each_other(project: ProjectFactory) -> None:
    lib = "import time\ndef start(): other()\ndef other():\n    start()\n    time.sleep(1)\n"
    assert _stalls(project({"main.py": APP, "lib.py": lib})) == ["time.sleep via start → other"]


def test_a_chain_deeper_than_any_is_followed_for(project: ProjectFactory) -> None:
    steps = "\n".join(f"def f{n}(): f{n + 1}()" for n in range(2000))
    lib = f"import time\ndef start(): f0()\n{steps}\ndef f2000(): time.sleep(1)\n"
    assert _stalls(project({"main.py": APP, "lib.py": lib})) == []


def test_every_function_calls_every_other(project: ProjectFactory) -> None:
    names = [f"f{n}" for n in range(60)]
    bodies = "\n".join(f"def {name}():\n" + "".join(f"    {other}()\n" for other in names) for name in names)
    lib = f"import time\ndef start(): f0()\n{bodies}\ndef last(): time.sleep(1)\n"
    assert _stalls(project({"main.py": APP, "lib.py": lib})) == []


def test_a_class_that_inherits_from_itself(project: ProjectFactory) -> None:
    lib = "class A(A): ...\nclass B(C): ...\nclass C(B): ...\ndef start(): A().x(); B().y()\n"
    assert _stalls(project({"main.py": APP, "lib.py": lib})) == []


def test_routers_that_include_each_other(project: ProjectFactory) -> None:
    made = project(
        {
            "main.py": """
                from fastapi import APIRouter, FastAPI
                app = FastAPI()
                a = APIRouter(prefix="/a")
                b = APIRouter(prefix="/b")
                a.include_router(b)
                b.include_router(a)
                app.include_router(a)
                app.mount("/self", app)
                @a.get("/x")
                def x(): ...
            """
        }
    )
    assert [endpoint.function.name for endpoint in made.routes.endpoints] == ["x"]
    assert sum(map(len, made.routes.tables.values())) < 1000


def test_dependencies_in_a_circle(project: ProjectFactory) -> None:
    made = project(
        {
            "main.py": """
                from fastapi import Depends, FastAPI
                app = FastAPI()
                def a(b=Depends(lambda: b)): ...
                def b(a=Depends(a)): ...
                @app.get("/")
                def home(x=Depends(b), y=Depends(a)): ...
            """
        }
    )
    endpoint = made.routes.endpoints[0]
    closure = made.dependencies.closure(made.dependencies.of_endpoint(endpoint))
    assert {one.function.name for one in closure if one.function} == {"a", "b"}


def test_values_defined_by_themselves(project: ProjectFactory) -> None:
    lib = "x = x\ny = z\nz = y\nf = f()\ndef start():\n    x.a()\n    y.b()\n    f.c()\n"
    assert _stalls(project({"main.py": APP, "lib.py": lib})) == []


def test_a_huge_generated_file(project: ProjectFactory) -> None:
    lib = "\n".join(f"V{n} = {{'a': [{n}, ({n}, 'x')]}}" for n in range(20_000)) + "\ndef start(): ...\n"
    assert _stalls(project({"main.py": APP, "lib.py": lib})) == []


def test_a_prefix_made_of_itself(project: ProjectFactory) -> None:
    made = project(
        {
            "main.py": """
                from fastapi import APIRouter, FastAPI
                PREFIX = PREFIX + "/x"
                app = FastAPI()
                router = APIRouter(prefix=PREFIX)
                @router.get("/y")
                def y(): ...
                app.include_router(router)
            """
        }
    )
    (table,) = made.routes.tables.values()
    assert table[0].path.endswith("/x/y")
