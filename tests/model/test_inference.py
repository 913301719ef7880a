# ruff: noqa: E501, ISC004 -- programs on one line each, to be read as rows of a table
"""What expressions may be, across modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fastlint.model.types import ClassRef, Instance
from model.reveal import revealed

if TYPE_CHECKING:
    from conftest import ProjectFactory

MODELS = """
    class Base:
        def clone(self): return self
        @classmethod
        def make(cls): return cls()
    class User(Base):
        name: str
        boss: "User"
        def team(self) -> "list[User]": ...
    class Admin(User): ...
"""

CASES: dict[str, tuple[str, list[str]]] = {
    "constructor": ("u = User()\nreveal(u)", ["app.models.User"]),
    "class as value": ("reveal(User)", ["the app.models.User"]),
    "attribute by annotation": ("reveal(User().name)", ["str"]),
    "string annotation": ("reveal(User().boss)", ["app.models.User"]),
    "method result": ("reveal(User().team())", ["list[app.models.User]"]),
    "item of a list": ("reveal(User().team()[0])", ["app.models.User"]),
    "loop variable": ("for u in User().team():\n    reveal(u)", ["app.models.User"]),
    "comprehension variable": ("x = [reveal(u) for u in User().team()]", ["app.models.User"]),
    "inherited method, self": ("reveal(Admin().clone())", ["app.models.Admin"]),
    "inherited class method, cls": ("reveal(Admin.make())", ["app.models.Admin"]),
    "conditional": ("reveal(User() if x else Admin())", ["app.models.User | app.models.Admin"]),
    "or": ("reveal(None or User())", ["app.models.User"]),
    "walrus": ("if (u := User()):\n    reveal(u)", ["app.models.User"]),
    "tuple unpacking": ("a, b = User(), 1\nreveal(a)\nreveal(b)", ["app.models.User", "int"]),
    "starred unpacking": ("a, *b = User(), 1\nreveal(a)", ["app.models.User"]),
    "dict of values": ("d = {'a': User()}\nreveal(d['a'])\nreveal(d.get('a'))", ["app.models.User", "app.models.User"]),
    "optional": ("from typing import Optional\ndef f(u: Optional[User]):\n    reveal(u)", ["app.models.User"]),
    "union": ("def f(u: User | Admin | None):\n    reveal(u)", ["app.models.User | app.models.Admin"]),
    "annotated": ("from typing import Annotated\ndef f(u: Annotated[User, 1]):\n    reveal(u)", ["app.models.User"]),
    "alias of annotated": (
        "from typing import Annotated\nMe = Annotated[User, 1]\ndef f(u: Me):\n    reveal(u)",
        ["app.models.User"],
    ),
    "PEP 695 alias": ("type Me = User\ndef f(u: Me):\n    reveal(u)", ["app.models.User"]),
    "new type": (
        "from typing import NewType\nMe = NewType('Me', User)\ndef f(u: Me):\n    reveal(u)",
        ["app.models.User"],
    ),
    "type of a class": ("def f(k: type[User]):\n    reveal(k())", ["app.models.User"]),
    "any is unknown": ("from typing import Any\ndef f(u: Any):\n    reveal(u)", ["?"]),
    "unknown parameter": ("def f(u):\n    reveal(u.x.y())", ["?"]),
    "default of a parameter": ("def f(u=User()):\n    reveal(u)", ["app.models.User"]),
    "function without annotation": ("def f():\n    return User()\nreveal(f())", ["app.models.User"]),
    "coroutine": ("async def f() -> User: ...\nreveal(f())", ["await app.models.User"]),
    "awaited": ("async def f() -> User: ...\nasync def g():\n    reveal(await f())", ["app.models.User"]),
    "generator": ("def f():\n    yield User()\nfor u in f():\n    reveal(u)", ["app.models.User"]),
    "async generator": (
        "from collections.abc import AsyncIterator\nasync def f() -> AsyncIterator[User]:\n    yield User()\n"
        "async def g():\n    async for u in f():\n        reveal(u)",
        ["app.models.User"],
    ),
    "context manager function": (
        "from contextlib import contextmanager\n@contextmanager\ndef f():\n    yield User()\nwith f() as u:\n    reveal(u)",
        ["app.models.User"],
    ),
    "context manager made by hand": (
        "from contextlib import contextmanager\ndef f():\n    yield User()\ng = contextmanager(f)\nwith g() as u:\n    reveal(u)",
        ["app.models.User"],
    ),
    "context manager class": (
        "class C:\n    def __enter__(self) -> User: ...\nwith C() as u:\n    reveal(u)",
        ["app.models.User"],
    ),
    "property": ("class C:\n    @property\n    def u(self): return User()\nreveal(C().u)", ["app.models.User"]),
    "cached property": (
        "from functools import cached_property\nclass C:\n    @cached_property\n    def u(self) -> User: ...\nreveal(C().u)",
        ["app.models.User"],
    ),
    "self attribute": (
        "class C:\n    def __init__(self, u: User):\n        self.u = u\nreveal(C(1).u)",
        ["app.models.User"],
    ),
    "self attribute set elsewhere": (
        "class C:\n    def __init__(self):\n        self.u = None\n    def load(self):\n        self.u = User()\nreveal(C().u)",
        ["app.models.User"],
    ),
    "super": (
        "class C:\n    def f(self) -> User: ...\nclass D(C):\n    def f(self):\n        return super().f()\nreveal(D().f())",
        ["app.models.User"],
    ),
    "generic base class": (
        "from typing import Generic, TypeVar\nT = TypeVar('T')\nclass Repo(Generic[T]):\n    def get(self) -> T: ...\n"
        "class Users(Repo[User]): ...\nreveal(Users().get())\nreveal(Repo[Admin]().get())",
        ["app.models.User", "app.models.Admin"],
    ),
    "generic function": (
        "from typing import TypeVar\nT = TypeVar('T')\ndef build(k: type[T]) -> T: ...\nreveal(build(User))",
        ["app.models.User"],
    ),
    "closure over a class argument": (
        "def get_repo(kind):\n    def inner():\n        return kind()\n    return inner\nreveal(get_repo(User)())",
        ["app.models.User"],
    ),
    "partial": (
        "from functools import partial\ndef f() -> User: ...\ng = partial(f, 1)\nreveal(g())",
        ["app.models.User"],
    ),
    "cast": ("from typing import cast\nreveal(cast(User, x))", ["app.models.User"]),
    "callable object": ("class C:\n    def __call__(self) -> User: ...\nc = C()\nreveal(c())", ["app.models.User"]),
    "callable annotation": (
        "from collections.abc import Callable\ndef f(make: Callable[[], User]):\n    reveal(make())",
        ["app.models.User"],
    ),
    "last assignment wins": ("u = 1\nu = User()\nreveal(u)", ["app.models.User"]),
    "branches join": (
        "if x:\n    u = User()\nelse:\n    u = Admin()\nreveal(u)",
        ["app.models.User | app.models.Admin"],
    ),
    "names bound to each other": (
        "def f():\n    a = User()\n    while x:\n        a = b\n        b = a\n    reveal(a)",
        ["app.models.User"],
    ),
    "global set by a function": (
        "u = None\ndef start():\n    global u\n    u = User()\ndef f():\n    reveal(u)",
        ["app.models.User"],
    ),
    "type checking import": (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from app.models import Admin as Boss\n"
        "def f(u: 'Boss'):\n    reveal(u)",
        ["app.models.Admin"],
    ),
    "import in a function": (
        "def f():\n    from app.models import Admin as Boss\n    reveal(Boss())",
        ["app.models.Admin"],
    ),
    "import in a try": (
        "try:\n    from app.models import Admin as Boss\nexcept ImportError:\n    Boss = None\nreveal(Boss())",
        ["app.models.Admin"],
    ),
    "gathered": (
        "import asyncio\nasync def f() -> User: ...\nasync def g():\n    a, b = await asyncio.gather(f(), f())\n    reveal(a)",
        ["app.models.User"],
    ),
    "thread": (
        "import asyncio\ndef f() -> User: ...\nasync def g():\n    reveal(await asyncio.to_thread(f))",
        ["app.models.User"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_expressions(project: ProjectFactory, case: str) -> None:
    code, expected = CASES[case]
    source = "from app.models import Admin, User\n" + code
    made = project({"app/__init__.py": "", "app/models.py": MODELS, "app/main.py": source})
    assert revealed(made) == expected


SESSIONS: dict[str, tuple[str, list[str]]] = {
    "maker": (
        "from sqlalchemy.orm import sessionmaker\nmake = sessionmaker(bind=e)\nreveal(make())",
        ["sqlalchemy.orm.Session"],
    ),
    "async maker": (
        "from sqlalchemy.ext.asyncio import async_sessionmaker\nmake = async_sessionmaker(e)\n"
        "async def f():\n    async with make() as s:\n        reveal(s)",
        ["sqlalchemy.ext.asyncio.AsyncSession"],
    ),
    "maker with a class": (
        "from sqlalchemy.orm import sessionmaker\nfrom sqlalchemy.ext.asyncio import AsyncSession\n"
        "make = sessionmaker(e, class_=AsyncSession)\nreveal(make())",
        ["sqlalchemy.ext.asyncio.AsyncSession"],
    ),
    "maker.begin": (
        "from sqlalchemy.ext.asyncio import async_sessionmaker\nmake = async_sessionmaker(e)\n"
        "async def f():\n    async with make.begin() as s:\n        reveal(s)",
        ["sqlalchemy.ext.asyncio.AsyncSession"],
    ),
    "dependency that yields": (
        "from fastapi import Depends\nfrom sqlalchemy.orm import Session\n"
        "def get_db():\n    with Session(e) as s:\n        yield s\n"
        "def f(db=Depends(get_db)):\n    reveal(db)",
        ["sqlalchemy.orm.Session"],
    ),
    "dependency that belies its annotation": (
        "from fastapi import Depends\nfrom sqlalchemy.ext.asyncio import AsyncSession\nfrom sqlalchemy.orm import Session\n"
        "async def get_db():\n    async with AsyncSession(e) as s:\n        yield s\n"
        "def get_name() -> str: ...\n"
        "def f(db: Session = Depends(get_db), name: int = Depends(get_name)):\n    reveal(db)\n    reveal(name)",
        ["sqlalchemy.ext.asyncio.AsyncSession", "int"],
    ),
    "dependency alias": (
        "from typing import Annotated\nfrom fastapi import Depends\nfrom sqlalchemy.orm import Session\n"
        "def get_db():\n    yield Session()\nDb = Annotated[Session, Depends(get_db)]\ndef f(db: Db):\n    reveal(db)",
        ["sqlalchemy.orm.Session"],
    ),
    "httpx client": (
        "import httpx\nasync def f():\n    async with httpx.AsyncClient() as c:\n        reveal(c)\n        reveal(await c.get('/'))",
        ["httpx.AsyncClient", "httpx.Response"],
    ),
    "redis in disguise": (
        "from redis import asyncio as redis\nr = redis.Redis()\nreveal(r)",
        ["redis.asyncio.Redis"],
    ),
    "redis by its parent's name": (
        "import redis.asyncio as redis\nreveal(redis.from_url('x'))",
        ["redis.asyncio.Redis"],
    ),
    "a submodule without as": (
        "import redis.asyncio\nreveal(redis.Redis())\nreveal(redis.asyncio.Redis())",
        ["redis.Redis", "redis.asyncio.Redis"],
    ),
    "a table of a resource": (
        "import boto3\nreveal(boto3.resource('dynamodb').Table('x'))",
        ["boto3.resources.base.ServiceResource"],
    ),
    "a command of a database": (
        "from pymongo import MongoClient\nreveal(MongoClient().shop.command)",
        ["the pymongo.database.Database.command"],
    ),
    "an old name of a builtin": ("import asyncio\nreveal(asyncio.TimeoutError)", ["the builtins.TimeoutError"]),
}


@pytest.mark.parametrize("case", SESSIONS)
def test_library_values(project: ProjectFactory, case: str) -> None:
    code, expected = SESSIONS[case]
    assert revealed(project({"main.py": code})) == expected


def test_reexports_singletons_and_stars(project: ProjectFactory) -> None:
    made = project(
        {
            "src/shop/__init__.py": "",
            "src/shop/core/__init__.py": "from .services import *\nfrom .services import Service as Svc\n",
            "src/shop/core/services.py": """
                __all__ = ["service", "Service"]
                class Service:
                    def load(self) -> "Service": ...
                service = Service()
                hidden = 1
            """,
            "src/shop/api.py": """
                import shop.core
                import shop.core.services as s
                from .core import Svc, service
                from . import core
                reveal(service)
                reveal(core.service.load())
                reveal(shop.core.service)
                reveal(s.service)
                reveal(Svc())
                reveal(core.hidden)
            """,
        }
    )
    one = "shop.core.services.Service"
    assert revealed(made) == [one, one, one, one, one, "?"]


def test_optional_attribute_left_at_none_is_unknown(project: ProjectFactory) -> None:
    made = project(
        {
            "main.py": """
                class Redis:
                    def set(self): ...
                class Cache:
                    def __init__(self, redis: Redis | None = None):
                        self.redis = redis
                plain = Cache()
                full = Cache(Redis())
                reveal(plain.redis)
                reveal(full.redis)
            """
        }
    )
    assert revealed(made) == ["?", "main.Redis"]


def test_a_thousand_way_dispatch_counts_as_unknown(project: ProjectFactory) -> None:
    classes = "\n".join(f"class C{n}: ..." for n in range(1000))
    branches = "\n".join(f"    if x == {n}: return C{n}()" for n in range(1000))
    made = project({"main.py": f"{classes}\ndef f(x):\n{branches}\nreveal(f(1))\n"})
    assert len(revealed(made)) == 1


def test_classes_and_modules_in_circles_end(project: ProjectFactory) -> None:
    made = project(
        {
            "a.py": "from b import *\nfrom b import B\nclass A(B):\n    x = B.y\nreveal(A().x)\n",
            "b.py": "from a import *\nfrom a import A\nclass B(A):\n    y = A.x\nreveal(B().y)\n",
        }
    )
    assert revealed(made) == ["?", "?"]


def test_abstract_methods_stand_for_their_few_implementations(project: ProjectFactory) -> None:
    made = project(
        {
            "main.py": """
                from abc import ABC, abstractmethod
                class User: ...
                class Store(ABC):
                    @abstractmethod
                    def get(self): ...
                class Disk(Store):
                    def get(self):
                        return User()
                class Plugin(ABC):
                    @abstractmethod
                    def get(self): ...
            """
            + "\n".join(f"class P{n}(Plugin):\n    def get(self): return User()" for n in range(9)).replace(
                "\n", "\n" + " " * 16
            )
            + """
                def f(store: Store, plugin: Plugin):
                    reveal(store.get())
                    reveal(plugin.get())
            """
        }
    )
    assert revealed(made) == ["main.User", "?"]


def test_protocols_stand_for_the_classes_that_do_what_they_ask(project: ProjectFactory) -> None:
    made = project(
        {
            "ports.py": """
                from typing import Protocol
                class Store(Protocol):
                    def get(self, key: str):
                        \"\"\"One object.\"\"\"
                        ...
                    def put(self, key: str, value: bytes): ...
                class Loader(Protocol):
                    async def get(self, key): ...
            """,
            "tests/fakes.py": """
                class FakeStore:
                    def get(self, key): return 1
                    def put(self, key, value): ...
            """,
            "main.py": """
                from ports import Loader, Store
                class User: ...
                class Disk:
                    def get(self, key):
                        return User()
                    def put(self, key, value): ...
                class Half:
                    def get(self, key): return ""
                class Other:
                    def get(self): return ""
                    def put(self, key, value): ...
                def f(store: Store, loader: Loader):
                    reveal(store.get("x"))
                    reveal(loader.get("x"))
            """,
        }
    )
    assert revealed(made) == ["main.User", "await ?"]


def test_a_protocol_may_inherit_what_it_asks_for(project: ProjectFactory) -> None:
    made = project(
        {
            "main.py": """
                from typing import Protocol
                class Base:
                    def run(self): ...
                class Store(Base, Protocol):
                    def get(self, key): ...
                class Disk:
                    def get(self, key): return 1
                def f(store: Store):
                    return store.run()
            """
        }
    )
    function = next(one for one in made.modules.by_path["main.py"].functions if one.name == "f")
    assert made.types.of(function.scan.calls[0].call, function) == ()


def test_state_is_what_is_put_on_it(project: ProjectFactory) -> None:
    made = project(
        {
            "services.py": "class Mail: ...\nclass Store: ...\nclass Clock: ...\nclass User: ...\n",
            "main.py": """
                from contextlib import asynccontextmanager
                from fastapi import FastAPI, Request
                from starlette.middleware.base import BaseHTTPMiddleware
                from services import Clock, Mail, Store, User

                @asynccontextmanager
                async def lifespan(app):
                    mail = Mail()
                    app.state.mail = mail
                    yield {"store": Store()}

                class Log(BaseHTTPMiddleware):
                    async def dispatch(self, request, call_next):
                        request.state.user = User()
                        return await call_next(request)

                class Machine:
                    def __init__(self):
                        self.state = Machine()
                        self.state.speed = Clock()

                app = FastAPI(lifespan=lifespan)
                app.clock = Clock()

                def f(request: Request):
                    reveal(request.app.state.mail)
                    reveal(request.state.store)
                    reveal(request.state.user)
                    reveal(getattr(app.state, "mail"))
                    reveal(request.app.clock)
                    reveal(request.state.speed)
            """,
        }
    )
    assert revealed(made) == [
        "services.Mail",
        "services.Store",
        "services.User",
        "services.Mail",
        "services.Clock",
        "the starlette.datastructures.State.speed",
    ]


def test_a_parameter_that_many_conditions_bind_anew_is_asked_of_once(project: ProjectFactory) -> None:
    steps = "".join(f"    if wanted == {number}:\n        given = given.where({number})\n" for number in range(40))
    made = project({"app.py": f"def narrow(given, wanted):\n{steps}    return given\n"})
    node = made.modules.by_path["app.py"].functions[0]
    value = node.scan.returns[0].value
    assert value is not None
    assert made.types.of(value, node) == ()
    assert made.types.cuts == 0


def test_what_a_constructor_is_given_is_known_where_its_parameter_says_nothing(project: ProjectFactory) -> None:
    made = project(
        {
            "main.py": """
                class Mail: ...
                class Service:
                    def __init__(self, mail, name="x"):
                        self.mail = mail
                        self.name = name
                class Sub(Service):
                    def __init__(self, other, mail):
                        super().__init__(mail)
                        self.other = other
                reveal(Service(Mail()).mail)
                reveal(Service(mail=Mail()).mail)
                reveal(Sub(1, Mail()).mail)
                reveal(Service(*[Mail()]).mail)
            """
        }
    )
    assert revealed(made) == ["main.Mail", "main.Mail", "main.Mail", "main.Mail | object"]


def test_a_library_goes_before_a_folder_of_its_name_that_is_no_package(project: ProjectFactory) -> None:
    made = project(
        {
            "alembic/env.py": "from alembic import context\nreveal(context)\n",
            "alembic/versions/one.py": "from alembic import op\nreveal(op)\n",
            "tools/helper.py": "class Helper: ...\n",
            "main.py": "from tools import helper\nreveal(helper.Helper())\n",
        }
    )
    assert sorted(revealed(made)) == ["the alembic.context", "the alembic.op", "tools.helper.Helper"]


def test_what_a_module_binds_but_once_means_the_same_wherever_it_is_read(project: ProjectFactory) -> None:
    made = project({"main.py": "class User: ...\nn = 1\nn = User()\nreveal(n)\nu: User = n\n"})
    assert revealed(made) == ["main.User"]
    module = made.modules.by_path["main.py"]
    [annotation] = [one.annotation for one, _ in module.scan.assigns if one.annotation is not None]
    assert made.types.annotation(annotation, module) == (Instance(module.classes[0]),)
    steady = made.types.lookup.steady
    assert steady[module, "User", ()] == (ClassRef(module.classes[0]),)
    assert (module, "n", ()) not in steady


def test_what_a_function_keeps_under_a_name_it_gives_back(project: ProjectFactory) -> None:
    code = """
        class Users: ...
        class Unit:
            def __init__(self):
                self.made = {}
            def get(self, kind):
                if kind not in self.made:
                    self.made[kind] = kind()
                return self.made[kind]
            def other(self, kind, key):
                self.made[kind] = kind()
                return self.made[key]
        reveal(Unit().get(Users))
        reveal(Unit().other(Users, "x"))
    """
    assert revealed(project({"main.py": code})) == ["main.Users", "?"]
