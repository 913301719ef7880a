"""Path templates as Starlette reads them: parameters, convertors, and which template answers all that another does."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

# What Starlette takes for a parameter; `{settings.API?}`, an unknown part, is none.
_PARAMETER = re.compile(r"\{([a-zA-Z_][a-zA-Z0-9_]*)(?::([a-zA-Z_][a-zA-Z0-9_]*))?\}")
_UNKNOWN = re.compile(r"\{[^{}]*\?\}")
_PATTERNS = {
    "str": "[^/]+",
    "path": ".*",
    "int": "[0-9]+",
    "float": r"[0-9]+(?:\.[0-9]+)?",
    "uuid": "[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}",
}
# Texts that stand for all that a convertor takes: a pattern that takes each of them takes whatever the convertor does.
_SAMPLES = {
    "str": ("\u0394", "\u0394.-_~\u0394\u0394"),
    "path": ("", "\u0394/\u0394" + "/\u0394" * 30),
    "int": ("7", "90418273645"),
    "float": ("6.25", "90418273645"),
    "uuid": ("7f3a9c1e5b2d4f608a7bc9d0e1f23456", "7F3A9C1E-5B2D-4F60-8A7B-C9D0E1F23456"),
}
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_TYPES = {"int": "int", "float": "float"}


def is_health(label: str, names: Collection[str]) -> bool:
    """Whether `GET /api/health` asks how the process is: it ends in one of `names`, and neither writes nor picks.

    `GET /orders/{id}/status` and `PUT /status` are about something of the domain.
    """
    methods, _, path = label.rpartition(" ")
    return (
        path.rstrip("/").rpartition("/")[2] in names
        and _READS.issuperset(methods.split(", ") if methods else ())
        and _PARAMETER.search(path) is None
    )


class PathParameter:
    """A `{name:convertor}` in a path."""

    __slots__ = ("convertor", "name")

    def __init__(self, name: str, convertor: str) -> None:
        self.name = name
        self.convertor = convertor

    @property
    def annotation(self) -> str:
        """The annotation that a function's parameter for it would carry."""
        return _TYPES.get(self.convertor, "str")


class PathTemplate:
    """A path with its parameters.

    Attributes:
        text: as written, unknown parts as `{source?}`.
        shape: with the names of the parameters left out; templates of one shape answer the same URLs.
        known: whether all parts and convertors are.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.params = tuple(PathParameter(name, convertor or "str") for name, convertor in _PARAMETER.findall(text))
        self.shape = _PARAMETER.sub(lambda match: f"{{:{match[2] or 'str'}}}", text)
        self.known = not _UNKNOWN.search(text) and all(one.convertor in _PATTERNS for one in self.params)

    @property
    def has_stray_brace(self) -> bool:
        """Whether a brace belongs to no parameter (`{user-id}`, `owner}`), so that clients must send it."""
        rest = _UNKNOWN.sub("", _PARAMETER.sub("", self.text))
        return "{" in rest or "}" in rest

    @cached_property
    def start(self) -> str:
        """The text before the first parameter."""
        first = _PARAMETER.search(self.text)
        return self.text[: first.start()] if first else self.text

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("".join(self._pieces()), re.DOTALL)

    def _pieces(self) -> Iterator[str]:
        at = 0
        for match in _PARAMETER.finditer(self.text):
            yield re.escape(self.text[at : match.start()])
            yield f"(?:{_PATTERNS.get(match[2] or 'str', '(?!)')})"
            at = match.end()
        yield re.escape(self.text[at:])

    @cached_property
    def samples(self) -> tuple[str, ...]:
        """URLs that stand for all that it answers; none where a convertor isn't known."""
        if any(one.convertor not in _SAMPLES for one in self.params):
            return ()
        return tuple(self._sample(place) for place in range(2 if self.params else 1))

    def _sample(self, place: int) -> str:
        return _PARAMETER.sub(lambda match: _SAMPLES[match[2] or "str"][place], self.text)

    def covers(self, other: PathTemplate) -> bool:
        """Whether each URL that `other` answers is answered by this one as well."""
        return bool(other.samples) and all(self._pattern.fullmatch(sample) for sample in other.samples)

    def __repr__(self) -> str:
        return f"<path {self.text}>"


@lru_cache(maxsize=8192)
def template(text: str) -> PathTemplate:
    """The template that a path is."""
    return PathTemplate(text)
