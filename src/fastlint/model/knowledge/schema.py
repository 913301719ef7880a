"""The shape of the data files: what may stand in a row, and how rows are kept in the compiled file.

The sheets (`BlockingSheet`, …) are what a person writes in TOML; an unknown field there is an error. The shelves (`BlockingShelf`, …) are
what is loaded: one for each first name of a qualified name (`sqlalchemy`, `time`), so that only libraries that a project uses are decoded.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

Kind: TypeAlias = Literal[
    "http",
    "sleep",
    "file",
    "subprocess",
    "db",
    "cache",
    "queue",
    "cloud",
    "mail",
    "lock",
    "cpu",
    "ml",
    "dns",
    "loop",
    "other",
]
Severity: TypeAlias = Literal["certain", "likely", "cpu", "cheap"]
TwinUse: TypeAlias = Literal["", "await", "async with", "async for", "call"]
FixKind: TypeAlias = Literal["", "replace", "thread", "rename"]


class Row(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Base of rows: absent fields cost nothing, unknown ones are errors."""


class CallRow(Row, frozen=True, kw_only=True):
    """A function that blocks."""

    name: str
    lib: str
    kind: Kind
    severity: Severity
    replacement: str
    aliases: tuple[str, ...] = ()
    defined: str = ""
    returns: str = ""
    twin: str = ""
    twin_use: TwinUse = ""
    twin_since: str = ""
    since: str = ""
    until: str = ""
    note: str = ""
    measured_ms: float | None = None
    mechanical_fix: bool = False
    fix_kind: FixKind = ""
    fix: str = ""
    fix_import: str = ""
    fix_unless: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    only_if: tuple[str, ...] = ()
    certain_if: tuple[str, ...] = ()
    iter_blocks: bool = False
    enter_blocks: bool = False
    exit_blocks: bool = False
    thread_bound: bool = False
    verified: bool = True


class ClassRow(Row, frozen=True, kw_only=True):
    """A class whose methods block."""

    name: str
    lib: str
    kind: Kind
    severity: Severity
    replacement: str
    aliases: tuple[str, ...] = ()
    defined: str = ""
    obtain: tuple[str, ...] = ()
    obtain_attr: str = ""
    obtain_text: str = ""
    obtain_old: str = ""
    methods: tuple[str, ...] = ()
    methods_certain: tuple[str, ...] = ()
    methods_likely: tuple[str, ...] = ()
    methods_cpu: tuple[str, ...] = ()
    methods_cheap: tuple[str, ...] = ()
    all_methods: bool = False
    except_methods: tuple[str, ...] = ()
    on_class: bool = False
    match_subclasses: bool = False
    deep: bool = False
    deep_leaf: tuple[str, ...] = ()
    deep_under: tuple[str, ...] = ()
    except_path: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    paths_as: str = ""
    fluent: bool = False
    returns: dict[str, str] = {}
    call_returns: str = ""
    getitem_returns: str = ""
    attr_returns: str = ""
    attr_returns_named: dict[str, str] = {}
    ctor: Severity | None = None
    ctor_if: tuple[str, ...] = ()
    ctor_unless: tuple[str, ...] = ()
    iter_blocks: bool = False
    iter_methods: tuple[str, ...] = ()
    enter_blocks: bool = False
    exit_blocks: bool = False
    getitem_blocks: bool = False
    len_blocks: bool = False
    bool_blocks: bool = False
    attrs: tuple[str, ...] = ()
    attr_blocks: bool = False
    call_blocks: bool = False
    twin: str = ""
    twin_same_names: bool = False
    twin_not_coroutine: tuple[str, ...] = ()
    twin_missing: tuple[str, ...] = ()
    twin_method: str = ""
    twin_rename: dict[str, str] = {}
    twin_since: str = ""
    since: str = ""
    until: str = ""
    note: str = ""
    measured_ms: float | None = None
    mechanical_fix: bool = False
    fix_kind: FixKind = ""
    fix: str = ""
    fix_import: str = ""
    fix_methods: tuple[str, ...] = ()
    fix_unless: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    only_if_origin: tuple[str, ...] = ()
    thread_bound: bool = False
    verified: bool = True


class PatternRow(Row, frozen=True, kw_only=True):
    """A glob over the qualified names of classes or, with `callables`, of functions; `on_class`: methods called on the class block too."""

    match: str
    lib: str
    kind: Kind
    severity: Severity
    replacement: str
    except_match: tuple[str, ...] = ()
    callables: bool = False
    on_class: bool = False
    all_methods: bool = False
    methods: tuple[str, ...] = ()
    except_methods: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    twin_method: str = ""
    note: str = ""
    verified: bool = True


class HarmlessRow(Row, frozen=True, kw_only=True):
    """A look-alike that does not block; with `methods`, these methods of the class in `name`."""

    name: str
    kind: Literal["class", "callable"]
    methods: tuple[str, ...] = ()
    note: str = ""


class HeavyRow(Row, frozen=True, kw_only=True):
    """A constructor that costs `measured_ms` of loop time without waiting for anything."""

    ctor: str
    measured_ms: float
    advice: str


class BlockingSheet(Row, frozen=True, kw_only=True):
    """blocking.toml."""

    call: tuple[CallRow, ...]
    class_: tuple[ClassRow, ...] = msgspec.field(name="class")
    pattern: tuple[PatternRow, ...]
    nonblocking: tuple[HarmlessRow, ...]
    heavy_ctor: tuple[HeavyRow, ...]


