"""The shape of offload.toml."""

from __future__ import annotations

from typing import Literal

import msgspec

from fastlint.model.knowledge.schema import Row


class EscapeRow(Row, frozen=True, kw_only=True):
    """A callable (or, with `method`, a method of the class `name`) that takes a function off the event loop."""

    name: str
    method: str = ""
    aliases: tuple[str, ...] = ()
    form: Literal["call", "wrap", "decorator", "iterate", "context"] = "call"
    argument: int = 0
    keyword: str = ""
    to: Literal["thread", "process", "worker", "loop"] = "thread"
    partial: bool = False
    awaitable: bool = False
    keywords: bool = True
    sync_only: bool = False
    note: str = ""


class SpawnRow(Row, frozen=True, kw_only=True):
    """A callable (or method) that runs on the loop what it is given."""

    name: str
    method: str = ""
    aliases: tuple[str, ...] = ()
    takes: Literal["coroutine", "function", "callback"]
    argument: int = 0
    keyword: str = ""
    several: bool = False
    awaitable: bool = False
    detached: bool = False
    note: str = ""


class CacheRow(Row, frozen=True, kw_only=True):
    """A decorator that keeps results, so that the body runs once for given arguments (`once`) or now and then."""

    name: str
    aliases: tuple[str, ...] = ()
    once: bool = False
    coroutines: bool = False
    note: str = ""


class RetryRow(Row, frozen=True, kw_only=True):
    """A decorator that sleeps between attempts: time.sleep on `def`; if it `adapts`, asyncio.sleep on `async def`."""

    name: str
    aliases: tuple[str, ...] = ()
    adapts: bool = False
    note: str = ""


class OffloadSheet(Row, frozen=True, kw_only=True):
    """offload.toml."""

    escape: tuple[EscapeRow, ...]
    spawn: tuple[SpawnRow, ...]
    cache: tuple[CacheRow, ...]
    retry: tuple[RetryRow, ...]


class OffloadTable(msgspec.Struct, frozen=True, omit_defaults=True):
    """All rows of offload.toml by name; methods by `class.method`."""

    escapes: dict[str, EscapeRow] = {}
    spawns: dict[str, SpawnRow] = {}
    caches: dict[str, CacheRow] = {}
    retries: dict[str, RetryRow] = {}
