"""The one object that a check sees: the files of a project and what they mean together."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.model.answers import Returned
from fastlint.model.bodiless import Bodiless
from fastlint.model.buffered import BufferedAnswers
from fastlint.model.bypasses import Bypasses
from fastlint.model.calls import Calls
from fastlint.model.callsites import CallSites
from fastlint.model.clients import Clients
from fastlint.model.colour import Colour
from fastlint.model.constants import Constants
from fastlint.model.context_sets import ContextSets
from fastlint.model.contracts import Contracts
from fastlint.model.coroutines import Coroutines
from fastlint.model.creations import Creations
from fastlint.model.dependencies import Dependencies
from fastlint.model.documented import Documented
from fastlint.model.engines import Engines
from fastlint.model.framework_use import FrameworkUses
from fastlint.model.inference import Inference
from fastlint.model.json_classes import JsonClasses
from fastlint.model.knowledge.blocking import Blocking
from fastlint.model.late import Late
from fastlint.model.late_commits import LateCommits
from fastlint.model.layering import Layering
from fastlint.model.layers import Layers
from fastlint.model.loads import Loads
from fastlint.model.logic import LogicMeasure
from fastlint.model.mentions import Mentions
from fastlint.model.misused_depends import MisusedDepends
from fastlint.model.modules import Modules
from fastlint.model.naming import Naming
from fastlint.model.offloads import Offloads
from fastlint.model.overlaps import Overlaps
from fastlint.model.path_use import PathUse
from fastlint.model.queries import Queries
from fastlint.model.raised import Raised
from fastlint.model.reached import Reached
from fastlint.model.registrations import Registrations
from fastlint.model.relevance import Relevance
from fastlint.model.responses import Responses
from fastlint.model.routes import Routes
from fastlint.model.schemas import Schemas
from fastlint.model.second_sessions import SecondSessions
from fastlint.model.sensitive import Sensitive
from fastlint.model.session_ends import SessionEnds
from fastlint.model.session_use import SessionUse
from fastlint.model.sessions import Sessions
from fastlint.model.shapes import Shapes
from fastlint.model.shared_sessions import SharedSessions
from fastlint.model.shared_state import SharedStates
from fastlint.model.stall_findings import StallFindings
from fastlint.model.stalls import Stalls
from fastlint.model.statements import Statements
from fastlint.model.tasks import Tasks
from fastlint.model.threads import Threads
from fastlint.model.timeouts import Timeouts
from fastlint.model.unreached import Unreached
from fastlint.model.unservable import Unservable
from fastlint.model.unwritable import UnwritableValues

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastlint.facts.files import FactsStore, FileFacts
    from fastlint.facts.manifests import Manifests
    from fastlint.settings import Settings


class Project:
    """A project, linked. Everything is worked out on first use and remembered."""

    def __init__(self, store: FactsStore, settings: Settings, manifests: Manifests) -> None:
        self.store = store
        self.settings = settings
        self.manifests = manifests
        # What is known only after the checks have run; a check that asks for it runs last.
        self.spent_suppressions: frozenset[tuple[str, int, str]] = frozenset()
        self.rules_run: frozenset[str] = frozenset()

    @property
    def files(self) -> Mapping[str, FileFacts]:
        """The facts of all files by path."""
        return self.store.files

    @cached_property
    def modules(self) -> Modules:
        """All Python files as modules."""
        return Modules(self.store.files, self.settings.src)

    @cached_property
    def types(self) -> Inference:
        """What expressions may be."""
        return Inference(self.modules)

    @cached_property
    def constants(self) -> Constants:
        """What strings and flags source fixes."""
        return Constants(self.types)

    @cached_property
    def routes(self) -> Routes:
        """Apps, routers, endpoints and the served tables."""
        return Routes(Registrations(self.modules, self.types, self.constants))

    @cached_property
    def dependencies(self) -> Dependencies:
        """What depends on what."""
        return Dependencies(self.types, self.constants)

    @cached_property
    def calls(self) -> Calls:
        """Who calls whom."""
        settings = self.settings
        blocking = Blocking.load(settings.blocking, settings.safe, cheap=settings.cheap_blocking)
        return Calls(self.types, blocking, Relevance(self.modules, bool(settings.blocking)))

    @cached_property
    def colour(self) -> Colour:
        """What runs on the event loop, and what runs per request."""
        return Colour(self.types, self.routes, self.dependencies, self.calls, self.store)

    @cached_property
    def stalls(self) -> Stalls:
        """Where blocking work holds the event loop."""
        return Stalls(self.colour, self.calls)

    @cached_property
    def coroutines(self) -> Coroutines:
        """Coroutines that nobody awaits."""
        refs = (*self.colour.on_loop, *self.reached.ways)
        return Coroutines(self.types, self.colour, self.routes, self.calls, refs)

    @cached_property
    def offloads(self) -> Offloads:
        """Calls that hand functions to threads, rightly or not."""
        return Offloads(self.types, self.calls, self.coroutines, (*self.colour.on_loop, *self.reached.ways))

    @cached_property
    def threads(self) -> Threads:
        """Plain functions that run in threads."""
        refs = (*self.colour.on_loop, *self.reached.ways)
        return Threads(self.types, self.calls, self.colour, self.coroutines, refs)

    @cached_property
    def context_sets(self) -> ContextSets:
        """Context variables that plain dependencies set in vain."""
        return ContextSets(self.types, self.calls, self.colour)

    @cached_property
    def mentions(self) -> Mentions:
        """Whether anything speaks of a function."""
        return Mentions(self.modules)

    @cached_property
    def tasks(self) -> Tasks:
        """Tasks that nobody keeps, and background tasks for a queue."""
        return Tasks(self.types, self.calls, self.stalls, (*self.colour.on_loop, *self.reached.ways))

    @cached_property
    def stall_findings(self) -> StallFindings:
        """What to say of each stall, rule by rule."""
        return StallFindings(
            self.stalls, self.calls, self.types, self.routes, mentions=self.mentions, offloads=self.offloads
        )

    @cached_property
    def shapes(self) -> Shapes:
        """What annotations say in full."""
        return Shapes(self.types)

    @cached_property
    def schemas(self) -> Schemas:
        """Pydantic models and mapped entities."""
        return Schemas(self.types)

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
        )

    @cached_property
    def callsites(self) -> CallSites:
        """All calls, by what the text around them holds."""
        return CallSites(self.modules)

    @cached_property
    def reached(self) -> Reached:
        """How requests come to functions."""
        return self.colour.reached

    @cached_property
    def sessions(self) -> Sessions:
        """What database sessions are and where they come from."""
        return Sessions(self.types)

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
    def layers(self) -> Layers:
        """Which part each module plays."""
        return Layers(self.modules, self.routes, self.schemas, self.settings.layers)

    @cached_property
    def overlaps(self) -> Overlaps:
        """Which routes never answer because others take their requests."""
        return Overlaps(self.routes)

    @cached_property
    def clients(self) -> Clients:
        """HTTP clients: what makes them, how long they live, how long they wait."""
        return Clients(self.types)

    @cached_property
    def path_use(self) -> PathUse:
        """Which path parameters endpoints take."""
        return PathUse(self.modules, self.types, self.dependencies, self.calls)

    @cached_property
    def timeouts(self) -> Timeouts:
        """Outbound calls that may wait for ever."""
        return Timeouts(self.types, self.callsites)

    @cached_property
    def statements(self) -> Statements:
        """What functions themselves ask of a database."""
        return Statements(self.types)

    @cached_property
    def engines(self) -> Engines:
        """Database engines: where they are made."""
        return Engines(self.types, self.sessions)

    @cached_property
    def logic(self) -> LogicMeasure:
        """How much endpoints compute."""
        return LogicMeasure(self.types)

    @cached_property
    def shared_sessions(self) -> SharedSessions:
        """Sessions that several requests share."""
        return SharedSessions(self.types, self.sessions, self.callsites)

    @cached_property
    def unreached(self) -> Unreached:
        """Routers whose routes no app serves."""
        return Unreached(self.modules, self.routes)

    @cached_property
    def session_use(self) -> SessionUse:
        """How request code comes by its sessions."""
        return SessionUse(self.types, self.sessions, self.reached)

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
    def session_ends(self) -> SessionEnds:
        """Which sessions are left open."""
        return SessionEnds(self.types, self.sessions, self.reached)

    @cached_property
    def layering(self) -> Layering:
        """Imports that run against the layers."""
        return Layering(self.modules, self.types, self.layers)

    @cached_property
    def late_commits(self) -> LateCommits:
        """Dependencies that commit after the answer."""
        return LateCommits(self.types, self.routes, self.dependencies, self.sessions)

    @cached_property
    def shared_states(self) -> SharedStates:
        """Containers of modules that requests fill."""
        return SharedStates(self.modules, self.types, self.layers, self.colour)

    @cached_property
    def queries(self) -> Queries:
        """What statements ask for."""
        return Queries(self.types, self.constants, self.sessions)

    @cached_property
    def loads(self) -> Loads:
        """What endpoints load at once."""
        return Loads(self.types, self.calls, self.queries, self.reached)

    @cached_property
    def second_sessions(self) -> SecondSessions:
        """Requests that get two sessions."""
        return SecondSessions(self.types, self.routes, self.dependencies, self.sessions)
