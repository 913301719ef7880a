"""SQL that is written as text, and what of it comes from a client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Str
from fastlint.model.arguments import keyword
from fastlint.model.callsites import says
from fastlint.model.expressions import last
from fastlint.model.knowledge import libraries
from fastlint.model.types import External

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Call, Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.reached import Reached, Way
    from fastlint.model.request_values import Origin, RequestValues
    from fastlint.model.scan import Site
    from fastlint.model.statements import Statements

_FUNCTIONS = frozenset(
    libraries.canonical(name)
    for name in (
        "sqlalchemy.text",
        "sqlalchemy.sql.text",
        "sqlalchemy.sql.expression.text",
        "sqlalchemy.literal_column",
        "sqlmodel.text",
        "sqlmodel.sql.expression.text",
        "pandas.read_sql",
        "pandas.read_sql_query",
    )
)
_METHODS = frozenset(
    {
        "execute",
        "exec",
        "executemany",
        "executescript",
        "exec_driver_sql",
        "scalar",
        "scalars",
        "stream",
        "fetch",
        "fetchrow",
        "fetchval",
        "fetch_all",
        "fetch_one",
        "fetch_val",
        "iterate",
    }
)
_CALLED = _METHODS | {name.rpartition(".")[2] for name in _FUNCTIONS}
_WORDS = (
    b"execute",
    b"exec(",
    b"exec_driver_sql",
    b"text(",
    b"fetch",
    b"literal_column",
    b"read_sql",
    b"scalar",
    b"iterate",
)


class Injected:
    """A call that gets SQL with text of a client in it."""

    __slots__ = ("origin", "site", "way")

    def __init__(self, site: Site, way: Way, origin: Origin) -> None:
        self.site = site
        self.way = way
        self.origin = origin


class SqlTexts:
    """Answers what SQL written as text holds."""

    def __init__(self, inference: Inference, statements: Statements, values: RequestValues, reached: Reached) -> None:
        self._inference = inference
        self._statements = statements
        self._values = values
        self._reached = reached

    def injected(self) -> Iterator[Injected]:
        """The calls in request code whose SQL holds what a client sent."""
        for way in self._reached.calling(_CALLED, _WORDS):
            node = way.node
            if not says(node, *_WORDS):
                continue
            for site in node.scan.named(_CALLED):
                sql = self._sql(site.call, node)
                origin = self._values.of(sql, node) if sql is not None else None
                if origin is not None:
                    yield Injected(site, way, origin)

    def _sql(self, call: Call, node: FunctionNode) -> Expr | None:
        """The SQL that a call gets as text; None for a call that gets none, or gets it as a literal."""
        name = last(call.func)
        sql = call.args[0] if call.args else keyword(call, "text") or keyword(call, "sql")
        if sql is None or isinstance(sql, Str):
            return None
        for func in self._inference.of(call.func, node):
            if isinstance(func, External):
                if func.name in _FUNCTIONS:
                    return sql
            elif name in _METHODS and self._statements.kind(func) == "read":
                return sql
        return None
