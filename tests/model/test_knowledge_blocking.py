from __future__ import annotations

import pytest

from fastlint.facts.records import Constant, Name
from fastlint.model.knowledge.blocking import Blocking, heavy_constructor
from fastlint.model.knowledge.conditions import NO_ARGUMENTS, CallArguments

BLOCKING = Blocking.load()
CHEAP = Blocking.load(cheap=True)


def keywords(**values: str) -> CallArguments:
    return CallArguments((), {name: Constant(text, 0, 0) for name, text in values.items()})


def positional(*values: str) -> CallArguments:
    return CallArguments(tuple(Constant(text, 0, 0) for text in values))


@pytest.mark.parametrize(
    ("qualified", "shown", "rule"),
    [
        ("time.sleep", "time.sleep", "FLT101"),
        ("requests.get", "requests.get", "FLT102"),
        ("requests.api.get", "requests.get", "FLT102"),
        ("socket.getaddrinfo", "socket.getaddrinfo", "FLT102"),
        ("psycopg2.connect", "psycopg2.connect", "FLT103"),
        ("open", "open", "FLT104"),
        ("builtins.open", "open", "FLT104"),
        ("io.open", "open", "FLT104"),
        ("subprocess.run", "subprocess.run", "FLT105"),
        ("openai.chat.completions.create", "openai.chat.completions.create", "FLT106"),
        ("bcrypt.hashpw", "bcrypt.hashpw", "FLT107"),
        ("passlib.hash.bcrypt.verify", "passlib.hash.bcrypt.verify", "FLT107"),
        ("concurrent.futures.wait", "concurrent.futures.wait", "FLT108"),
        ("input", "input", "FLT108"),
        ("asyncio.run", "asyncio.run", "FLT109"),
        ("uvicorn.run", "uvicorn.run", "FLT109"),
        ("stripe.Customer.create", "stripe.Customer.create", "FLT106"),
        ("stripe.SomethingNew.create", "stripe.SomethingNew.create", "FLT106"),
        ("sh.ls", "sh.ls", "FLT105"),
        ("subprocess.Popen", "subprocess.Popen", "FLT105"),
    ],
)
def test_a_call_blocks(qualified: str, shown: str, rule: str) -> None:
    found = BLOCKING.call(qualified)

    assert found is not None
    assert (found.name, found.rule) == (shown, rule)


@pytest.mark.parametrize(
    "qualified",
    [
        "app.services.load",
        "httpx.AsyncClient",
        "kubernetes.client.CoreV1Api",
        "os.path.join",
        "pathlib.Path",
        "requests.Session",
        "sqlalchemy.create_engine",
        "sqlalchemy.ext.asyncio.create_async_engine",
        "sqlmodel.create_engine",
        "stripe.Webhook.construct_event",
        "time.monotonic",
    ],
)
def test_a_call_is_harmless(qualified: str) -> None:
    assert BLOCKING.call(qualified) is None


@pytest.mark.parametrize(
    ("type_name", "path", "rule"),
    [
        ("sqlalchemy.orm.Session", "execute", "FLT103"),
        ("sqlalchemy.orm.session.Session", "commit", "FLT103"),
        ("sqlmodel.Session", "exec", "FLT103"),
        ("sqlalchemy.orm.scoped_session", "execute", "FLT103"),
        ("redis.client.Redis[bytes]", "get", "FLT106"),
        ("requests.Session", "post", "FLT102"),
        ("httpx.Client", "get", "FLT102"),
        ("openai.OpenAI", "chat.completions.create", "FLT106"),
        ("openai.AzureOpenAI", "chat.completions.create", "FLT106"),
        ("supabase.Client", "table().select().execute", "FLT106"),
        ("typesense.Client", "collections[].documents.search", "FLT103"),
        ("kubernetes.client.CoreV1Api", "list_namespaced_pod", "FLT106"),
        ("pathlib.Path", "read_text", "FLT104"),
        ("fastapi.UploadFile", "file.read", "FLT104"),
        ("threading.Thread", "join", "FLT108"),
        ("concurrent.futures.Future", "result", "FLT108"),
        ("asyncio.AbstractEventLoop", "run_until_complete", "FLT109"),
        ("asyncio.Runner", "run", "FLT109"),
        ("fastapi_users.password.PasswordHelper", "hash", "FLT107"),
        ("keycloak.KeycloakOpenID", "decode_token", "FLT106"),
    ],
)
def test_a_method_blocks(type_name: str, path: str, rule: str) -> None:
    found = BLOCKING.method(type_name, path)

    assert found is not None
    assert found.rule == rule


