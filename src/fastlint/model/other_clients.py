"""Outbound HTTP by other libraries than the one that the project's async code uses."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from fastlint.model.expressions import last
from fastlint.model.scripts import is_script
from fastlint.model.types import ClassRef, External

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.callsites import CallSites
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Module
    from fastlint.text import Span

_ASYNC = frozenset({"httpx.AsyncClient", "httpx2.AsyncClient"})
_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request")
_OTHERS = frozenset(
    {
        *(f"{home}.{verb}" for home in ("requests", "requests.api") for verb in _VERBS),
        *("requests.Session", "requests.session", "requests.sessions.Session", "requests.sessions.session"),
        *("urllib.request.urlopen", "urllib.request.urlretrieve"),
        *("urllib3.request", "urllib3.PoolManager", "urllib3.poolmanager.PoolManager"),
    }
)
_NAMES = frozenset(one.rpartition(".")[2] for one in _OTHERS)
_CLIENT = re.compile(rb"AsyncClient\s*\(")
_DIRECT = re.compile(
    rb"\b(?:requests(?:\.\w+)?|urllib3|request)\s*\.\s*(?:"
    + b"|".join(sorted(one.encode() for one in _NAMES))
    + rb")\s*\(|\b(?:urlopen|urlretrieve|PoolManager)\s*\("
)
_HOMES = (b"requests", b"urllib", b"urlopen", b"PoolManager")
_WORDS = (b"request", b"urllib3", b"urlopen", b"urlretrieve", b"PoolManager")
_BARE = re.compile(rb"\b(?:" + b"|".join(sorted(one.encode() for one in _NAMES)) + rb")\s*\(")
_IMPORTED = (b"from requests", b"import requests as", b"from urllib3", b"import urllib3 as")


class OtherClient(NamedTuple):
    """A call that sends by another library, or makes a client of it; `beside` is what the project uses, and where."""

    at: Span
    name: str
    beside: str
    home: Module


class OtherClients:
    """Finds outbound HTTP that passes by the client of httpx that the project has."""

    def __init__(self, inference: Inference, callsites: CallSites) -> None:
        self._inference = inference
        self._callsites = callsites

    @cached_property
    def _own(self) -> tuple[str, Module] | None:
        """The async client that the project makes, and where first."""
        for site, scope in self._callsites.matching(_CLIENT, b"AsyncClient"):
            if last(site.call.func).endswith("AsyncClient"):
                for func in self._inference.of(site.call.func, scope):
                    names = (
                        (func.name,)
                        if isinstance(func, External)
                        else self._inference.members.external_bases(func.cls)
                        if isinstance(func, ClassRef)
                        else ()
                    )
                    found = next((one for one in names if one in _ASYNC), None)
                    if found is not None:
                        return found, scope.module
        return None

    def all(self) -> Iterator[OtherClient]:
        """Every such call, tests and scripts left out."""
        if self._own is None:
            return
        direct = self._callsites.matching(_DIRECT, *_HOMES, words=_WORDS)
        seen: set[int] = set()
        for site, scope in chain(direct, self._callsites.matching(_BARE, *_IMPORTED)):
            if (
                last(site.call.func) not in _NAMES
                or id(site) in seen
                or is_script(scope.module, self._inference.modules)
            ):
                continue
            seen.add(id(site))
            for func in self._inference.of(site.call.func, scope):
                if isinstance(func, External) and func.name in _OTHERS:
                    yield OtherClient(scope.module.span(site.call.start, site.call.end), func.name, *self._own)
                    break