class BlockingShelf(msgspec.Struct, frozen=True, omit_defaults=True):
    """The rows of one first name; `calls` and `classes` lead from every spelling to the place of its row."""

    call_rows: tuple[CallRow, ...] = ()
    class_rows: tuple[ClassRow, ...] = ()
    calls: dict[str, int] = {}
    classes: dict[str, int] = {}
    harmless: frozenset[str] = frozenset()
    harmless_classes: frozenset[str] = frozenset()
    heavy: dict[str, HeavyRow] = {}

    def call(self, name: str) -> CallRow | None:
        """The row of a function."""
        place = self.calls.get(name)
        return None if place is None else self.call_rows[place]

    def class_(self, name: str) -> ClassRow | None:
        """The row of a class."""
        place = self.classes.get(name)
        return None if place is None else self.class_rows[place]


# --- offload.toml ------------------------------------------------------------------------------------------------


class EscapeRow(Row, frozen=True, kw_only=True):
    """A callable (or, with `method`, a method of the class `name`) that takes a function off the event loop."""

    name: str
    method: str = ""
    aliases: tuple[str, ...] = ()
    form: Literal["call", "wrap", "decorator", "iterate", "context"] = "call"
    argument: int = 0
    keyword: str = ""
    to: Literal["thread", "process", "worker", "loop"] = "thread"
    partial: bool = False
    awaitable: bool = False
    keywords: bool = True
    sync_only: bool = False
    note: str = ""


class SpawnRow(Row, frozen=True, kw_only=True):
    """A callable (or method) that runs on the loop what it is given."""

    name: str
    method: str = ""
    aliases: tuple[str, ...] = ()
    takes: Literal["coroutine", "function", "callback"]
    argument: int = 0
    keyword: str = ""
    several: bool = False
    awaitable: bool = False
    detached: bool = False
    note: str = ""


class CacheRow(Row, frozen=True, kw_only=True):
    """A decorator that keeps results, so that the body runs once for given arguments (`once`) or now and then."""

    name: str
    aliases: tuple[str, ...] = ()
    once: bool = False
    coroutines: bool = False
    note: str = ""


class RetryRow(Row, frozen=True, kw_only=True):
    """A decorator that sleeps between attempts: with time.sleep on a `def`; `adapts` if with asyncio.sleep on an `async def`."""

    name: str
    aliases: tuple[str, ...] = ()
    adapts: bool = False
    note: str = ""


class OffloadSheet(Row, frozen=True, kw_only=True):
    """offload.toml."""

    escape: tuple[EscapeRow, ...]
    spawn: tuple[SpawnRow, ...]
    cache: tuple[CacheRow, ...]
    retry: tuple[RetryRow, ...]


class OffloadTable(msgspec.Struct, frozen=True, omit_defaults=True):
    """All rows of offload.toml by name; methods by `class.method`."""

    escapes: dict[str, EscapeRow] = {}
    spawns: dict[str, SpawnRow] = {}
    caches: dict[str, CacheRow] = {}
    retries: dict[str, RetryRow] = {}


# --- libraries.toml ----------------------------------------------------------------------------------------------


class TypeRow(Row, frozen=True, kw_only=True):
    """What is known of a class.

    Types are written as in Python with qualified names: `list[httpx.Response]`, `X | None`, `Self`, a parameter of the class (`T`), `@0` for
    what the first argument names or is (`@0.0`: the first type argument of its type).

    Attributes:
        parameters: names of the type parameters, `T=default` with a default.
        bases: bases in the order of method resolution, near ones first (all of them, or the direct ones).
        methods: plain methods and what they return, "" if unknown or uninteresting.
        coroutines: coroutine methods and what awaiting them gives.
        attributes: types of attributes and properties.
        item, async_item: what `for` and `async for` over an instance give.
        enter, async_enter: what `with` and `async with` bind.
        awaited: what `await instance` gives.
        call: what calling an instance gives; with `class_argument`, the keyword of the constructor that names the first type argument.
        subscript: what `instance[…]` gives; divided: what `instance / …` gives.
        other_attributes: the type of any attribute not listed.
        complete: whether every public method is listed.
    """

    name: str
    aliases: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    methods: dict[str, str] = {}
    coroutines: dict[str, str] = {}
    attributes: dict[str, str] = {}
    other_attributes: str = ""
    item: str = ""
    async_item: str = ""
    enter: str = ""
    async_enter: str = ""
    awaited: str = ""
    call: str = ""
    class_argument: str = ""
    subscript: str = ""
    divided: str = ""
    complete: bool = False


class LibrarySheet(Row, frozen=True, kw_only=True):
    """libraries.toml and generated.toml."""

    functions: dict[str, str] = {}
    coroutine_functions: dict[str, str] = {}
    aliases: dict[str, str] = {}
    class_: tuple[TypeRow, ...] = msgspec.field(name="class", default=())


class LibraryShelf(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is known of the names that begin with one first name: `aliases` leads to canonical names, also those on other shelves."""

    functions: dict[str, str] = {}
    coroutine_functions: dict[str, str] = {}
    aliases: dict[str, str] = {}
    classes: dict[str, TypeRow] = {}


class Archive(msgspec.Struct, frozen=True):
    """The compiled file. Shelves are kept as bytes, to be decoded when asked for."""

    blocking: dict[str, bytes]
    libraries: dict[str, bytes]
    patterns: bytes
    offload: bytes
