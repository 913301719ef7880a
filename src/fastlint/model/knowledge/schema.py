"""The shape of blocking.toml: what may stand in a row, and how rows are kept in the compiled file.

The sheet is what a person writes in TOML; an unknown field there is an error. The shelves are what is loaded: one for
each first name of a qualified name (`sqlalchemy`, `time`), so that only libraries that a project uses are decoded.
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
    exit_severity: Severity | None = None
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
    """A glob over qualified names of classes or, with `callables`, functions; `on_class`: class methods block too."""

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
