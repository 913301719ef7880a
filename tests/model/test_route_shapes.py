# ruff: noqa: E501 -- programs on one line each, to be read as rows of a table
"""Registrations in loops, classes, helpers and decorators; each was compared with what FastAPI serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory

SHAPES: dict[str, tuple[dict[str, str], list[str]]] = {
    "routers of a class of the project's own": (
        {
            "main.py": "from fastapi import FastAPI, APIRouter\nclass CrudRouter(APIRouter):\n    def __init__(self, model, prefix, **kw):\n        super().__init__(prefix=prefix, **kw)\n        self.model=model\n        self.add_api_route('', self.list_all, methods=['GET'])\n        self.add_api_route('/{id}', self.get_one, methods=['GET'])\n        self.add_api_route('', self.create, methods=['POST'], status_code=201)\n    def list_all(self): ...\n    def get_one(self, id:int): ...\n    def create(self): ...\napp=FastAPI()\napp.include_router(CrudRouter(int, prefix='/ints'))\napp.include_router(CrudRouter(str, prefix='/strs'))\n",
        },
        ["GET /ints", "GET /ints/{id}", "POST /ints", "GET /strs", "GET /strs/{id}", "POST /strs"],
    ),
    "loops over lists, modules and pairs": (
        {
            "main.py": "from fastapi import FastAPI\nfrom routers import users, items, ROUTERS\napp=FastAPI()\nfor r in ROUTERS:\n    app.include_router(r, prefix='/v1')\nfor module in (users, items):\n    app.include_router(module.router, prefix='/v2')\nfor prefix, r in [('/p', users.router), ('/q', items.router)]:\n    app.include_router(r, prefix=prefix)\n",
            "routers/__init__.py": "from . import users, items\nROUTERS=[users.router, items.router]\n",
            "routers/users.py": "from fastapi import APIRouter\nrouter=APIRouter(prefix='/users')\n@router.get('/me')\ndef me(): ...\n",
            "routers/items.py": "from fastapi import APIRouter\nrouter=APIRouter(prefix='/items')\n@router.get('/all')\ndef all_items(): ...\n",
        },
        [
            "GET /v1/users/me",
            "GET /v1/items/all",
            "GET /v2/users/me",
            "GET /v2/items/all",
            "GET /p/users/me",
            "GET /q/items/all",
        ],
    ),
    "what a router class of the project's own puts in its keywords": (
        {
            "main.py": "from fastapi import FastAPI, APIRouter\nclass Admin(APIRouter):\n    def __init__(self, *args, **kwargs):\n        kwargs.setdefault('prefix', '/admin')\n        super().__init__(*args, **kwargs)\nclass Team(APIRouter):\n    def __init__(self, **options):\n        options['prefix'] = '/team'\n        super().__init__(**options)\nclass Named(APIRouter):\n    def __init__(self, model, prefix):\n        super().__init__(prefix=prefix)\na, b, t, n = Admin(), Admin(prefix='/b'), Team(), Named(int, '/ints')\n@a.get('/x')\n@b.get('/x')\n@t.get('/x')\n@n.get('/x')\ndef x(): ...\napp=FastAPI()\nfor r in (a, b, t, n):\n    app.include_router(r)\n",
        },
        ["GET /admin/x", "GET /b/x", "GET /team/x", "GET /ints/x"],
    ),
    "routers that a function gives back, lists put together, and any number of arguments": (
        {
            "main.py": "from fastapi import FastAPI\nimport pkg\nfrom pkg import a, b, get_routers\nEXTRA=[b.router]\ndef add_all(app, *routers):\n    for r in routers:\n        app.include_router(r, prefix='/all')\napp=FastAPI()\nfor r in get_routers():\n    app.include_router(r, prefix='/one')\nfor r in pkg.get_routers():\n    app.include_router(r, prefix='/two')\nfor r in [a.router, *EXTRA]:\n    app.include_router(r, prefix='/star')\nfor r in [a.router] + EXTRA:\n    app.include_router(r, prefix='/plus')\nadd_all(app, a.router, b.router)\n",
            "pkg/__init__.py": "from . import a, b\ndef get_routers():\n    found = [a.router]\n    found.append(b.router)\n    return found\n",
            "pkg/a.py": "from fastapi import APIRouter\nrouter=APIRouter()\n@router.get('/a')\ndef fa(): ...\n",
            "pkg/b.py": "from fastapi import APIRouter\nrouter=APIRouter()\n@router.get('/b')\ndef fb(): ...\n",
        },
        [f"GET /{prefix}/{name}" for prefix in ("one", "two", "star", "plus", "all") for name in ("a", "b")],
    ),
    "objects that make their routers, each with its own prefix and routes": (
        {
            "base.py": "from fastapi import APIRouter\nclass Base:\n    prefix = ''\n    def __init__(self):\n        self.router=APIRouter(prefix=self.prefix)\n        self.routes()\n    def routes(self): ...\nclass Told:\n    def __init__(self, prefix, tags):\n        self.router=APIRouter(prefix='/v1' + prefix, tags=tags)\n        self.routes()\n    def routes(self):\n        self.router.add_api_route('/all', self.all)\n    def all(self): ...\n",
            "views.py": "from base import Base, Told\nclass A(Base):\n    prefix = '/a'\n    def routes(self):\n        self.router.add_api_route('/x', self.x)\n    def x(self): ...\nclass B(Base):\n    prefix = '/b'\n    def routes(self):\n        @self.router.get('/y')\n        def y(): ...\nclass C(B):\n    prefix = '/c'\nclass Users(Told):\n    def __init__(self, prefix='/users'):\n        super().__init__(prefix, tags=[])\n",
            "main.py": "from fastapi import FastAPI\nfrom base import Told\nfrom views import A, B, C, Users\na=A()\napp=FastAPI()\napp.include_router(a.router)\napp.include_router(B().router, prefix='/z')\nfor view in (C(), Users('/them')):\n    app.include_router(view.router)\napp.include_router(Users().router)\napp.include_router(Told('/plain', []).router)\n",
        },
        ["GET /a/x", "GET /z/b/y", "GET /c/y", "GET /v1/them/all", "GET /v1/users/all", "GET /v1/plain/all"],
    ),
    "entries of a class of the project's own": (
        {
            "main.py": "from dataclasses import dataclass\nfrom typing import NamedTuple\nfrom fastapi import FastAPI, APIRouter\na=APIRouter()\n@a.get('/x')\ndef x(): ...\n@dataclass\nclass Entry:\n    router: APIRouter\n    prefix: str = ''\nclass Pair(NamedTuple):\n    prefix: str\n    router: APIRouter\nclass Own:\n    def __init__(self, router, prefix):\n        self.router=router\n        self.prefix=prefix\napp=FastAPI()\nfor e in [Entry(a, '/one'), Entry(a, prefix='/two'), Pair('/three', a), Own(a, '/four')]:\n    app.include_router(e.router, prefix=e.prefix)\n",
        },
        ["GET /one/x", "GET /two/x", "GET /three/x", "GET /four/x"],
    ),
    "a prefix that a property of the settings puts together": (
        {
            "config.py": "from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    base: str = '/api'\n    @property\n    def v1(self) -> str:\n        return f'{self.base}/v1'\n    def other(self) -> str:\n        return '/other'\nsettings=Settings()\n",
            "main.py": "from fastapi import FastAPI, APIRouter\nfrom config import settings\na=APIRouter()\n@a.get('/x')\ndef x(): ...\napp=FastAPI()\napp.include_router(a, prefix=settings.v1)\n",
        },
        ["GET /api/v1/x"],
    ),
    "a prefix that each subclass has of its own": (
        {
            "main.py": "from fastapi import FastAPI, APIRouter\nclass Base:\n    prefix = '/base'\n    def __init__(self):\n        self.router=APIRouter(prefix=self.prefix)\n        self.router.add_api_route('/x', self.x)\n    def x(self): ...\nclass Users(Base):\n    prefix = '/users'\napp=FastAPI()\napp.include_router(Users().router)\n",
        },
        ["GET /users/x"],
    ),
    "a loop over a dict": (
        {
            "main.py": "from fastapi import FastAPI\nfrom a import router as ra\nfrom b import router as rb\nR={'/a': ra, '/b': rb}\napp=FastAPI()\nfor p, r in R.items():\n    app.include_router(r, prefix=p)\n",
            "a.py": "from fastapi import APIRouter\nrouter=APIRouter()\n@router.get('/x')\ndef ax(): ...\n",
            "b.py": "from fastapi import APIRouter\nrouter=APIRouter()\n@router.get('/x')\ndef bx(): ...\n",
        },
        ["GET /a/x", "GET /b/x"],
    ),
    "the app's own router": (
        {
            "main.py": "from fastapi import FastAPI\napp=FastAPI()\n@app.router.get('/one')\ndef one(): ...\napp.router.add_api_route('/two', one)\n@app.websocket('/ws')\nasync def ws(websocket): ...\n",
        },
        ["GET /one", "GET /two", "WEBSOCKET /ws"],
    ),
    "texts put together": (
        {
            "main.py": "from fastapi import FastAPI, APIRouter\nfrom consts import API, Paths, Version\napp=FastAPI()\nr=APIRouter(prefix=f'{API}/{Version.V2.value}')\n@r.get(Paths.USERS)\ndef users(): ...\n@r.get(Paths.USERS + '/{id}')\ndef user(id): ...\n@r.get('/{}/x'.format('fmt'))\ndef fmt(): ...\n@r.get('/%s/y' % 'pct')\ndef pct(): ...\napp.include_router(r, prefix='/' + 'base')\n",
            "consts.py": "from enum import Enum\nAPI='/api'\nclass Paths:\n    USERS='/users'\nclass Version(str, Enum):\n    V1='v1'\n    V2='v2'\n",
        },
        ["GET /base/api/v2/users", "GET /base/api/v2/users/{id}", "GET /base/api/v2/fmt/x", "GET /base/api/v2/pct/y"],
    ),
    "a function that makes decorators": (
        {
            "main.py": "from fastapi import FastAPI, APIRouter\nrouter=APIRouter(prefix='/x')\ndef route(path, **kw):\n    return router.get(path, **kw)\n@route('/one')\ndef one(): ...\n@route('/two')\ndef two(): ...\napp=FastAPI()\napp.include_router(router)\n",
        },
        ["GET /x/one", "GET /x/two"],
    ),
    "a method that makes decorators": (
        {
            "main.py": "from fastapi import FastAPI, APIRouter\nclass MyRouter(APIRouter):\n    def secure_get(self, path, **kw):\n        return self.get('/secure'+path, **kw)\n    def add_api_route(self, path, endpoint, **kw):\n        if path.endswith('/') and len(path)>1: path=path[:-1]\n        return super().add_api_route(path, endpoint, **kw)\nr=MyRouter(prefix='/p')\n@r.get('/plain')\ndef plain(): ...\n@r.secure_get('/s')\ndef s(): ...\napp=FastAPI()\napp.include_router(r)\n",
        },
        ["GET /p/plain", "GET /p/secure/s"],
    ),
    "routes given to constructors": (
        {
            "main.py": "from fastapi import FastAPI, APIRouter\nfrom fastapi.routing import APIRoute\ndef a(): ...\ndef b(): ...\nr=APIRouter(routes=[APIRoute('/b', b, methods=['POST'])])\napp=FastAPI(routes=[APIRoute('/a', a)])\napp.include_router(r, prefix='/r')\n",
        },
        ["GET /a", "POST /r/b"],
    ),
    "a mount on an included router": (
        {
            "main.py": "from fastapi import FastAPI, APIRouter\nsub=FastAPI()\n@sub.get('/s')\ndef s(): ...\nr=APIRouter(prefix='/rp')\nr.mount('/sub', sub)\n@r.get('/x')\ndef x(): ...\napp=FastAPI()\napp.include_router(r, prefix='/inc')\n",
        },
        ["GET /inc/sub/s", "GET /inc/rp/x"],
    ),
    "helpers in order": (
        {
            "main.py": "from server import Server\nserver=Server()\napp=server.app\n",
            "server.py": "from fastapi import FastAPI, APIRouter\nclass Server:\n    def __init__(self):\n        self.app=FastAPI()\n        self.router=APIRouter(prefix='/api')\n        self._register_routes()\n        self.app.include_router(self.router)\n    def _register_routes(self):\n        @self.app.get('/direct')\n        def direct(): ...\n        @self.router.get('/r')\n        async def r(): ...\n        self.router.add_api_route('/m', self.m, methods=['GET','HEAD'])\n    def m(self): ...\n",
        },
        ["GET /direct", "GET /api/r", "GET, HEAD /api/m"],
    ),
    "a decorator that registers": (
        {
            "main.py": "from fastapi import FastAPI, APIRouter\nrouter=APIRouter(prefix='/x')\ndef route(path, method='GET'):\n    def decorator(fn):\n        router.add_api_route(path, fn, methods=[method])\n        return fn\n    return decorator\n@route('/one')\ndef one(): ...\n@route('/two', 'POST')\ndef two(): ...\napp=FastAPI()\napp.include_router(router)\n",
        },
        ["GET /x/one", "POST /x/two"],
    ),
    "a decorator that applies one": (
        {
            "main.py": "from fastapi import FastAPI, APIRouter\nrouter=APIRouter(prefix='/x')\ndef secured(path, **kw):\n    def decorator(fn):\n        return router.get(path, **kw)(fn)\n    return decorator\n@secured('/one')\ndef one(): ...\napp=FastAPI()\napp.include_router(router)\n",
        },
        ["GET /x/one"],
    ),
    "a loop over dicts": (
        {
            "main.py": "from fastapi import FastAPI\nimport users, items\nROUTES=[{'router': users.router, 'prefix': '/a'}, {'router': items.router, 'prefix': '/b'}]\ndef create_app():\n    app=FastAPI()\n    for r in ROUTES:\n        app.include_router(r['router'], prefix=r['prefix'])\n    return app\napp=create_app()\n",
            "users.py": "from fastapi import APIRouter\nrouter=APIRouter(prefix='/users')\n@router.get('/me')\ndef me(): ...\n",
            "items.py": "from fastapi import APIRouter\nrouter=APIRouter(prefix='/items')\n@router.get('/all')\ndef all_items(): ...\n",
        },
        ["GET /a/users/me", "GET /b/items/all"],
    ),
    "arguments spread from dicts": (
        {
            "main.py": "from fastapi import FastAPI\nimport users, items\nroutes=[dict(router=users.router, prefix='/a'), {'router': items.router, 'prefix': '/b'}]\napp=FastAPI()\nfor r in routes:\n    app.include_router(**r)\n",
            "users.py": "from fastapi import APIRouter\nrouter=APIRouter(prefix='/users')\n@router.get('/me')\ndef me(): ...\n",
            "items.py": "from fastapi import APIRouter\nrouter=APIRouter(prefix='/items')\n@router.get('/all')\ndef all_items(): ...\n",
        },
        ["GET /a/users/me", "GET /b/items/all"],
    ),
    "numbered and paired loops": (
        {
            "main.py": "from fastapi import FastAPI\nimport users, items\napp=FastAPI()\nfor i, r in enumerate([users.router, items.router]):\n    app.include_router(r)\nfor p, r in zip(['/a','/b'], [users.router, items.router]):\n    app.include_router(r, prefix=p)\n",
            "users.py": "from fastapi import APIRouter\nrouter=APIRouter(prefix='/users')\n@router.get('/me')\ndef me(): ...\n",
            "items.py": "from fastapi import APIRouter\nrouter=APIRouter(prefix='/items')\n@router.get('/all')\ndef all_items(): ...\n",
        },
        ["GET /users/me", "GET /items/all", "GET /a/users/me", "GET /b/items/all"],
    ),
    "a list that grows": (
        {
            "main.py": "from fastapi import FastAPI\nimport users, items\nR=[]\nR.append(users.router)\nR.append(items.router)\nR += []\napp=FastAPI()\nfor r in R:\n    app.include_router(r)\n",
            "users.py": "from fastapi import APIRouter\nrouter=APIRouter(prefix='/users')\n@router.get('/me')\ndef me(): ...\n",
            "items.py": "from fastapi import APIRouter\nrouter=APIRouter(prefix='/items')\n@router.get('/all')\ndef all_items(): ...\n",
        },
        ["GET /users/me", "GET /items/all"],
    ),
    "a prefix that a class puts together": (
        {
            "main.py": "from fastapi import FastAPI, APIRouter\nclass V1(APIRouter):\n    def __init__(self, name, *args, **kw):\n        super().__init__(*args, prefix=f'/v1/{name}', **kw)\nr=V1('users')\nr2=V1('items', tags=['x'])\n@r.get('/a')\ndef a(): ...\n@r2.get('/b')\ndef b(): ...\napp=FastAPI()\napp.include_router(r)\napp.include_router(r2)\n",
        },
        ["GET /v1/users/a", "GET /v1/items/b"],
    ),
    "methods in all spellings": (
        {
            "main.py": "from fastapi import FastAPI\nfrom http import HTTPMethod\napp=FastAPI()\nM=['GET','POST']\n@app.api_route('/a', methods=M)\ndef a(): ...\n@app.api_route('/b', methods=[HTTPMethod.PUT])\ndef b(): ...\n@app.api_route('/c', methods={'DELETE'})\ndef c(): ...\n@app.api_route('/d')\ndef d(): ...\n",
        },
        ["GET, POST /a", "PUT /b", "DELETE /c", "GET /d"],
    ),
    "mounts in a loop": (
        {
            "main.py": "from fastapi import FastAPI\nfrom starlette.routing import Mount\nfrom fastapi.staticfiles import StaticFiles\nv1=FastAPI()\nv2=FastAPI()\ninner=FastAPI()\n@inner.get('/i')\ndef i(): ...\n@v1.get('/one')\ndef one(): ...\n@v2.get('/two')\ndef two(): ...\nv1.mount('/inner', inner)\napp=FastAPI()\napp.mount('/v1', v1)\nfor ver, sub in {'v2': v2}.items():\n    app.mount(f'/{ver}', sub)\n@app.get('/z')\ndef z(): ...\n",
        },
        ["GET /v1/one", "GET /v1/inner/i", "GET /v2/two", "GET /z"],
    ),
    "routers made in a loop": (
        {
            "main.py": "from fastapi import FastAPI, APIRouter\nfrom pydantic import BaseModel\nclass A(BaseModel):\n    x: int\nclass B(BaseModel):\n    y: int\ndef crud(model, *, prefix=None, tags=()):\n    router=APIRouter(prefix=prefix or f'/{model.__name__.lower()}', tags=list(tags))\n    @router.get('')\n    def list_all() -> list[model]: ...\n    @router.post('', response_model=model, status_code=201)\n    def create(item: model): ...\n    return router\napp=FastAPI()\nfor m, p in ((A,'/as'),(B,'/bs')):\n    app.include_router(crud(m, prefix=p))\n",
        },
        ["GET /as", "POST /as", "GET /bs", "POST /bs"],
    ),
    "an app of a class of the project's own": (
        {
            "main.py": "from fastapi import FastAPI\nfrom app_factory import AppFactory\napp=AppFactory.create()\n",
            "app_factory.py": "from fastapi import FastAPI\nimport users\nclass MyApp(FastAPI):\n    def __init__(self, **kw):\n        super().__init__(**kw)\n        self.include_router(users.router, prefix='/my')\n        self.get('/hello')(self.hello)\n    def hello(self=None): ...\nclass AppFactory:\n    @classmethod\n    def create(cls) -> FastAPI:\n        app = MyApp(title='x')\n        cls._routes(app)\n        return app\n    @staticmethod\n    def _routes(app: FastAPI) -> None:\n        @app.get('/in')\n        def inside(): ...\n",
            "users.py": "from fastapi import APIRouter\nrouter=APIRouter(prefix='/users')\n@router.get('/me')\ndef me(): ...\n",
        },
        ["GET /my/users/me", "GET /hello", "GET /in"],
    ),
    "inclusion in the lifespan": (
        {
            "main.py": "from contextlib import asynccontextmanager\nfrom fastapi import FastAPI\nfrom items import router\ndef setup(app: FastAPI):\n    app.include_router(router, prefix='/s')\nsetup_done=False\n@asynccontextmanager\nasync def lifespan(app: FastAPI):\n    setup(app)\n    yield\napp=FastAPI(lifespan=lifespan)\nsetup(app)\n",
            "items.py": "from fastapi import APIRouter\nrouter=APIRouter(prefix='/items')\n@router.get('/all')\ndef all_items(): ...\n",
        },
        ["GET /s/items/all"],
    ),
    "a list as a default": (
        {
            "main.py": "from fastapi import FastAPI\nfrom items import router\nROUTERS=[router]\ndef create(routers=ROUTERS, prefix='/d'):\n    app=FastAPI()\n    for r in routers:\n        app.include_router(r, prefix=prefix)\n    return app\napp=create()\n",
            "items.py": "from fastapi import APIRouter\nrouter=APIRouter(prefix='/items')\n@router.get('/all')\ndef all_items(): ...\n",
        },
        ["GET /d/items/all"],
    ),
    "a list that is handed on": (
        {
            "main.py": "from fastapi import FastAPI\nfrom items import router\ndef create(routers, prefix='/d'):\n    app=FastAPI()\n    for r in routers:\n        app.include_router(r, prefix=prefix)\n    return app\napp=create([router], prefix='/q')\n",
            "items.py": "from fastapi import APIRouter\nrouter=APIRouter(prefix='/items')\n@router.get('/all')\ndef all_items(): ...\n",
        },
        ["GET /q/items/all"],
    ),
    "loops in loops": (
        {
            "main.py": "from fastapi import FastAPI\nfrom items import router\nV={'v1': [router], 'v2': [router]}\napp=FastAPI()\nfor v, rs in V.items():\n    for r in rs:\n        app.include_router(r, prefix=f'/api/{v}')\n",
            "items.py": "from fastapi import APIRouter\nrouter=APIRouter(prefix='/items')\n@router.get('/all')\ndef all_items(): ...\n",
        },
        ["GET /api/v1/items/all", "GET /api/v2/items/all"],
    ),
    "a closure that makes decorators": (
        {
            "main.py": "from fastapi import FastAPI\ndef make_app():\n    app=FastAPI()\n    def get(path):\n        return app.get(path, tags=['t'])\n    @get('/closure')\n    def closure(): ...\n    return app\napp=make_app()\n",
        },
        ["GET /closure"],
    ),
    "a loop over records": (
        {
            "main.py": "from fastapi import APIRouter, FastAPI\nfrom dataclasses import dataclass\n@dataclass\nclass Spec:\n    router: APIRouter\n    prefix: str\nrouter = APIRouter()\n@router.get('/x')\ndef x(): ...\napp = FastAPI()\nfor spec in [Spec(router=router, prefix='/a')]:\n    app.include_router(spec.router, prefix=spec.prefix)\n",
        },
        ["GET /a/x"],
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_served(project: ProjectFactory, shape: str) -> None:
    files, expected = SHAPES[shape]
    tables = project(files).routes.tables.values()
    assert [_label(one.route.methods, one.path) for table in tables for one in table] == expected


def _label(methods: tuple[str, ...], path: str) -> str:
    return f"{', '.join(sorted(methods)) if methods else 'WEBSOCKET'} {path}"


def test_a_mount_on_a_router_is_lost_where_inclusion_copies(project: ProjectFactory) -> None:
    files = {
        **SHAPES["a mount on an included router"][0],
        "pyproject.toml": "[project]\nname = 'x'\ndependencies = ['fastapi==0.136.0']\n",
    }
    tables = project(files).routes.tables.values()
    assert [one.path for table in tables for one in table] == ["/inc/rp/x"]
