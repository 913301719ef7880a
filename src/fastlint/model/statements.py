"""What a function itself asks of a database: SQL it builds, session and connection calls it makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from fastlint.model.knowledge import libraries
from fastlint.model.types import External, MethodRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Call
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.scan import Site
    from fastlint.model.types import Type

DatabaseUse: TypeAlias = Literal["construct", "read", "write", "transaction"]

_HOMES = ("sqlalchemy.", "sqlmodel.")
_CONSTRUCTS = frozenset({"select", "insert", "update", "delete", "text", "union", "union_all", "exists"})
_SESSIONS = (
    "sqlalchemy.orm.Session",
    "sqlalchemy.orm.scoped_session",
    "sqlalchemy.ext.asyncio.AsyncSession",
    "sqlalchemy.ext.asyncio.async_scoped_session",
    "sqlalchemy.engine.Connection",
    "sqlalchemy.ext.asyncio.AsyncConnection",
)
_DRIVERS = (
    "sqlite3.Connection",
    "sqlite3.Cursor",
    "aiosqlite.Connection",
    "aiosqlite.core.Connection",
    "aiosqlite.Cursor",
    "psycopg2.extensions.connection",
    "psycopg2.extensions.cursor",
    "psycopg.Connection",
    "psycopg.AsyncConnection",
    "psycopg.Cursor",
    "psycopg.AsyncCursor",
    "asyncpg.Connection",
    "asyncpg.connection.Connection",
    "asyncpg.Pool",
    "asyncpg.pool.Pool",
    "databases.Database",
    "databases.core.Database",
)
# Collections of document databases, and models that ask their table themselves.
_STORES = (
    "pymongo.collection.Collection",
    "pymongo.asynchronous.collection.AsyncCollection",
    "motor.motor_asyncio.AsyncIOMotorCollection",
    "beanie.Document",
    "tortoise.models.Model",
    "peewee.Model",
)
_STORE_KINDS: dict[str, DatabaseUse] = {
    **dict.fromkeys(
        [
            "find",
            "find_one",
            "find_all",
            "find_many",
            "aggregate",
            "count_documents",
            "distinct",
            "filter",
            "all",
            "get",
            "get_or_none",
            "first",
            "exclude",
            "count",
            "exists",
            "select",
            "get_by_id",
        ],
        "read",
    ),
    **dict.fromkeys(
        [
            "insert_one",
            "insert_many",
            "insert",
            "update_one",
            "update_many",
            "replace_one",
            "delete_one",
            "delete_many",
            "bulk_write",
            "find_one_and_update",
            "find_one_and_delete",
            "find_one_and_replace",
            "create",
            "bulk_create",
            "update_or_create",
            "get_or_create",
            "update_all",
            "delete_all",
            "save",
            "delete",
            "insert_all",
            "replace",
        ],
        "write",
    ),
}
_READS = frozenset(
    {
        "execute",
        "exec_driver_sql",
        "exec",
        "scalar",
        "scalars",
        "get",
        "get_one",
        "query",
        "stream",
        "stream_scalars",
        "executemany",
        "executescript",
        "fetch",
        "fetchrow",
        "fetchval",
        "fetch_all",
        "fetch_one",
        "fetch_val",
        "iterate",
    }
)
_WRITES = frozenset(
    {
        "add",
        "add_all",
        "delete",
        "merge",
        "bulk_insert_mappings",
        "bulk_save_objects",
        "bulk_update_mappings",
        "copy_to_table",
    }
)
_TRANSACTIONS = frozenset({"commit", "rollback", "flush", "refresh", "begin", "begin_nested", "expire", "expunge"})
_KINDS: dict[str, DatabaseUse] = {
    **dict.fromkeys(_READS, "read"),
    **dict.fromkeys(_WRITES, "write"),
    **dict.fromkeys(_TRANSACTIONS, "transaction"),
}


class Statement:
    """A call that builds SQL or makes a session or connection act; `name` is how the source writes what is called."""

    __slots__ = ("kind", "name", "site")

    def __init__(self, site: Site, kind: DatabaseUse, name: str) -> None:
        self.site = site
        self.kind = kind
        self.name = name

    @property
    def call(self) -> Call:
        """The call's record."""
        return self.site.call


class Statements:
    """Answers which of a function's own calls are the database's."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._found: dict[FunctionNode, tuple[Statement, ...]] = {}

    def of(self, function: FunctionNode) -> tuple[Statement, ...]:
        """The calls of a function's body that are the database's, in order."""
        found = self._found.get(function)
        if found is None:
            found = self._found[function] = tuple(self._find(function))
        return found

    def _find(self, function: FunctionNode) -> Iterator[Statement]:
        for site in function.scan.calls:
            for func in self._inference.of(site.call.func, function):
                kind = self.kind(func)
                if kind is not None:
                    func_expr = site.call.func
                    text = function.module.facts.source.text(func_expr.start, func_expr.end)
                    yield Statement(site, kind, "".join(text.split()))
                    break

    def kind(self, func: Type) -> DatabaseUse | None:
        """What calling something asks of a database; None where it asks nothing."""
        if isinstance(func, External):
            built = func.name.startswith(_HOMES) and func.name.rpartition(".")[2] in _CONSTRUCTS
            return "construct" if built else None
        if not isinstance(func, MethodRef):
            return None
        kind, store = _KINDS.get(func.path), _STORE_KINDS.get(func.path)
        if kind is None and store is None:
            return None
        owners = (libraries.canonical(func.owner), *libraries.bases(func.owner))
        if kind is not None and any(owner in _SESSIONS or owner in _DRIVERS for owner in owners):
            return kind
        return store if any(owner in _STORES for owner in owners) else None
