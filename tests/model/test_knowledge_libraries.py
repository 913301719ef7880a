from __future__ import annotations

import pytest

from fastlint.model.knowledge import libraries, typestrings

USERS = "sqlalchemy.Select[tuple[app.User]]"


@pytest.mark.parametrize(
    ("spelled", "canonical"),
    [
        ("fastapi.Request", "starlette.requests.Request"),
        ("fastapi.requests.Request", "starlette.requests.Request"),
        ("fastapi.concurrency.run_in_threadpool", "starlette.concurrency.run_in_threadpool"),
        ("fastapi.responses.JSONResponse", "starlette.responses.JSONResponse"),
        ("fastapi.routing.APIRouter", "fastapi.APIRouter"),
        ("fastapi.exceptions.HTTPException", "fastapi.HTTPException"),
        ("fastapi.datastructures.UploadFile", "fastapi.UploadFile"),
        ("fastapi.testclient.TestClient", "starlette.testclient.TestClient"),
        ("sqlalchemy.ext.asyncio.session.AsyncSession", "sqlalchemy.ext.asyncio.AsyncSession"),
        ("sqlalchemy.orm.session.sessionmaker", "sqlalchemy.orm.sessionmaker"),
        ("sqlalchemy.future.select", "sqlalchemy.select"),
        ("sqlmodel.orm.session.Session", "sqlmodel.Session"),
        ("sqlmodel.create_engine", "sqlalchemy.create_engine"),
        ("redis.client.Redis", "redis.Redis"),
        ("redis.asyncio.client.Redis", "redis.asyncio.Redis"),
        ("requests.sessions.Session", "requests.Session"),
        ("httpx._client.AsyncClient", "httpx.AsyncClient"),
        ("pydantic.main.BaseModel", "pydantic.BaseModel"),
        ("typing.List", "list"),
        ("typing.Iterator", "collections.abc.Iterator"),
        ("builtins.dict[str, app.User]", "dict[str, app.User]"),
        ("app.models.User", "app.models.User"),
    ],
)
def test_a_name_has_one_spelling(spelled: str, canonical: str) -> None:
    assert libraries.canonical(spelled) == canonical


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("sqlmodel.Session", "sqlalchemy.orm.Session"),
        ("sqlmodel.ext.asyncio.session.AsyncSession", "sqlalchemy.ext.asyncio.AsyncSession"),
        ("sqlmodel.SQLModel", "pydantic.BaseModel"),
        ("pydantic_settings.BaseSettings", "pydantic.BaseModel"),
        ("fastapi.FastAPI", "starlette.applications.Starlette"),
        ("fastapi.APIRouter", "starlette.routing.Router"),
        ("fastapi.HTTPException", "starlette.exceptions.HTTPException"),
        ("fastapi.responses.ORJSONResponse", "fastapi.Response"),
        ("fastapi.BackgroundTasks", "starlette.background.BackgroundTasks"),
        ("httpx.ConnectTimeout", "httpx.HTTPError"),
        ("concurrent.futures.ThreadPoolExecutor", "concurrent.futures.Executor"),
        ("sqlalchemy.dialects.postgresql.Insert", "sqlalchemy.Insert"),
    ],
)
def test_a_class_inherits(name: str, base: str) -> None:
    assert libraries.is_subclass(name, base)
    assert not libraries.is_subclass(base, name)


@pytest.mark.parametrize(
    ("qualified", "type_"),
    [
        ("requests.get", "requests.Response"),
        ("httpx.AsyncClient", "httpx.AsyncClient"),
        ("open", "io.TextIOWrapper"),
        ("logging.getLogger", "logging.Logger"),
        ("pathlib.Path.home", "pathlib.Path"),
        ("redis.asyncio.from_url", "redis.asyncio.Redis"),
        ("redis.Redis.from_url", "redis.Redis"),
        ("boto3.client", "botocore.client.BaseClient"),
        ("sqlalchemy.create_engine", "sqlalchemy.engine.Engine"),
        ("sqlalchemy.ext.asyncio.create_async_engine", "sqlalchemy.ext.asyncio.AsyncEngine"),
        ("sqlalchemy.orm.sessionmaker", "sqlalchemy.orm.sessionmaker[sqlalchemy.orm.Session]"),
        ("anyio.create_task_group", "anyio.abc.TaskGroup"),
        ("asyncio.get_running_loop", "asyncio.AbstractEventLoop"),
    ],
)
def test_a_call_gives(qualified: str, type_: str) -> None:
    found = libraries.returns(qualified)

    assert found is not None
    assert found.type == type_


