"""The one object that a check sees: the files of a project and what they mean together."""

from __future__ import annotations

from functools import cached_property

from fastlint.model.answers import Returned
from fastlint.model.async_extra import AsyncExtra
from fastlint.model.bodiless import Bodiless
from fastlint.model.buffered import BufferedAnswers
from fastlint.model.bypasses import Bypasses
from fastlint.model.clients import Clients
from fastlint.model.contracts import Contracts
from fastlint.model.creations import Creations
from fastlint.model.data import Data
from fastlint.model.documented import Documented
from fastlint.model.framework_use import FrameworkUses
from fastlint.model.json_classes import JsonClasses
from fastlint.model.late import Late
from fastlint.model.layering import Layering
from fastlint.model.legacy_queries import LegacyQueries
from fastlint.model.logic import LogicMeasure
from fastlint.model.migrations import Migrations
from fastlint.model.misused_depends import MisusedDepends
from fastlint.model.naming import Naming
from fastlint.model.open_clients import OpenClients
from fastlint.model.other_clients import OtherClients
from fastlint.model.overlaps import Overlaps
from fastlint.model.path_use import PathUse
from fastlint.model.raised import Raised
from fastlint.model.removed_arguments import RemovedArguments
from fastlint.model.request_values import RequestValues
from fastlint.model.resends import Resends
from fastlint.model.responses import Responses
from fastlint.model.retries import Retries
from fastlint.model.retry_loops import RetryLoops
from fastlint.model.revisions import Revisions
from fastlint.model.second_sessions import SecondSessions
from fastlint.model.sensitive import Sensitive
from fastlint.model.shared_state import SharedStates
from fastlint.model.spelling import Spelling
from fastlint.model.sql_texts import SqlTexts
from fastlint.model.startup import Startup
from fastlint.model.statements import Statements
from fastlint.model.timeouts import Timeouts
from fastlint.model.tls import Tls
from fastlint.model.unreached import Unreached
from fastlint.model.unservable import Unservable
from fastlint.model.unwritable import UnwritableValues
from fastlint.model.urls import Urls


