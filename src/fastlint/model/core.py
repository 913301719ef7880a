"""The questions about a project that most others build on: names, routes, calls, what runs where."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.model.calls import Calls
from fastlint.model.callsites import CallSites
from fastlint.model.colour import Colour
from fastlint.model.constants import Constants
from fastlint.model.context_sets import ContextSets
from fastlint.model.coroutines import Coroutines
from fastlint.model.dependencies import Dependencies
from fastlint.model.health import HealthChecks
from fastlint.model.inference import Inference
from fastlint.model.knowledge.blocking import Blocking
from fastlint.model.layers import Layers
from fastlint.model.mentions import Mentions
from fastlint.model.modules import Modules
from fastlint.model.offloading import Offloading
from fastlint.model.offloads import Offloads
from fastlint.model.registrations import Registrations
from fastlint.model.relevance import Relevance
from fastlint.model.routes import Routes
from fastlint.model.schemas import Schemas
from fastlint.model.shapes import Shapes
from fastlint.model.stall_findings import StallFindings
from fastlint.model.stalls import Stalls
from fastlint.model.tasks import Tasks
from fastlint.model.threads import Threads

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fastlint.facts.files import FactsStore, FileFacts
    from fastlint.facts.manifests import Manifests
    from fastlint.model.reached import Reached
    from fastlint.settings import Settings


class Core:
    """What `Project` is made from; not for use by itself."""

    def __init__(self, store: FactsStore, settings: Settings, manifests: Manifests) -> None:
        self.store = store
        self.settings = settings
        self.manifests = manifests
        # What is known only after the checks have run; a check that asks for it runs last.
        self.spent_suppressions: frozenset[tuple[str, int, str]] = frozenset()
        self.rules_run: frozenset[str] = frozenset()

    def settle(self, questions: Iterable[str]) -> None:
        """Work out what nearly all share of some questions, so that it isn't laid to whoever asks first.

        Names that are no questions are passed over.
        """
        for name in questions:
            if isinstance(getattr(type(self), name, None), cached_property):
                getattr(self, name)
        made = vars(self)
        if "stalls" in made:
            _ = self.stalls.all
        if "colour" in made:
            _ = self.reached.by_node

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
        return Routes(Registrations(self.modules, self.types, self.constants), self.manifests)

    @cached_property
    def health(self) -> HealthChecks:
        """Which routes are health checks."""
        return HealthChecks(self.settings.health_paths)

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
        offloading = Offloading(self.types, self.calls, self.stalls, self.schemas)
        return StallFindings(
            self.stalls,
            self.types,
            self.routes,
            offloading=offloading,
            mentions=self.mentions,
            misplaced=self.offloads.called,
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
    def layers(self) -> Layers:
        """Which part each module plays."""
        return Layers(self.modules, self.routes, self.schemas, self.settings.layers)

    @cached_property
    def shapes(self) -> Shapes:
        """What annotations say in full."""
        return Shapes(self.types)

    @cached_property
    def schemas(self) -> Schemas:
        """Pydantic models and mapped entities."""
        return Schemas(self.types)
