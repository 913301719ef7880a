"""What Beanie, Tortoise and MongoDB's drivers are asked, call by call: what reads, what writes, what gives rows."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal

from fastlint.facts.records import Constant
from fastlint.model.types import Instance, owner_and_method

if TYPE_CHECKING:
    from fastlint.facts.records import Call
    from fastlint.model.inference import Inference
    from fastlint.model.scan import Site
    from fastlint.model.statement_steps import Place
    from fastlint.model.types import Types

_LIBRARIES = (b"beanie", b"tortoise", b"motor", b"pymongo")
_MANY = (
    *("beanie.odm.queries.find.FindMany", "tortoise.queryset.QuerySet"),
    *("tortoise.fields.ReverseRelation", "tortoise.fields.ManyToManyRelation"),
    *("motor.motor_asyncio.AsyncIOMotorCursor", "motor.motor_asyncio.AsyncIOMotorCommandCursor"),
    *("pymongo.asynchronous.cursor.AsyncCursor", "pymongo.asynchronous.command_cursor.AsyncCommandCursor"),
    *("pymongo.cursor.Cursor", "pymongo.synchronous.collection.CommandCursor", "pymongo.command_cursor.CommandCursor"),
)
_ASYNC = (
    *(
        "beanie.Document",
        "beanie.odm.queries.find.FindOne",
        "tortoise.models.Model",
        "tortoise.queryset.QuerySetSingle",
    ),
    *("motor.motor_asyncio.AsyncIOMotorCollection", "pymongo.asynchronous.collection.AsyncCollection", *_MANY),
)
_SYNC = ("pymongo.collection.Collection",)
_SYNC_READS = frozenset({"find_one", "count_documents", "estimated_document_count", "distinct", "aggregate"})
_WRITES = frozenset(
    {
        *("insert", "insert_one", "insert_many", "save", "save_changes", "create", "bulk_create", "bulk_update"),
        *("replace", "replace_one", "replace_many", "update", "update_one", "update_many", "update_all", "upsert"),
        *("set", "inc", "delete", "delete_one", "delete_many", "delete_all", "bulk_write", "get_or_create"),
        *("update_or_create", "find_one_and_update", "find_one_and_replace", "find_one_and_delete", "add", "remove"),
        *("clear", "drop", "create_index", "create_indexes", "rename"),
    }
)


class DocumentQueries:
    """Answers what calls ask of such a database."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference

    @cached_property
    def used(self) -> bool:
        """Whether the project speaks of one of these libraries at all."""
        texts = (one.facts.source.data for one in self._inference.modules.by_path.values())
        return any(name in text for text in texts for name in _LIBRARIES)

    def asked(self, site: Site, place: Place) -> Literal["read", "write", ""]:
        """What a call does: the last one of a chain, which is awaited where the library is asynchronous."""
        if not self.used:
            return ""
        for func in self._inference.of(site.call.func, place.scope, place.env):
            owner, method = owner_and_method(func)
            if site.awaited and owner in _ASYNC:
                return "write" if method in _WRITES else "read"
            if owner in _SYNC and (method in _WRITES or method in _SYNC_READS):
                return "write" if method in _WRITES else "read"
        return ""

    def gives_rows(self, call: Call, types: Types, place: Place) -> bool:
        """Whether a call, which gives `types`, gives rows of a query: a cursor, a query set, the list of one."""
        if not self.used:
            return False
        if is_rows(types):
            return True
        one_only = bool(call.args) and isinstance(call.args[0], Constant) and call.args[0].text == "1"
        funcs = self._inference.of(call.func, place.scope, place.env)
        asked = map(owner_and_method, funcs)
        return not one_only and any(method == "to_list" and owner in _MANY for owner, method in asked)


def is_rows(types: Types) -> bool:
    """Whether a value is a cursor, a query set or a relation to many."""
    return any(isinstance(one, Instance) and one.cls in _MANY for one in types)
