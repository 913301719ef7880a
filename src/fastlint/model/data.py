"""The questions about a project's database: engines, sessions, statements and what becomes of them."""

from __future__ import annotations

from functools import cached_property

from fastlint.model.client_values import ClientValues
from fastlint.model.core import Core
from fastlint.model.engines import Engines
from fastlint.model.late_commits import LateCommits
from fastlint.model.loads import Loads
from fastlint.model.page_sizes import PageSizes
from fastlint.model.queries import Queries
from fastlint.model.session_ends import SessionEnds
from fastlint.model.session_use import SessionUse
from fastlint.model.sessions import Sessions
from fastlint.model.shared_by_tasks import SharedByTasks
from fastlint.model.shared_sessions import SharedSessions
from fastlint.model.unsaved import Unsaved


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
        return SharedSessions(self.types, self.sessions, self.callsites)

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
    def loads(self) -> Loads:
        """What endpoints load at once."""
        return Loads(self.types, self.calls, self.queries, self.reached)

    @cached_property
    def page_sizes(self) -> PageSizes:
        """How many rows clients may ask for."""
        values = ClientValues(self.types, self.dependencies, self.reached)
        return PageSizes(self.types, self.calls, self.queries, values, self.reached)

    @cached_property
    def shared_by_tasks(self) -> SharedByTasks:
        """Sessions that several tasks use at once."""
        return SharedByTasks(self.types, self.sessions, self.reached)

    @cached_property
    def unsaved(self) -> Unsaved:
        """Writes that nothing commits."""
        return Unsaved(
            self.types, self.modules, self.routes, self.dependencies, self.calls, self.sessions, self.reached
        )
