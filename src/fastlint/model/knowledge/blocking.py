"""Which calls block the event loop, from qualified names and types alone.

    blocking = Blocking.load()
    blocking.call("requests.get", arguments_of(call))            # BlockingCall(rule="FLT102", severity="certain", …)
    blocking.method("sqlalchemy.orm.Session", "execute")         # receiver's class and what is called on it
    blocking.method("openai.OpenAI", "chat.completions.create")  # a chain; calls and subscripts in it as `()` and `[]`
    blocking.enter(t), blocking.exit(t)                          # `with` on an instance of t
    blocking.iterates(t), blocking.subscript(t), …               # other things that one does with an instance

Every question is answered by a `BlockingCall` or None, which means: not known to block. A class of the project is
asked for by the library class that it inherits from. Type arguments are ignored (`redis.Redis[bytes]`). Names may be
spelled as imported or canonically.

Source: blocking.toml, see there. `input()` and its like wait for a person, so they belong to FLT108.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import msgspec

from fastlint.model.knowledge import chains, libraries, lookup, verdict
from fastlint.model.knowledge.conditions import NO_ARGUMENTS, Arguments, parse
from fastlint.model.knowledge.schema import CallRow, ClassRow, PatternRow
from fastlint.model.knowledge.verdict import BlockingCall, Via

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastlint.model.knowledge.schema import HeavyRow, Severity


class Blocking(msgspec.Struct, frozen=True):
    """The table of blocking calls, with the user's additions.

    Attributes:
        extra: the user's globs over qualified names that block, each with what to write instead.
        safe: the user's globs over qualified names that never block.
        cheap: whether local and short operations (`Path.exists`, `json.dumps`) count.
    """

    extra: tuple[tuple[str, str], ...] = ()
    safe: tuple[str, ...] = ()
    cheap: bool = False

    @classmethod
    def load(cls, extra: Mapping[str, str] | None = None, safe: Sequence[str] = (), *, cheap: bool = False) -> Blocking:
        """The table with the user's globs."""
        return cls(tuple((extra or {}).items()), tuple(safe), cheap)

    # --- calls ---

    def call(self, qualified: str, arguments: Arguments = NO_ARGUMENTS) -> BlockingCall | None:
        """Whether calling the function or class `qualified` blocks."""
        names = lookup.spellings(qualified)
        if self._is_safe(names):
            return None
        return self._users(names) or self._kept(_call(qualified, arguments))

    def method(
        self, type_name: str, path: str, arguments: Arguments = NO_ARGUMENTS, origin: Arguments | None = None
    ) -> BlockingCall | None:
        """Whether calling `path` on an instance blocks; `origin`: the arguments of the call that made the instance."""
        if self.safe or self.extra:
            names = [f"{name}.{path}" for name in lookup.spellings(type_name.partition("[")[0])]
            if self._is_safe(names):
                return None
            users = self._users(names)
            if users is not None:
                return users
        return self._kept(_method(type_name, path, arguments, origin))

    def calls_instance(self, type_name: str, arguments: Arguments = NO_ARGUMENTS) -> BlockingCall | None:
        """Whether calling an instance of `type_name` blocks."""
        row = lookup.class_row(type_name)
        return self._about(row, "instance", "__call__", arguments) if row is not None and row.call_blocks else None

    # --- context managers ---

    def enter(self, type_name: str) -> BlockingCall | None:
        """Whether entering `with instance` blocks."""
        row = lookup.class_row(_managed(type_name))
        return self._about(row, "enter", "__enter__") if row is not None and row.enter_blocks else None

    def exit(self, type_name: str) -> BlockingCall | None:
        """Whether leaving `with instance` blocks."""
        managed = _managed(type_name)
        row = lookup.class_row(managed)
        if row is None or not row.exit_blocks:
            return None
        # Leaving the object closes it, leaving what `begin()` gives commits.
        own = managed == type_name.partition("[")[0]
        return self._about(row, "exit", "__exit__", severity=row.exit_severity if own else None)

    # --- looking at an instance ---

    def iterates(self, type_name: str) -> BlockingCall | None:
        """Whether iterating an instance (`for`, `list()`, a comprehension, unpacking) blocks."""
        row = lookup.class_row(type_name)
        return self._about(row, "iteration", "__iter__") if row is not None and row.iter_blocks else None

    def iterates_result_of(self, qualified: str, method: str = "") -> BlockingCall | None:
        """Whether iterating the result of a function, or of `method` of the class `qualified`, blocks."""
        if method:
            owner = lookup.class_row(qualified)
            if owner is None or method not in owner.iter_methods:
                return None
            return self._about(owner, "iteration", method, severity=chains.override(owner, method))
        row = lookup.call_row(qualified)
        return self._result(row, "iteration", qualified) if row is not None and row.iter_blocks else None

    def attribute(self, type_name: str, name: str) -> BlockingCall | None:
        """Whether reading `instance.name` blocks."""
        # timid: where any attribute may load (`attr_blocks`), what is known from the start isn't told apart
        row = lookup.class_row(type_name)
        if row is None or name not in row.attrs:
            return None
        return self._about(row, "attribute", name)

    # --- the user's ---

    def _is_safe(self, names: Sequence[str]) -> bool:
        return any(fnmatchcase(name, glob) for glob in self.safe for name in names)

    def _users(self, names: Sequence[str]) -> BlockingCall | None:
        for glob, replacement in self.extra:
            if any(fnmatchcase(name, glob) for name in names):
                rule = verdict.rule_of("other", "certain", "")
                return BlockingCall(name=names[0], kind="other", severity="certain", rule=rule, replacement=replacement)
        return None

    def _kept(self, found: BlockingCall | None) -> BlockingCall | None:
        return None if found is None or (found.severity == "cheap" and not self.cheap) else found

    def _about(
        self,
        row: ClassRow,
        via: Via,
        name: str,
        arguments: Arguments = NO_ARGUMENTS,
        *,
        severity: Severity | None = None,
    ) -> BlockingCall | None:
        full = f"{row.name}.{name}"
        found = verdict.of_class(row, via, full, severity or row.severity, arguments)
        return None if self._is_safe((full, row.name)) else self._kept(found)

    def _result(self, row: CallRow, via: Via, qualified: str) -> BlockingCall | None:
        found = None if self._is_safe((qualified, row.name)) else verdict.of_call(row, NO_ARGUMENTS, via)
        return self._kept(found)


