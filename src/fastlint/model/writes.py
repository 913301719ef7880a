"""What functions write to a database by SQLAlchemy: rows added, statements executed, attributes of loaded entities."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Name
from fastlint.model.callsites import says
from fastlint.model.knowledge import libraries
from fastlint.model.nodes import ClassNode, FunctionNode
from fastlint.model.types import External, Instance, MethodRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.calls import Calls
    from fastlint.model.constants import Constants
    from fastlint.model.held import HeldEntities
    from fastlint.model.inference import Inference
    from fastlint.model.reached import Way
    from fastlint.model.schemas import Schemas
    from fastlint.model.sessions import Sessions
    from fastlint.text import Span

_ADDS = frozenset({"add", "add_all", "delete", "merge", "bulk_save_objects", "bulk_insert_mappings"})
_EXECUTES = frozenset({"execute", "exec"})
_QUERY = "sqlalchemy.orm.Query"
_DML = ("sqlalchemy.Insert", "sqlalchemy.Update", "sqlalchemy.Delete", "sqlalchemy.sql.dml.UpdateBase")
_DML_SQL = re.compile(r"\s*(?:insert\s+into|update|delete\s+from|merge\s+into)\b", re.IGNORECASE)
_TEXTS = frozenset({"sqlalchemy.text", "sqlmodel.text"})
_WORDS = (b".add", b".delete(", b".merge(", b".bulk_", b"execute(", b".exec(", b".update(")
_CALLED = _ADDS | _EXECUTES | {"update"}
_SETS = re.compile(rb"\w\.\w+ = |setattr\(")


class Write:
    """A write at `at`; `name` is how source writes it."""

    __slots__ = ("at", "name")

    def __init__(self, at: Span, name: str) -> None:
        self.at = at
        self.name = name


class Writes:
    """Finds them."""

    def __init__(
        self,
        inference: Inference,
        constants: Constants,
        calls: Calls,
        sessions: Sessions,
        held: HeldEntities,
        schemas: Schemas,
    ) -> None:
        self._inference = inference
        self._constants = constants
        self._calls = calls
        self._sessions = sessions
        self._held = held
        self._schemas = schemas

    def of(self, way: Way) -> Iterator[Write]:
        """The writes of a function itself, by calls on a session, a connection or a legacy query."""
        if not says(way.node, *_WORDS):
            return
        source = way.node.module.facts.source
        for site in way.node.scan.named(_CALLED):
            if not site.block.deferred and self._is_write(site.call, way):
                call = site.call
                yield Write(way.node.module.span(call.start, call.end), source.text(call.func.start, call.func.end))

    def _is_write(self, call: Call, way: Way) -> bool:
        env = self._calls.env(way.ref)
        for func in self._inference.of(call.func, way.node, env):
            if not isinstance(func, MethodRef):
                continue
            if func.path in ("update", "delete") and func.owner == _QUERY:
                return True
            if self._sessions.holds(func.owner) and not self._sessions.is_engine(Instance(func.owner)):
                return func.path in _ADDS or (func.path in _EXECUTES and self._is_dml(call, way))
        return False

    def _is_dml(self, call: Call, way: Way) -> bool:
        given = call.args[0] if call.args else None
        if given is None:
            return False
        env = self._calls.env(way.ref)
        is_subclass = self._inference.members.is_subclass
        types = self._inference.of(given, way.node, env)
        if any(isinstance(one, Instance) and is_subclass(one.cls, *_DML) for one in types):
            return True
        return any(self._is_dml_text(value, scope) for value, scope in self._inference.origins(given, way.node))

    def _is_dml_text(self, statement: Expr, scope: object) -> bool:
        """Whether a statement is `text("UPDATE …")`."""
        if not isinstance(statement, Call) or not statement.args or not isinstance(scope, FunctionNode):
            return False
        funcs = self._inference.of(statement.func, scope)
        named = any(isinstance(one, External) and libraries.canonical(one.name) in _TEXTS for one in funcs)
        return named and _DML_SQL.match(self._constants.text(statement.args[0], scope)) is not None

    def changes(self, node: FunctionNode) -> Iterator[Write]:
        """Where a function first sets columns of an entity that its session loaded."""
        told: set[str] = set()
        module, record = node.module, node.record
        if not _SETS.search(module.facts.source.data, record.body_start, record.body_end):
            return
        for statement, target in node.scan.attributes:
            name, _, attribute = target.id.partition(".") if isinstance(target, Name) else ("", "", "")
            if attribute and name not in told and self._is_column(name, attribute, node, target.start):
                told.add(name)
                yield Write(module.span(statement.start, statement.end), f"{name}.{attribute} = …")
        for site in node.scan.named({"setattr"}):
            entity = site.call.args[0] if site.call.args else None
            if not isinstance(entity, Name) or entity.id in told:
                continue
            if self._entity(entity.id, node, entity.start) is not None:
                told.add(entity.id)
                yield Write(module.span(site.call.start, site.call.end), f"setattr({entity.id}, …)")

    def _is_column(self, name: str, attribute: str, node: FunctionNode, at: int) -> bool:
        """Whether an attribute of a variable is a column of an entity that was loaded in this function."""
        cls = self._entity(name, node, at)
        columns = self._schemas.columns(cls) if cls is not None else ()
        return any(one.name == attribute and not one.relationship for one in columns)

    def _entity(self, name: str, node: FunctionNode, at: int) -> ClassNode | None:
        """The class of a variable that holds an entity which was loaded in this function."""
        values = [one.value for one in node.bindings(name) if one.kind == "value" and not one.path]
        if len(values) != 1 or name in node.params or not self._held.is_loaded(values[0], node):
            return None
        return self._held.entity(self._inference.lookup.name(name, node, at, ()))
