"""The shape of libraries.toml and generated.toml."""

from __future__ import annotations

import msgspec

from fastlint.model.knowledge.schema import Row


class TypeRow(Row, frozen=True, kw_only=True):
    """What is known of a class.

    Types are written as in Python with qualified names: `list[httpx.Response]`, `X | None`, `Self`, a parameter of the
    class (`T`), `@0` for what the first argument names or is, `@0.0` and `T.0` for the first type argument of that,
    `@*` for a tuple of all arguments. The method "*" stands for all that aren't listed.

    Attributes:
        parameters: names of the type parameters, `T=default` with a default.
        bases: bases in the order of method resolution, near ones first (all of them, or the direct ones).
        methods: plain methods and what they return, "" if unknown.
        plain: plain methods of which nothing is known but that they are.
        coroutines: coroutine methods and what awaiting them gives.
        attributes: types of attributes and properties.
        item, async_item: what `for` and `async for` over an instance give.
        enter, async_enter: what `with` and `async with` bind.
        awaited: what `await instance` gives.
        call: what calling an instance gives.
        class_argument: the keyword of the constructor that names the first type argument (`class_` of sessionmaker).
        subscript: what `instance[…]` gives; divided: what `instance / …` gives.
        other_attributes: the type of any attribute not listed.
        deep_coroutines: last names of coroutine methods reached through attributes (`client.chat.completions.create`).
        complete: whether every public method is listed.
    """

    name: str
    aliases: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    methods: dict[str, str] = msgspec.field(default_factory=dict)
    plain: tuple[str, ...] = ()
    coroutines: dict[str, str] = msgspec.field(default_factory=dict)
    attributes: dict[str, str] = msgspec.field(default_factory=dict)
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
    deep_coroutines: tuple[str, ...] = ()
    complete: bool = False


class LibrarySheet(Row, frozen=True, kw_only=True):
    """libraries.toml and generated.toml."""

    functions: dict[str, str] = msgspec.field(default_factory=dict)
    coroutine_functions: dict[str, str] = msgspec.field(default_factory=dict)
    aliases: dict[str, str] = msgspec.field(default_factory=dict)
    class_: tuple[TypeRow, ...] = msgspec.field(name="class", default=())


class LibraryShelf(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is known of names that begin alike; `aliases` lead to canonical names, also to those on other shelves."""

    functions: dict[str, str] = msgspec.field(default_factory=dict)
    coroutine_functions: dict[str, str] = msgspec.field(default_factory=dict)
    aliases: dict[str, str] = msgspec.field(default_factory=dict)
    classes: dict[str, TypeRow] = msgspec.field(default_factory=dict)