@pytest.mark.parametrize(
    ("type_name", "path"),
    [
        ("sqlalchemy.orm.Session", "add"),
        ("sqlalchemy.orm.Session", "expunge"),
        ("sqlalchemy.ext.asyncio.AsyncSession", "execute"),
        ("sqlmodel.ext.asyncio.session.AsyncSession", "exec"),
        ("redis.asyncio.Redis", "get"),
        ("redis.asyncio.client.Redis", "get"),
        ("redis.Redis", "pipeline"),
        ("redis.client.Pipeline", "set"),
        ("fastapi.UploadFile", "read"),
        ("httpx.AsyncClient", "get"),
        ("httpx.Response", "read"),
        ("google.genai.Client", "aio.models.generate_content"),
        ("google.cloud.pubsub_v1.PublisherClient", "publish"),
        ("io.BytesIO", "read"),
        ("asyncio.Lock", "acquire"),
        ("asyncio.Queue", "get"),
        ("dict", "get"),
        ("app.Session", "execute"),
        ("concurrent.futures.Executor", "submit"),
    ],
)
def test_a_method_is_harmless(type_name: str, path: str) -> None:
    assert BLOCKING.method(type_name, path) is None


def test_cheap_calls_count_only_when_asked_for() -> None:
    assert BLOCKING.call("json.dumps") is None
    assert BLOCKING.method("pathlib.Path", "exists") is None

    dumped = CHEAP.call("json.dumps")
    exists = CHEAP.method("pathlib.Path", "exists")

    assert dumped is not None
    assert exists is not None
    assert {dumped.severity, exists.severity} == {"cheap"}


def test_arguments_make_a_call_harmless() -> None:
    assert BLOCKING.method("queue.Queue", "get") is not None
    assert BLOCKING.method("queue.Queue", "get", keywords(block="False")) is None
    assert BLOCKING.method("queue.Queue", "get", positional("False")) is None
    assert BLOCKING.method("queue.Queue", "put", positional("False"), keywords(maxsize="5")) is not None
    assert BLOCKING.method("threading.Lock", "acquire", keywords(blocking="False")) is None
    assert BLOCKING.method("kubernetes.client.CoreV1Api", "list_node", keywords(async_req="True")) is None
    assert BLOCKING.call("email_validator.validate_email", keywords(check_deliverability="False")) is None


@pytest.mark.parametrize(
    ("made_with", "blocks"),
    [(keywords(), False), (keywords(maxsize="0"), False), (positional("9"), True), (keywords(maxsize="9"), True)],
)
def test_only_a_queue_with_an_end_makes_who_puts_wait(made_with: CallArguments, *, blocks: bool) -> None:
    assert (BLOCKING.method("queue.Queue", "put", NO_ARGUMENTS, made_with) is not None) is blocks


def test_a_token_is_decoded_with_a_key_at_hand() -> None:
    assert BLOCKING.method("keycloak.KeycloakOpenID", "decode_token", keywords(key="'k'")) is None


def test_arguments_decide_whether_a_constructor_blocks() -> None:
    assert BLOCKING.call("ldap3.Connection") is None
    assert BLOCKING.call("ldap3.Connection", keywords(auto_bind="True")) is not None
    assert BLOCKING.call("ldap3.Connection", keywords(auto_bind="False")) is None
    assert BLOCKING.call("zipfile.ZipFile") is not None


def test_arguments_raise_the_severity() -> None:
    likely = BLOCKING.call("os.spawnl")
    certain = BLOCKING.call("os.spawnl", CallArguments((Name("os.P_WAIT", 0, 0),)))

    assert likely is not None
    assert certain is not None
    assert (likely.severity, certain.severity) == ("likely", "certain")


def test_the_call_that_made_an_object_decides() -> None:
    assert BLOCKING.method("requests.Response", "iter_lines") is None
    assert BLOCKING.method("requests.Response", "iter_lines", origin=keywords(timeout="3")) is None
    assert BLOCKING.method("requests.Response", "iter_lines", origin=keywords(stream="True")) is not None


def test_a_twin_is_named_for_the_very_call() -> None:
    session = BLOCKING.method("sqlalchemy.orm.Session", "execute")
    bulk = BLOCKING.method("sqlalchemy.orm.Session", "bulk_save_objects")
    chat = BLOCKING.method("openai.OpenAI", "chat.completions.create")
    token = BLOCKING.method("keycloak.KeycloakOpenID", "token")

    assert session is not None
    assert (session.twin, session.twin_use) == ("sqlalchemy.ext.asyncio.AsyncSession.execute", "await")
    assert bulk is not None
    assert bulk.twin == ""
    assert chat is not None
    assert chat.twin == "openai.AsyncOpenAI.chat.completions.create"
    assert token is not None
    assert token.twin == "keycloak.KeycloakOpenID.a_token"


