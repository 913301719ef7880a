"""What takes a function off the event loop, what runs things on it, which decorators remember results or sleep.

    escape("fastapi.concurrency.run_in_threadpool")       # EscapeRow(argument=0, form="call", to="thread", …)
    escape_method("concurrent.futures.ThreadPoolExecutor", "submit")
    spawn("asyncio.create_task"), spawn_method("asyncio.TaskGroup", "create_task")
    cache("functools.lru_cache"), retry("tenacity.retry")

Every question is answered by a row (offload.toml says what its fields mean) or None. An escape with `partial` leaves
its function on the loop thread: only kind `db` is harmless inside. One with `sync_only` concerns plain functions only.
`partial(f, …)`, lambdas and bound methods given to an escape are off the loop, its other argument expressions on it.

Source: offload.toml.
"""

from __future__ import annotations

from functools import cache as remembered
from typing import TYPE_CHECKING, TypeVar

from fastlint.model.knowledge import libraries, store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastlint.model.knowledge.offload_rows import CacheRow, EscapeRow, RetryRow, SpawnRow

_Row = TypeVar("_Row")


def _find(table: Mapping[str, _Row], qualified: str) -> _Row | None:
    return table.get(qualified) or table.get(libraries.canonical(qualified))


def _find_method(table: Mapping[str, _Row], type_name: str, method: str) -> _Row | None:
    plain = type_name.partition("[")[0]
    for name in (plain, libraries.canonical(plain), *libraries.bases(plain)):
        row = table.get(f"{name}.{method}")
        if row is not None:
            return row
    return None


@remembered
def escape(qualified: str) -> EscapeRow | None:
    """What calling (or decorating with) `qualified` takes off the loop."""
    return _find(store.offload().escapes, qualified)


@remembered
def escape_method(type_name: str, method: str) -> EscapeRow | None:
    """What calling `method` on an instance of the class takes off the loop."""
    return _find_method(store.offload().escapes, type_name, method)


@remembered
def spawn(qualified: str) -> SpawnRow | None:
    """What calling `qualified` runs on the loop."""
    return _find(store.offload().spawns, qualified)


@remembered
def spawn_method(type_name: str, method: str) -> SpawnRow | None:
    """What calling `method` on an instance of the class runs on the loop."""
    return _find_method(store.offload().spawns, type_name, method)


@remembered
def names() -> frozenset[str]:
    """The last names of all that takes functions off the loop or runs them on it."""
    table = store.offload()
    return frozenset(name.rpartition(".")[2] for name in (*table.escapes, *table.spawns))


def cache(qualified: str) -> CacheRow | None:
    """How the decorator `qualified` remembers results."""
    return _find(store.offload().caches, qualified)


def retry(qualified: str) -> RetryRow | None:
    """How the decorator `qualified` sleeps between attempts."""
    return _find(store.offload().retries, qualified)