class Project(Data):
    """A project, linked. Everything is worked out on first use and remembered."""

    @cached_property
    def contracts(self) -> Contracts:
        """What routes promise of their answers, and what they return."""
        responses = Responses(self.types)
        returned = Returned(self.types, responses, self.schemas, self.shapes)
        return Contracts(
            self.types,
            self.constants,
            self.routes,
            self.manifests,
            responses=responses,
            shapes=self.shapes,
            returned=returned,
            schemas=self.schemas,
            layers=self.layers,
            health=self.health,
        )

    @cached_property
    def unservable(self) -> Unservable:
        """Which contracts break at import."""
        return Unservable(self.types, self.contracts.responses, self.schemas, self.shapes)

    @cached_property
    def bodiless(self) -> Bodiless:
        """Where a body is made for an answer that has none."""
        return Bodiless(self.contracts)

    @cached_property
    def json_classes(self) -> JsonClasses:
        """Where JSON response classes are asked for."""
        return JsonClasses(self.types, self.modules, self.routes, self.contracts)

    @cached_property
    def sensitive(self) -> Sensitive:
        """Which sensitive fields contracts send out."""
        return Sensitive(self.types, self.schemas, self.shapes, self.contracts, self.constants)

    @cached_property
    def unwritable(self) -> UnwritableValues:
        """What JSON made by hand can't carry."""
        return UnwritableValues(self.types, self.contracts, self.schemas, self.shapes)

    @cached_property
    def buffered(self) -> BufferedAnswers:
        """Whole files and tables held in memory."""
        return BufferedAnswers(self.types, self.contracts)

    @cached_property
    def raised(self) -> Raised:
        """Which HTTP errors come out of functions."""
        return Raised(self.types, self.calls, self.dependencies, self.contracts.responses)

    @cached_property
    def creations(self) -> Creations:
        """Which endpoints create what they give back."""
        return Creations(self.types, self.calls, self.sessions, self.schemas, self.contracts)

    @cached_property
    def documented(self) -> Documented:
        """Which status codes routes document."""
        return Documented(self.types, self.contracts)

    @cached_property
    def bypasses(self) -> Bypasses:
        """Where endpoints answer past their contract."""
        return Bypasses(self.types, self.contracts, self.documented)

    @cached_property
    def naming(self) -> Naming:
        """How files can name classes."""
        return Naming(self.types)

    @cached_property
    def spelling(self) -> Spelling:
        """How paths, prefixes and methods are written down."""
        return Spelling(self.routes, self.types)

    @cached_property
    def overlaps(self) -> Overlaps:
        """Which routes never answer because others take their requests."""
        return Overlaps(self.routes)

    @cached_property
    def clients(self) -> Clients:
        """HTTP clients: what makes them, how long they live, how long they wait."""
        return Clients(self.types, self.callsites)

    @cached_property
    def open_clients(self) -> OpenClients:
        """HTTP clients that nothing closes."""
        return OpenClients(self.types, self.callsites, self.clients, self.calls)

    @cached_property
    def other_clients(self) -> OtherClients:
        """Outbound HTTP that passes by the project's client."""
        return OtherClients(self.types, self.callsites)

    @cached_property
    def path_use(self) -> PathUse:
        """Which path parameters endpoints take."""
        return PathUse(self.modules, self.types, self.dependencies, self.calls)

    @cached_property
    def timeouts(self) -> Timeouts:
        """Outbound calls that may wait for ever."""
        return Timeouts(self.types, self.callsites)

    @cached_property
    def removed_arguments(self) -> RemovedArguments:
        """Arguments that httpx refuses."""
        return RemovedArguments(self.types, self.callsites, self.clients, self.manifests)

    @cached_property
    def tls(self) -> Tls:
        """Outbound calls that verify no certificate."""
        return Tls(self.types, self.callsites)

    @cached_property
    def retries(self) -> Retries:
        """What tries things again."""
        return Retries(self.types, self.callsites)

    @cached_property
    def retry_loops(self) -> RetryLoops:
        """Loops of the project's own that try requests again."""
        return RetryLoops(self.types, self.callsites)

    @cached_property
    def resends(self) -> Resends:
        """Requests that may be carried out twice."""
        retries, loops = self.retries, self.retry_loops
        return Resends(self.types, self.constants, self.calls, self.callsites, retries=retries, loops=loops)

    @cached_property
    def statements(self) -> Statements:
        """What functions themselves ask of a database."""
        return Statements(self.types)

    @cached_property
    def logic(self) -> LogicMeasure:
        """How much endpoints compute."""
        return LogicMeasure(self.types, self.statements)

    @cached_property
    def unreached(self) -> Unreached:
        """Routers whose routes no app serves."""
        return Unreached(self.modules, self.routes)

    @cached_property
    def misused_depends(self) -> MisusedDepends:
        """`Depends` in shapes that fail or do nothing."""
        return MisusedDepends(self.types, self.routes, self.dependencies, self.colour)

    @cached_property
    def late(self) -> Late:
        """What is registered too late to be served."""
        return Late(self.routes)

    @cached_property
    def framework_use(self) -> FrameworkUses:
        """Where services and repositories speak of the web framework."""
        return FrameworkUses(self.modules, self.types, self.layers)

    @cached_property
    def layering(self) -> Layering:
        """Imports that run against the layers."""
        return Layering(self.modules, self.types, self.layers)

    @cached_property
    def shared_states(self) -> SharedStates:
        """Containers of modules that requests fill."""
        return SharedStates(self.modules, self.types, self.layers, self.colour)

    @cached_property
    def second_sessions(self) -> SecondSessions:
        """Requests that get two sessions."""
        return SecondSessions(self.types, self.routes, self.dependencies, self.sessions)

    @cached_property
    def urls(self) -> Urls:
        """Which addresses of databases engines are made with."""
        return Urls(self.types, self.constants, self.callsites)

    @cached_property
    def async_extra(self) -> AsyncExtra:
        """Whether the manifests ask for what SQLAlchemy's async API needs."""
        return AsyncExtra(self.modules, self.manifests)

    @cached_property
    def sql_texts(self) -> SqlTexts:
        """SQL that is written as text."""
        values = RequestValues(self.types, self.dependencies, self.reached)
        return SqlTexts(self.types, self.statements, values, self.reached)

    @cached_property
    def startup(self) -> Startup:
        """What runs whenever an app starts."""
        return Startup(self.modules, self.routes, self.colour, self.calls, self.constants)

    @cached_property
    def migrations(self) -> Migrations:
        """Alembic, and what makes tables past it."""
        return Migrations(self.modules, self.types, self.startup)

    @cached_property
    def legacy_queries(self) -> LegacyQueries:
        """What is still written in SQLAlchemy's 1.x style."""
        return LegacyQueries(
            self.modules,
            self.types,
            self.sessions,
            self.schemas,
            migrations=self.migrations,
            callsites=self.callsites,
        )

    @cached_property
    def revisions(self) -> Revisions:
        """How migrations are named."""
        return Revisions(self.manifests, self.migrations)