def test_a_statement_remembers_what_it_selects() -> None:
    one = libraries.returns("sqlalchemy.select", ["type[app.User]"])
    scalar = libraries.returns("sqlmodel.select", ["type[app.User]"])
    two = libraries.returns("sqlmodel.select", ["type[app.User]", "type[app.Team]"])
    narrowed = libraries.method_returns(USERS, "where")

    assert one is not None
    assert one.type == USERS
    assert scalar is not None
    assert scalar.type == "sqlmodel.sql.expression.SelectOfScalar[app.User]"
    assert two is not None
    assert two.type == "sqlmodel.sql.expression.Select[tuple[app.User, app.Team]]"
    assert narrowed is not None
    assert narrowed.type == USERS


@pytest.mark.parametrize(
    ("type_name", "method", "arguments", "type_", "awaitable"),
    [
        ("sqlalchemy.orm.Session", "execute", [USERS], "sqlalchemy.Result[tuple[app.User]]", False),
        ("sqlalchemy.orm.Session", "scalars", [USERS], "sqlalchemy.ScalarResult[app.User]", False),
        ("sqlalchemy.orm.Session", "query", ["type[app.User]"], "sqlalchemy.orm.Query[app.User]", False),
        ("sqlalchemy.ext.asyncio.AsyncSession", "execute", [USERS], "sqlalchemy.Result[tuple[app.User]]", True),
        ("sqlalchemy.ext.asyncio.AsyncSession", "get", ["type[app.User]"], "app.User", True),
        ("sqlmodel.Session", "exec", ["X[app.User]"], "sqlalchemy.ScalarResult[app.User]", False),
        ("sqlmodel.Session", "scalars", [USERS], "sqlalchemy.ScalarResult[app.User]", False),
        ("sqlalchemy.Result[tuple[app.User]]", "scalars", [], "sqlalchemy.ScalarResult[app.User]", False),
        ("sqlalchemy.Result[tuple[app.User]]", "scalar_one", [], "app.User", False),
        ("sqlalchemy.ScalarResult[app.User]", "unique", [], "sqlalchemy.ScalarResult[app.User]", False),
        ("sqlalchemy.orm.Query[app.User]", "filter", [], "sqlalchemy.orm.Query[app.User]", False),
        ("sqlalchemy.orm.sessionmaker[app.S]", "__call__", [], "app.S", False),
        ("sqlalchemy.ext.asyncio.async_sessionmaker", "__call__", [], "sqlalchemy.ext.asyncio.AsyncSession", False),
        ("httpx.AsyncClient", "get", [], "httpx.Response", True),
        ("httpx.Client", "get", [], "httpx.Response", False),
        ("redis.Redis", "pipeline", [], "redis.client.Pipeline", False),
        ("redis.asyncio.client.Pipeline", "set", [], "redis.asyncio.client.Pipeline", False),
        ("pathlib.Path", "resolve", [], "pathlib.Path", False),
        ("dict[str, app.User]", "get", [], "app.User", False),
        ("dict[str, app.User]", "items", [], "collections.abc.ItemsView[str, app.User]", False),
        ("pydantic.BaseModel", "model_validate", [], "pydantic.BaseModel", False),
        ("starlette.requests.Request", "body", [], "bytes", True),
        ("fastapi.UploadFile", "read", [], "bytes", True),
        ("concurrent.futures.ThreadPoolExecutor", "submit", [], "concurrent.futures.Future", False),
        ("asyncpg.Pool", "fetch", [], "list[asyncpg.Record]", True),
    ],
)
def test_a_method_gives(type_name: str, method: str, arguments: list[str], type_: str, awaitable: bool) -> None:
    found = libraries.method_returns(type_name, method, arguments)

    assert found is not None
    assert (found.type, found.awaitable) == (type_, awaitable)


