from __future__ import annotations

import pytest

from fastlint.model.knowledge import offload


@pytest.mark.parametrize(
    ("qualified", "form", "argument", "to"),
    [
        ("fastapi.concurrency.run_in_threadpool", "call", 0, "thread"),
        ("starlette.concurrency.run_in_threadpool", "call", 0, "thread"),
        ("asyncio.to_thread", "call", 0, "thread"),
        ("asyncio.threads.to_thread", "call", 0, "thread"),
        ("anyio.to_thread.run_sync", "call", 0, "thread"),
        ("anyio.to_process.run_sync", "call", 0, "process"),
        ("asgiref.sync.sync_to_async", "wrap", 0, "thread"),
        ("asyncer.asyncify", "wrap", 0, "thread"),
        ("threading.Thread", "call", 1, "thread"),
        ("threading.Timer", "call", 1, "thread"),
        ("celery.shared_task", "decorator", -1, "worker"),
        ("starlette.concurrency.iterate_in_threadpool", "iterate", 0, "thread"),
        ("fastapi.concurrency.contextmanager_in_threadpool", "context", 0, "thread"),
        ("fastapi.Depends", "call", 0, "thread"),
    ],
)
def test_a_function_escapes(qualified: str, form: str, argument: int, to: str) -> None:
    found = offload.escape(qualified)

    assert found is not None
    assert (found.form, found.argument, found.to) == (form, argument, to)


@pytest.mark.parametrize(
    ("type_name", "method", "argument", "sync_only"),
    [
        ("asyncio.AbstractEventLoop", "run_in_executor", 1, False),
        ("concurrent.futures.ThreadPoolExecutor", "submit", 0, False),
        ("concurrent.futures.Executor", "map", 0, False),
        ("fastapi.BackgroundTasks", "add_task", 0, True),
        ("starlette.background.BackgroundTasks", "add_task", 0, True),
        ("celery.Celery", "task", -1, False),
    ],
)
def test_a_method_escapes(type_name: str, method: str, argument: int, sync_only: bool) -> None:
    found = offload.escape_method(type_name, method)

    assert found is not None
    assert (found.argument, found.sync_only, found.partial) == (argument, sync_only, False)


@pytest.mark.parametrize(
    "type_name",
    [
        "sqlalchemy.ext.asyncio.AsyncSession",
        "sqlmodel.ext.asyncio.session.AsyncSession",
        "sqlalchemy.ext.asyncio.AsyncConnection",
    ],
)
def test_run_sync_stays_on_the_loop_thread(type_name: str) -> None:
    found = offload.escape_method(type_name, "run_sync")

    assert found is not None
    assert (found.partial, found.to) == (True, "loop")


def test_what_runs_on_the_loop_is_known() -> None:
    task, gather = offload.spawn("asyncio.create_task"), offload.spawn("asyncio.gather")
    group, nursery = (
        offload.spawn_method("asyncio.TaskGroup", "create_task"),
        offload.spawn_method("anyio.abc.TaskGroup", "start_soon"),
    )
    callback = offload.spawn_method("asyncio.AbstractEventLoop", "call_later")

    assert task is not None
    assert (task.takes, task.detached) == ("coroutine", True)
    assert gather is not None
    assert gather.several
    assert group is not None
    assert group.takes == "coroutine"
    assert nursery is not None
    assert nursery.takes == "function"
    assert callback is not None
    assert (callback.takes, callback.argument) == ("callback", 1)


def test_caches_and_retries_are_known() -> None:
    lru, ttl = offload.cache("functools.lru_cache"), offload.cache("cachetools.cached")
    tenacity, plain = offload.retry("tenacity.retry"), offload.retry("retry.retry")

    assert lru is not None
    assert lru.once
    assert ttl is not None
    assert not ttl.once
    assert tenacity is not None
    assert tenacity.adapts
    assert plain is not None
    assert not plain.adapts


def test_other_names_are_unknown() -> None:
    assert offload.escape("app.run_in_threadpool") is None
    assert offload.escape_method("app.Pool", "submit") is None
    assert offload.spawn("app.create_task") is None
    assert offload.cache("app.cache") is None
    assert offload.retry("app.retry") is None
