"""Which calls block the event loop, from qualified names and types alone.

    blocking = Blocking.load()
    blocking.call("requests.get", arguments_of(call))              # BlockingCall(rule="FLT102", severity="certain", …)
    blocking.method("sqlalchemy.orm.Session", "execute")           # receiver's class and what is called on it
    blocking.method("openai.OpenAI", "chat.completions.create")    # a chain; calls and subscripts in it as `()` and `[]`
    blocking.enter(t), blocking.exit(t)                            # `with` on an instance of t
    blocking.iterates(t), blocking.subscript(t), …                 # other things that an instance does when looked at

Every question is answered by a `BlockingCall` or None, which means: not known to block. A class of the project is asked for by the library
class that it inherits from. Type arguments are ignored (`redis.Redis[bytes]`). Names may be spelled as imported or canonically.

Source: blocking.toml, see there. `input()` and its like wait for a person, so they belong to FLT108.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import msgspec

from fastlint.model.knowledge import chains, libraries, store, verdict
from fastlint.model.knowledge.conditions import NO_ARGUMENTS, Arguments
from fastlint.model.knowledge.verdict import BlockingCall, Via

if TYPE_CHECKING:
    from fastlint.model.knowledge.schema import CallRow, ClassRow, HeavyRow, PatternRow


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
        names = _spellings(qualified)
        if self._is_safe(names):
            return None
        return self._users(names) or self._kept(_call(names, arguments))

    def method(
        self, type_name: str, path: str, arguments: Arguments = NO_ARGUMENTS, origin: Arguments | None = None
    ) -> BlockingCall | None:
        """Whether `path`, called on an instance of `type_name`, blocks; `origin` are the arguments of the call that made the instance."""
        names = tuple(f"{name}.{path}" for name in _spellings(_plain(type_name)))
        if self._is_safe(names):
            return None
        return self._users(names) or self._kept(_method(type_name, path, arguments, origin))

    def calls_instance(self, type_name: str, arguments: Arguments = NO_ARGUMENTS) -> BlockingCall | None:
        """Whether calling an instance of `type_name` blocks."""
        row = _class_row(type_name)
        return self._about(row, "instance", "__call__", arguments) if row is not None and row.call_blocks else None

    # --- context managers ---

    def enter(self, type_name: str) -> BlockingCall | None:
        """Whether entering `with instance` blocks."""
        row = _class_row(_managed(type_name))
        return self._about(row, "enter", "__enter__") if row is not None and row.enter_blocks else None

    def exit(self, type_name: str) -> BlockingCall | None:
        """Whether leaving `with instance` blocks."""
        row = _class_row(_managed(type_name))
        return self._about(row, "exit", "__exit__") if row is not None and row.exit_blocks else None

    def enters_result_of(self, qualified: str) -> BlockingCall | None:
        """Whether entering `with f()` blocks for the function `qualified`."""
        row = _call_row(_spellings(qualified))
        return self._result(row, "enter", qualified) if row is not None and row.enter_blocks else None

    def exits_result_of(self, qualified: str) -> BlockingCall | None:
        """Whether leaving `with f()` blocks for the function `qualified`."""
        row = _call_row(_spellings(qualified))
        return self._result(row, "exit", qualified) if row is not None and row.exit_blocks else None

    # --- looking at an instance ---

    def iterates(self, type_name: str) -> BlockingCall | None:
        """Whether iterating an instance (`for`, `list()`, a comprehension, unpacking) blocks."""
        row = _class_row(type_name)
        return self._about(row, "iteration", "__iter__") if row is not None and row.iter_blocks else None

    def iterates_result_of(self, qualified: str, method: str = "") -> BlockingCall | None:
        """Whether iterating the result of a function, or of `method` of the class `qualified`, blocks though the call does not."""
        if method:
            owner = _class_row(qualified)
            lazy = owner is not None and method in owner.iter_methods
            return self._about(owner, "iteration", method) if owner is not None and lazy else None
        row = _call_row(_spellings(qualified))
        return self._result(row, "iteration", qualified) if row is not None and row.iter_blocks else None

    def attribute(self, type_name: str, name: str) -> BlockingCall | None:
        """Whether reading `instance.name` blocks."""
        row = _class_row(type_name)
        if row is None or not (name in row.attrs or (row.attr_blocks and not name.startswith("_"))):
            return None
        return self._about(row, "attribute", name)

    def subscript(self, type_name: str) -> BlockingCall | None:
        """Whether `instance[…]` blocks."""
        row = _class_row(type_name)
        return self._about(row, "subscript", "__getitem__") if row is not None and row.getitem_blocks else None

    def length(self, type_name: str) -> BlockingCall | None:
        """Whether `len(instance)` blocks."""
        row = _class_row(type_name)
        return self._about(row, "length", "__len__") if row is not None and row.len_blocks else None

    def truth(self, type_name: str) -> BlockingCall | None:
        """Whether `if instance:` blocks."""
        row = _class_row(type_name)
        return self._about(row, "truth", "__bool__") if row is not None and row.bool_blocks else None

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
        self, row: ClassRow, via: Via, name: str, arguments: Arguments = NO_ARGUMENTS
    ) -> BlockingCall | None:
        full = f"{row.name}.{name}"
        found = verdict.of_class(row, via, full, row.severity, arguments)
        return None if self._is_safe((full, row.name)) else self._kept(found)

    def _result(self, row: CallRow, via: Via, qualified: str) -> BlockingCall | None:
        found = None if self._is_safe((qualified, row.name)) else verdict.of_call(row, NO_ARGUMENTS, via)
        return self._kept(found)


def heavy_constructor(qualified: str) -> HeavyRow | None:
    """What constructing the class costs, if it costs milliseconds of loop time (`httpx.AsyncClient` loads the CA bundle)."""
    for name in _spellings(qualified):
        row = store.blocking_shelf(_first(name)).heavy.get(name)
        if row is not None:
            return row
    return None


# --- looking up ---


def _first(name: str) -> str:
    return name.partition(".")[0]


def _plain(type_name: str) -> str:
    return type_name.partition("[")[0]


def _managed(type_name: str) -> str:
    """The class behind `AbstractContextManager[X]`: what is bound tells what entering and leaving does."""
    name, bracket, inner = type_name.partition("[")
    return inner[:-1] if bracket and name.endswith("AbstractContextManager") else name


def _spellings(qualified: str) -> tuple[str, ...]:
    canonical = libraries.canonical(qualified)
    return (qualified,) if canonical == qualified else (canonical, qualified)


def _call_row(names: Sequence[str]) -> CallRow | None:
    for name in names:
        row = store.blocking_shelf(_first(name)).call(name)
        if row is not None:
            return row
    return None


def _class_row(type_name: str) -> ClassRow | None:
    """The row of a class or of the nearest base that has one; None for classes known to be harmless."""
    plain = _plain(type_name)
    for name in (*_spellings(plain), *libraries.bases(plain)):
        shelf = store.blocking_shelf(_first(name))
        row = shelf.class_(name)
        if row is not None or name in shelf.harmless_classes:
            return row
    return None


def _is_harmless(names: Sequence[str]) -> bool:
    return any(name in store.blocking_shelf(_first(name)).harmless for name in names)


def _call(names: Sequence[str], arguments: Arguments) -> BlockingCall | None:
    row = _call_row(names)
    if row is not None:
        return verdict.of_call(row, arguments)
    if _is_harmless(names):
        return None
    for name in names:
        shelf = store.blocking_shelf(_first(name))
        class_ = shelf.class_(name)
        if class_ is not None:
            return _constructor(class_, arguments)
        if name in shelf.harmless_classes:
            return None
    return _class_call(names, arguments)


def _constructor(row: ClassRow, arguments: Arguments) -> BlockingCall | None:
    if row.ctor is None or verdict.harmless(row.ctor_unless, row.ctor_if, arguments):
        return None
    return verdict.of_class(row, "constructor", row.name, row.ctor, arguments)


def _class_call(names: Sequence[str], arguments: Arguments) -> BlockingCall | None:
    """`Class.method(…)`: a class method, or a function that a pattern names."""
    for name in names:
        owner, _, method = name.rpartition(".")
        row = _class_row(owner) if owner else None
        if row is not None and (row.on_class or method in row.methods):
            return _of_row(row, method, arguments, None)
        for pattern in _patterns(name, whole=True):
            return verdict.of_pattern(pattern, name, "", arguments)
        for pattern in _patterns(owner, whole=False):
            if pattern.on_class and chains.pattern_blocks(pattern, method):
                return verdict.of_pattern(pattern, name, method, arguments)
    return None


def _method(type_name: str, path: str, arguments: Arguments, origin: Arguments | None) -> BlockingCall | None:
    plain = _plain(type_name)
    names = _spellings(plain)
    if _is_harmless([f"{name}.{path}" for name in names]):
        return None
    row = _class_row(plain)
    if row is not None:
        return _of_row(row, path, arguments, origin) or _through(type_name, path, arguments)
    if any(name in store.blocking_shelf(_first(name)).harmless_classes for name in names):
        return None
    for name in names:
        for pattern in _patterns(name, whole=False):
            if chains.pattern_blocks(pattern, path.rpartition(".")[2]):
                return verdict.of_pattern(pattern, f"{name}.{path}", path.rpartition(".")[2], arguments)
    return _through(type_name, path, arguments)


def _of_row(row: ClassRow, path: str, arguments: Arguments, origin: Arguments | None) -> BlockingCall | None:
    borrowed = _class_row(row.paths_as) if row.paths_as else None
    severity = chains.severity(row, path) or (chains.severity(borrowed, path) if borrowed is not None else None)
    if severity is None:
        return None
    method = chains.leaf(path)
    if verdict.harmless(row.unless, (), arguments, method):
        return None
    if row.only_if_origin and (origin is None or verdict.harmless((), row.only_if_origin, origin)):
        return None
    return verdict.of_class(row, "method", f"{row.name}.{path}", severity, arguments, method)


def _through(type_name: str, path: str, arguments: Arguments) -> BlockingCall | None:
    """The rest of a chain, on the type of its first attribute (`upload.file.read`)."""
    head, dot, rest = path.partition(".")
    if not dot:
        return None
    type_ = libraries.attribute(type_name, head)
    return None if type_ is None else _method(type_, rest, arguments, None)


def _patterns(name: str, *, whole: bool) -> Iterator[PatternRow]:
    for row in store.patterns():
        prefix = row.match.partition("*")[0]
        if row.callables is whole and name.startswith(prefix) and fnmatchcase(name, row.match):
            if not any(fnmatchcase(name, glob) for glob in row.except_match):
                yield row
