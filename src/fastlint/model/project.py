"""The one object that a check sees: the files of a project and what they mean together."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.model.calls import Calls
from fastlint.model.colour import Colour
from fastlint.model.constants import Constants
from fastlint.model.dependencies import Dependencies
from fastlint.model.inference import Inference
from fastlint.model.knowledge.blocking import Blocking
from fastlint.model.modules import Modules
from fastlint.model.registrations import Registrations
from fastlint.model.routes import Routes
from fastlint.model.stalls import Stalls

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
        return Calls(self.types, Blocking.load(settings.blocking, settings.safe, cheap=settings.cheap_blocking))

    @cached_property
    def colour(self) -> Colour:
        """What runs on the event loop, and what runs per request."""
        return Colour(self.types, self.routes, self.dependencies, self.calls, self.store)

    @cached_property
    def stalls(self) -> Stalls:
        """Where blocking work holds the event loop."""
        return Stalls(self.colour, self.calls)