def heavy_constructor(qualified: str) -> HeavyRow | None:
    """What constructing the class costs, if it costs milliseconds (`httpx.AsyncClient` loads the CA bundle)."""
    return lookup.heavy_row(qualified)


def _managed(type_name: str) -> str:
    """The class behind `AbstractContextManager[X]`: what is bound tells what entering and leaving does."""
    name, bracket, inner = type_name.partition("[")
    return inner[:-1] if bracket and name.endswith(".AbstractContextManager") else name


def _call(qualified: str, arguments: Arguments) -> BlockingCall | None:
    found = lookup.callable_(qualified)
    if found is None:
        return None
    if isinstance(found.row, CallRow):
        return verdict.of_call(found.row, arguments)
    if isinstance(found.row, PatternRow):
        return verdict.of_pattern(found.row, found.name, found.method, arguments)
    return _of_row(found.row, found.method, arguments, None) if found.method else _constructor(found.row, arguments)


def _constructor(row: ClassRow, arguments: Arguments) -> BlockingCall | None:
    if row.ctor is None or verdict.harmless(row.ctor_unless, row.ctor_if, arguments):
        return None
    return verdict.of_class(row, "constructor", row.name, row.ctor, arguments)


def _method(type_name: str, path: str, arguments: Arguments, origin: Arguments | None) -> BlockingCall | None:
    plain = type_name.partition("[")[0]
    if lookup.is_harmless(f"{plain}.{path}"):
        return None
    row = lookup.class_row(plain)
    if row is not None:
        return _of_row(row, path, arguments, origin) or _through(type_name, path, arguments)
    method = chains.leaf(path)
    pattern = None if lookup.is_harmless_class(plain) else lookup.pattern_of(plain, method)
    if pattern is not None:
        return verdict.of_pattern(pattern, f"{libraries.canonical(plain)}.{path}", method, arguments)
    return _through(type_name, path, arguments)


def _of_row(row: ClassRow, path: str, arguments: Arguments, origin: Arguments | None) -> BlockingCall | None:
    borrowed = lookup.class_row(row.paths_as) if row.paths_as else None
    severity = chains.severity(row, path) or (chains.severity(borrowed, path) if borrowed is not None else None)
    if severity is None:
        return None
    method = chains.leaf(path)
    if verdict.harmless(row.unless, (), arguments, method):
        return None
    only_if = tuple(one for one in row.only_if_origin if parse(one).method in ("", method))
    if only_if and (origin is None or verdict.harmless((), only_if, origin, method)):
        return None
    return verdict.of_class(row, "method", f"{row.name}.{path}", severity, arguments)


def _through(type_name: str, path: str, arguments: Arguments) -> BlockingCall | None:
    """The rest of a chain, on the type of its first attribute (`upload.file.read`)."""
    head, dot, rest = path.partition(".")
    if not dot:
        return None
    type_ = libraries.attribute(type_name, head)
    return None if type_ is None else _method(type_, rest, arguments, None)