@pytest.mark.parametrize(
    ("type_name", "method", "answer"),
    [
        ("sqlalchemy.ext.asyncio.AsyncSession", "commit", True),
        ("sqlalchemy.ext.asyncio.AsyncSession", "add", False),
        ("sqlalchemy.ext.asyncio.AsyncEngine", "connect", False),
        ("sqlalchemy.ext.asyncio.AsyncEngine", "dispose", True),
        ("sqlmodel.ext.asyncio.session.AsyncSession", "exec", True),
        ("sqlmodel.ext.asyncio.session.AsyncSession", "refresh", True),
        ("redis.asyncio.Redis", "get", True),
        ("redis.asyncio.Redis", "pipeline", False),
        ("redis.asyncio.Redis", "scan_iter", False),
        ("redis.Redis", "get", False),
        ("httpx.AsyncClient", "stream", False),
        ("fastapi.WebSocket", "receive_text", True),
        ("starlette.requests.Request", "json", True),
        ("starlette.requests.Request", "form", False),
        ("openai.AsyncOpenAI", "chat.completions.create", True),
        ("motor.motor_asyncio.AsyncIOMotorCollection", "find_one", True),
        ("motor.motor_asyncio.AsyncIOMotorCollection", "find", False),
        ("sqlalchemy.ext.asyncio.AsyncSession", "no_such_method", None),
        ("app.Service", "run", None),
    ],
)
def test_coroutines_are_known(type_name: str, method: str, answer: bool | None) -> None:
    assert libraries.is_coroutine(type_name, method) is answer


def test_coroutine_functions_are_known() -> None:
    assert libraries.is_coroutine_function("asyncio.sleep") is True
    assert libraries.is_coroutine_function("fastapi.concurrency.run_in_threadpool") is True
    assert libraries.is_coroutine_function("requests.get") is False
    assert libraries.is_coroutine_function("app.load") is None


def test_a_value_is_got_at_in_other_ways() -> None:
    assert libraries.entered("sqlalchemy.ext.asyncio.AsyncSession", is_async=True) == (
        "sqlalchemy.ext.asyncio.AsyncSession"
    )
    assert (
        libraries.entered("contextlib.AbstractAsyncContextManager[httpx.Response]", is_async=True) == "httpx.Response"
    )
    assert libraries.entered("httpx.AsyncClient") is None
    assert libraries.iterated("sqlalchemy.ScalarResult[app.User]") == "app.User"
    assert libraries.iterated("dict[str, int]") == "str"
    assert libraries.iterated("sqlalchemy.ext.asyncio.AsyncScalarResult[app.User]", is_async=True) == "app.User"
    assert libraries.awaited("asyncio.Task[app.User]") == "app.User"
    assert libraries.awaited("sqlalchemy.ext.asyncio.AsyncConnection") == "sqlalchemy.ext.asyncio.AsyncConnection"
    assert libraries.attribute("fastapi.UploadFile", "file") == "tempfile.SpooledTemporaryFile"
    assert libraries.attribute("pymongo.MongoClient", "shop") == "pymongo.database.Database"
    assert libraries.subscripted("list[app.User]") == "app.User"
    assert libraries.subscripted("pymongo.MongoClient") == "pymongo.database.Database"


def test_a_return_tells_what_it_holds() -> None:
    rows = libraries.method_returns("sqlalchemy.ScalarResult[app.User]", "all")
    stream = libraries.method_returns("httpx.AsyncClient", "stream")
    maker = libraries.returns("sqlalchemy.ext.asyncio.async_sessionmaker")
    found = libraries.method_returns("sqlalchemy.ScalarResult[app.User]", "first")

    assert rows is not None
    assert rows.item == "app.User"
    assert stream is not None
    assert stream.value == "httpx.Response"
    assert maker is not None
    assert (maker.name, maker.class_argument) == ("sqlalchemy.ext.asyncio.async_sessionmaker", "class_")
    assert found is not None
    assert found.optional


def test_type_texts_are_taken_apart() -> None:
    assert typestrings.parse("dict[str, list[int]]") == ("dict", ("str", "list[int]"))
    assert typestrings.without_none("X[A | None] | None") == ("X[A | None]", True)
    assert typestrings.without_none("A | B") == ("", False)
    assert typestrings.fill("Result[T]", {"T": "tuple[A]"}) == "Result[tuple[A]]"
    assert typestrings.fill("Result[T]", {"T": ""}) == "Result"
    assert typestrings.fill("T.0 | None", {"T": "tuple[A]"}) == "A | None"