def test_a_fix_is_given_and_withheld() -> None:
    sleep = BLOCKING.call("time.sleep")
    plain = BLOCKING.call("requests.get")
    streamed = BLOCKING.call("requests.get", keywords(stream="True"))
    opaque = BLOCKING.call("requests.get", CallArguments((), {"": Name("options", 0, 0)}))
    opened = BLOCKING.call("open")

    assert sleep is not None
    assert (sleep.mechanical_fix, sleep.fix) == (True, "await asyncio.sleep({args})")
    assert plain is not None
    assert (plain.mechanical_fix, plain.fix) == (True, "await run_in_threadpool({func}, {args})")
    assert streamed is not None
    assert not streamed.mechanical_fix
    assert opaque is not None
    assert not opaque.mechanical_fix
    assert opened is not None
    assert not opened.mechanical_fix


@pytest.mark.parametrize(
    ("type_name", "path", "bound"),
    [
        ("sqlalchemy.orm.Session", "execute", True),
        ("sqlite3.Cursor", "fetchall", True),
        ("threading.RLock", "acquire", True),
        ("pymongo.collection.Collection", "find_one", False),
        ("redis.Redis", "get", False),
    ],
)
def test_objects_bound_to_a_thread_are_marked(type_name: str, path: str, bound: bool) -> None:
    found = BLOCKING.method(type_name, path)

    assert found is not None
    assert found.thread_bound is bound


def test_other_uses_of_an_object_block() -> None:
    found = {
        "enter": BLOCKING.enter("threading.Condition"),
        "exit": BLOCKING.exit("sqlalchemy.orm.Session"),
        "exit of what a context manager binds": BLOCKING.exit(
            "contextlib.AbstractContextManager[sqlalchemy.engine.Connection]"
        ),
        "iterates": BLOCKING.iterates("sqlite3.Cursor"),
        "iterates the result of a method": BLOCKING.iterates_result_of("redis.Redis", "scan_iter"),
        "iterates the result of a function": CHEAP.iterates_result_of("os.walk"),
        "attribute": BLOCKING.attribute("yfinance.Ticker", "info"),
        "instance": BLOCKING.calls_instance("joblib.Parallel"),
    }

    assert [use for use, verdict in found.items() if verdict is None] == []


def test_other_uses_of_an_object_are_harmless() -> None:
    found = [
        BLOCKING.enter("asyncio.Lock"),
        BLOCKING.exit("httpx.AsyncClient"),
        BLOCKING.exit("contextlib.AbstractAsyncContextManager[sqlalchemy.ext.asyncio.AsyncConnection]"),
        BLOCKING.iterates("list[int]"),
        BLOCKING.iterates_result_of("redis.Redis", "get"),
        BLOCKING.attribute("requests.Response", "status_code"),
        BLOCKING.calls_instance("app.Service"),
    ]

    assert found == [None] * len(found)


def test_leaving_is_judged_by_what_it_does() -> None:
    closed = BLOCKING.exit("sqlalchemy.engine.Connection")
    committed = BLOCKING.exit("contextlib.AbstractContextManager[sqlalchemy.engine.Connection]")

    assert BLOCKING.exit("io.TextIOWrapper") is None
    assert closed is not None
    assert closed.severity == "likely"
    assert committed is not None
    assert committed.severity == "certain"


def test_a_lazy_method_blocks_when_its_result_is_iterated() -> None:
    listed = BLOCKING.iterates_result_of("pathlib.Path", "glob")

    assert BLOCKING.method("pathlib.Path", "glob") is None
    assert listed is not None
    assert listed.severity == "likely"
    assert BLOCKING.iterates_result_of("pathlib.Path", "iterdir") is None


def test_the_user_adds_and_silences() -> None:
    blocking = Blocking.load({"legacy.*.fetch": "legacy.aio"}, ["requests.*", "sqlalchemy.orm.Session.commit"])

    added = blocking.call("legacy.client.fetch")
    method = blocking.method("legacy.Client", "fetch")

    assert added is not None
    assert (added.name, added.severity, added.replacement) == ("legacy.client.fetch", "certain", "legacy.aio")
    assert method is not None
    assert blocking.call("requests.get") is None
    assert blocking.method("sqlalchemy.orm.Session", "commit") is None
    assert blocking.method("sqlalchemy.orm.Session", "execute") is not None


def test_constructors_that_cost_milliseconds_are_known() -> None:
    heavy = heavy_constructor("httpx.AsyncClient")

    assert heavy is not None
    assert heavy.measured_ms > 10
    assert heavy_constructor("httpx.Limits") is None
