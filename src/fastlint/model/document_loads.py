"""Whole collections and tables that Beanie, Tortoise and MongoDB's drivers load.

`Item.find_all().to_list()`, `await Item.all()`, `await db["items"].find({}).to_list(None)`, `list(items.find())`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Await, Call, Constant, Dict, Name
from fastlint.model.arguments import argument
from fastlint.model.callsites import says
from fastlint.model.expressions import head, last, names_in, receiver
from fastlint.model.lookup import reaching
from fastlint.model.nodes import ClassNode
from fastlint.model.types import ClassRef, MethodRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.calls import Calls
    from fastlint.model.document_queries import DocumentQueries
    from fastlint.model.inference import Inference
    from fastlint.model.reached import Way
    from fastlint.model.types import Env

_DOCUMENTS = ("beanie.Document", "beanie.odm.documents.Document")
_TABLES = ("tortoise.models.Model", "tortoise.Model")
# `database.users.find` is a method of a path below the database.
_COLLECTIONS = (
    *(f"motor.motor_asyncio.AsyncIOMotor{name}" for name in ("Client", "Database", "Collection")),
    *("pymongo.AsyncMongoClient", "pymongo.MongoClient", "pymongo.database.Database", "pymongo.collection.Collection"),
    *("pymongo.asynchronous.database.AsyncDatabase", "pymongo.asynchronous.collection.AsyncCollection"),
)
# What begins a query for everything, and what keeps it one, by library.
_FINDS = frozenset({"find_all", "all", "find", "find_many"})
_KEEPS = frozenset(
    {
        *("sort", "skip", "project", "order_by", "offset", "prefetch_related", "select_related", "distinct", "only"),
        *("values", "values_list"),
        *("batch_size", "hint", "allow_disk_use", "collation", "max_time_ms", "clone", "rewind"),
    }
)
# Keywords of `find` that say how documents come, not which.
_PLAIN = frozenset(
    {
        *("projection", "projection_model", "sort", "skip", "session", "fetch_links", "ignore_cache", "with_children"),
        *("lazy_parse", "nesting_depth", "batch_size", "filter", "using_db"),
    }
)
_DEEPEST = 12
_COLLECTS = ("list", "tuple", "sorted")


class DocumentLoads:
    """Finds calls that load everything at once, with neither a filter nor a limit."""

    def __init__(self, inference: Inference, calls: Calls, documents: DocumentQueries) -> None:
        self._inference = inference
        self._calls = calls
        self._documents = documents

    @property
    def used(self) -> bool:
        """Whether the project speaks of one of these libraries at all."""
        return self._documents.used

    def of(self, way: Way) -> Iterator[tuple[Expr, str]]:
        """What in a function loads a whole collection or table, with the name of its class or collection."""
        node = way.node
        if not self.used or not says(node, b".to_list(", b".all()", b".find(", b".find_all("):
            return
        env = self._calls.env(way.ref)
        for loaded, query, bases in _loaded(way):
            found = self._whole(query, way, env, bases, 0)
            if found:
                yield loaded, found

    def _whole(self, expr: Expr | None, way: Way, env: Env, bases: tuple[str, ...], depth: int) -> str:
        """What an expression asks everything of: a class, a collection; "" where it is narrowed, or not known."""
        here = expr.value if isinstance(expr, Await) else expr
        if isinstance(here, Name) and "." not in here.id and depth < _DEEPEST and here.id not in way.node.params:
            if _is_limited(here.id, way):
                return ""
            live, _ = reaching(way.node.bindings(here.id), here.start)
            values = [None if one.path or one.kind != "value" else one.value for one in live]
            asked = [self._whole(one, way, env, bases, depth + 1) for one in values]
            return asked[0] if asked and all(asked) else ""
        owner = receiver(here.func) if isinstance(here, Call) else None
        if not isinstance(here, Call) or owner is None or depth >= _DEEPEST:
            return ""
        method = last(here.func)
        if method in _FINDS and (found := self._begins(here, way, env, bases)):
            return found if _asks_for_all(here) else ""
        return self._whole(owner, way, env, bases, depth + 1) if method in _KEEPS else ""

    def _begins(self, call: Call, way: Way, env: Env, bases: tuple[str, ...]) -> str:
        """The class or collection, as the text says it, of which `find()` or `all()` is asked."""
        owner = receiver(call.func)
        if owner is None:
            return ""
        text = way.node.module.facts.source.text(owner.start, owner.end)
        for func in self._inference.of(call.func, way.node, env):
            if isinstance(func, MethodRef) and func.owner in bases:
                return "".join(text.split())
        for one in self._inference.of(owner, way.node, env):
            found = one.cls if isinstance(one, ClassRef) else None
            if isinstance(found, ClassNode) and self._inference.members.is_subclass(found, *bases):
                return found.name
        return ""


def _asks_for_all(call: Call) -> bool:
    """Whether `find()` or `all()` is given nothing that narrows it: `find({})`, `find({}, {"_id": 0})`."""
    filters = [*call.args[:1], *(one.value for one in call.keywords if one.name == "filter")]
    return all(isinstance(one, Dict) and not one.values for one in filters) and all(
        one.name in _PLAIN for one in call.keywords
    )


def _is_limited(name: str, way: Way) -> bool:
    """Whether a function limits a cursor somewhere: `cursor.limit(20)` changes the cursor itself."""
    limits = way.node.scan.named(frozenset({"limit"}))
    return any(head(one) == name for site in limits for one in names_in(site.call.func))


def _loaded(way: Way) -> Iterator[tuple[Expr, Expr, tuple[str, ...]]]:
    """What in a function holds all of something at once, with that something, and the classes that can be asked so."""
    scan = way.node.scan
    for site in scan.named({"to_list"}):
        length = argument(site.call, 0, "length")
        owner = receiver(site.call.func)
        if owner is not None and (length is None or (isinstance(length, Constant) and length.text == "None")):
            yield site.call, owner, (*_DOCUMENTS, *_COLLECTIONS)
    for one in scan.awaits:
        yield one.value, one.value, _TABLES
    for site in scan.named(frozenset(_COLLECTS)):
        if isinstance(site.call.func, Name) and len(site.call.args) == 1:
            yield site.call, site.call.args[0], _COLLECTIONS
    for comprehension, _ in scan.comprehensions:
        if comprehension.kind != "generator":
            yield comprehension, comprehension.clauses[0].iter, (*_DOCUMENTS, *_COLLECTIONS)
