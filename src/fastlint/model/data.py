"""The questions about a project's database: engines, sessions, statements and what becomes of them."""

from __future__ import annotations

from functools import cached_property

from fastlint.model.answer_models import AnswerModels
from fastlint.model.background_sessions import BackgroundSessions
from fastlint.model.client_values import ClientValues
from fastlint.model.core import Core
from fastlint.model.document_queries import DocumentQueries
from fastlint.model.engines import Engines
from fastlint.model.expired import ExpiredEntities
from fastlint.model.held import HeldEntities
from fastlint.model.late_commits import LateCommits
from fastlint.model.lazy_loads import LazyLoads
from fastlint.model.lazy_rows import LazyRows
from fastlint.model.loaded_entities import LoadedEntities
from fastlint.model.loads import Loads
from fastlint.model.page_sizes import PageSizes
from fastlint.model.queries import Queries
from fastlint.model.relationships import Relationships
from fastlint.model.repeated_queries import RepeatedQueries
from fastlint.model.row_sources import RowSources
from fastlint.model.scoped_sessions import ScopedSessions
from fastlint.model.session_ends import SessionEnds
from fastlint.model.session_roots import SessionRoots
from fastlint.model.session_use import SessionUse
from fastlint.model.sessions import Sessions
from fastlint.model.shared_by_tasks import SharedByTasks
from fastlint.model.shared_sessions import SharedSessions
from fastlint.model.unsaved import Unsaved
from fastlint.model.writes import Writes


class Data(Core):
    """What is asked about databases. Everything is worked out on first use and remembered."""

    @cached_property
    def sessions(self) -> Sessions:
        """What database sessions are and where they come from."""
        return Sessions(self.types)

    @cached_property
    def engines(self) -> Engines:
        """Database engines: where they are made."""
        return Engines(self.types, self.sessions)

    @cached_property
    def shared_sessions(self) -> SharedSessions:
        """Sessions that several requests share."""
        return SharedSessions(self.types, self.calls, self.sessions, self.callsites)

    @cached_property
    def scoped_sessions(self) -> ScopedSessions:
        """Registries of sessions."""
        return ScopedSessions(self.types, self.sessions, self.callsites)

    @cached_property
    def session_use(self) -> SessionUse:
        """How request code comes by its sessions."""
        return SessionUse(self.types, self.sessions, self.reached)

    @cached_property
    def session_ends(self) -> SessionEnds:
        """Which sessions are left open."""
        return SessionEnds(self.types, self.sessions, self.reached)

    @cached_property
    def late_commits(self) -> LateCommits:
        """Dependencies that commit after the answer."""
        return LateCommits(self.types, self.routes, self.dependencies, self.sessions)

    @cached_property
    def queries(self) -> Queries:
        """What statements ask for."""
        return Queries(self.types, self.constants, self.sessions)

    @cached_property
    def documents(self) -> DocumentQueries:
        """What Beanie, Tortoise and MongoDB's drivers are asked."""
        return DocumentQueries(self.types)

    @cached_property
    def loads(self) -> Loads:
        """What endpoints load at once."""
        return Loads(self.types, self.calls, self.queries, self.documents, self.reached)

    @cached_property
    def page_sizes(self) -> PageSizes:
        """How many rows clients may ask for."""
        values = ClientValues(self.types, self.dependencies, self.reached)
        return PageSizes(self.types, self.calls, self.queries, values, self.reached)

    @cached_property
    def shared_by_tasks(self) -> SharedByTasks:
        """Sessions that several tasks use at once."""
        roots = SessionRoots(self.types, self.sessions, self.dependencies, self.reached)
        return SharedByTasks(self.types, self.sessions, self.reached, roots)

    @cached_property
    def unsaved(self) -> Unsaved:
        """Writes that nothing commits."""
        held = HeldEntities(self.types, self.sessions, self.schemas)
        writes = Writes(self.types, self.constants, self.calls, self.sessions, held, self.schemas)
        return Unsaved(
            self.types, self.modules, self.routes, self.dependencies, self.calls, self.sessions, writes, self.reached
        )

    @cached_property
    def background_sessions(self) -> BackgroundSessions:
        """Sessions of requests that tasks use after them."""
        tasks, held = self.shared_by_tasks, HeldEntities(self.types, self.sessions, self.schemas)
        return BackgroundSessions(self.types, self.dependencies, self.sessions, tasks, held, self.reached)

    @cached_property
    def repeated_queries(self) -> RepeatedQueries:
        """Queries that run once for each row of another."""
        rows = RowSources(self.types, self.calls, self.queries, self.schemas, self.documents)
        lazy = LazyRows(self.types, self.calls, self.queries, self.relationships, self.answer_models)
        return RepeatedQueries(self.types, self.calls, self.sessions, rows, lazy, self.documents, self.reached)

    @cached_property
    def expired(self) -> ExpiredEntities:
        """Entities that are used after a commit has expired them."""
        return ExpiredEntities(self.types, self.callsites, self.sessions, self.schemas, self.reached)

    @cached_property
    def answer_models(self) -> AnswerModels:
        """Which models read what endpoints return."""
        return AnswerModels(self.types, self.schemas, self.routes)

    @cached_property
    def relationships(self) -> Relationships:
        """What relationships say of how they are loaded."""
        return Relationships(self.types, self.schemas)

    @cached_property
    def lazy_loads(self) -> LazyLoads:
        """Relationships that are read from what an async query gave without them."""
        loaded = LoadedEntities(self.types, self.calls, self.sessions, self.schemas, self.queries, self.dependencies)
        return LazyLoads(
            self.types,
            self.calls,
            self.sessions,
            self.relationships,
            loaded,
            self.dependencies,
            self.reached,
            self.answer_models,
        )
