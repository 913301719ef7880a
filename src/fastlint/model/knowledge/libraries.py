"""What is known of external libraries' types: a little, for the inference of types in the linted project.

    canonical("fastapi.Request")                                   # "starlette.requests.Request"
    returns("sqlalchemy.orm.sessionmaker").type                  # "sqlalchemy.orm.sessionmaker[sqlalchemy.orm.Session]"
    method_returns("sqlalchemy.orm.sessionmaker[app.MySession]", "__call__").type      # "app.MySession"
    method_returns("sqlalchemy.ext.asyncio.AsyncSession", "execute", ("sqlalchemy.Select[app.User]",))
    is_coroutine("sqlalchemy.ext.asyncio.AsyncSession", "commit")  # True; None when not known
    bases("sqlmodel.Session"), is_subclass("sqlmodel.Session", "sqlalchemy.orm.Session")
    entered(t), entered(t, is_async=True), iterated(t), awaited(t), attribute(t, name), subscripted(t)

Types are strings as one would write them with qualified names: `list[httpx.Response]`. A class object, as an argument,
is `type[app.User]`, a coroutine `collections.abc.Awaitable[X]`. Unknown is None, and an unknown type argument is left
out with its brackets. Names may be spelled as imported or canonically; answers are canonical. Classes of the project
are not known
here: ask by the library class that they inherit from.

Sources: libraries.toml (by hand), generated.toml (introspection of installed releases), blocking.toml (what its rows
tell of types).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import msgspec

from fastlint.model.knowledge import store, typestrings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fastlint.model.knowledge.type_rows import TypeRow


class ReturnType(msgspec.Struct, frozen=True):
    """What a call gives.

    Attributes:
        type: the type, after `await` if `awaitable`; "" if not known (then at least `awaitable` is).
        awaitable: whether the call gives a coroutine, of which `type` is the result.
        optional: whether it may be None as well.
        class_argument: the keyword argument that names the first type argument (`class_` of sessionmaker), or "".
        by_arguments: whether the type hangs on the types of the arguments (and may be less exact without them).
    """

    type: str
    awaitable: bool = False
    optional: bool = False
    class_argument: str = ""
    by_arguments: bool = False

    @property
    def name(self) -> str:
        """The class without type arguments."""
        return typestrings.parse(self.type)[0]

    @property
    def arguments(self) -> tuple[str, ...]:
        """The type arguments."""
        return typestrings.parse(self.type)[1]

    @property
    def item(self) -> str | None:
        """What iterating it gives."""
        return iterated(self.type) or iterated(self.type, is_async=True)

    @property
    def value(self) -> str | None:
        """What `with` or `async with` binds."""
        return entered(self.type) or entered(self.type, is_async=True)


# --- names ---


@cache
def canonical(qualified: str) -> str:
    """The one name for all importable spellings of a class or function; itself when unknown, type arguments kept."""
    name, bracket, rest = qualified.removeprefix("builtins.").partition("[")
    return store.library_shelf(name.partition(".")[0]).aliases.get(name, name) + bracket + rest


def importable(qualified: str) -> str:
    """`canonical`, for values: what is a builtin by another name (`asyncio.TimeoutError`) is called `builtins.…`."""
    name = canonical(qualified)
    return name if "." in name or qualified == name else f"builtins.{name}"


@cache
def _row(type_name: str) -> TypeRow | None:
    name = canonical(type_name.partition("[")[0])
    return store.library_shelf(name.partition(".")[0]).classes.get(name)


def is_class(qualified: str) -> bool:
    """Whether the name is that of a class which is known here."""
    return _row(qualified) is not None


def bases(qualified: str) -> tuple[str, ...]:
    """The known bases of a class, near ones first, without the class and `object`."""
    row = _row(qualified)
    return () if row is None else row.bases


def is_subclass(name: str, base: str) -> bool:
    """Whether the class `name` is `base` or inherits from it."""
    wanted = canonical(base.partition("[")[0])
    return canonical(name.partition("[")[0]) == wanted or wanted in bases(name)


def _rows(type_name: str) -> Iterator[TypeRow]:
    """The row of a class and those of its bases."""
    row = _row(type_name)
    if row is None:
        return
    yield row
    for base in row.bases:
        inherited = _row(base)
        if inherited is not None:
            yield inherited


# --- calls ---


def returns(qualified: str, arguments: Sequence[str] = ()) -> ReturnType | None:
    """What calling the function, class or class method gives; `arguments` are the types of the positional arguments."""
    name = canonical(qualified)
    shelf = store.library_shelf(name.partition(".")[0])
    if len(arguments) > 1 and f"{name}(*)" in shelf.functions:
        return _returned(shelf.functions[f"{name}(*)"], _placeholders(arguments), awaitable=False)
    if name in shelf.functions:
        return _returned(shelf.functions[name], _placeholders(arguments), awaitable=False)
    if name in shelf.coroutine_functions:
        return _returned(shelf.coroutine_functions[name], _placeholders(arguments), awaitable=True)
    row = shelf.classes.get(name)
    if row is not None:
        return ReturnType(_with_defaults(row), class_argument=row.class_argument)
    owner, _, method = name.rpartition(".")
    return method_returns(owner, method, arguments) if _row(owner) is not None else None


def method_returns(type_name: str, method: str, arguments: Sequence[str] = ()) -> ReturnType | None:
    """What calling `method` on an instance of the class gives; `__call__` is a call of the instance itself."""
    values = _values(type_name) | _placeholders(arguments)
    plain = False
    for row in _rows(type_name):
        text = row.call if method == "__call__" else row.methods.get(method)
        if text is not None and (text or method != "__call__"):
            return _returned(text, values, awaitable=False)
        if method in row.coroutines and not plain:
            return _returned(row.coroutines[method], values, awaitable=True)
        plain = plain or method in row.plain
    return ReturnType("") if plain else _catch_all(type_name, method, values)


def _catch_all(type_name: str, method: str, values: dict[str, str]) -> ReturnType | None:
    if method.startswith("_"):
        return None
    for row in _rows(type_name):
        if "*" in row.methods:
            return _returned(row.methods["*"], values, awaitable=False)
    return None


def is_coroutine(type_name: str, method: str) -> bool | None:
    """Whether `method` of the class is a coroutine function; None if not known."""
    head, dot, rest = method.partition(".")
    if dot:
        return _is_deep_coroutine(type_name, head, rest)
    for row in _rows(type_name):
        if method in row.coroutines:
            return True
        if method in row.methods or method in row.plain:
            return False
    return None


def _is_deep_coroutine(type_name: str, head: str, rest: str) -> bool | None:
    """The same through attributes (`chat.completions.create` of openai.AsyncOpenAI)."""
    type_ = attribute(type_name, head)
    found = is_coroutine(type_, rest) if type_ is not None else None
    if found is None and any(rest.rpartition(".")[2] in row.deep_coroutines for row in _rows(type_name)):
        return True
    return found


def is_coroutine_function(qualified: str) -> bool | None:
    """Whether the function, or method of a class, is a coroutine function; None if not known."""
    name = canonical(qualified)
    shelf = store.library_shelf(name.partition(".")[0])
    if name in shelf.coroutine_functions:
        return True
    if name in shelf.functions or name in shelf.classes:
        return False
    owner, _, method = name.rpartition(".")
    return is_coroutine(owner, method) if owner else None


# --- other ways to get at a value ---


def entered(type_name: str, *, is_async: bool = False) -> str | None:
    """What `with x as y` (`async with`) binds to y."""
    return _first(type_name, "async_enter" if is_async else "enter")


def iterated(type_name: str, *, is_async: bool = False) -> str | None:
    """What `for y in x` (`async for`) binds to y."""
    return _first(type_name, "async_item" if is_async else "item")


def awaited(type_name: str) -> str | None:
    """What `await x` gives for an object that is awaitable; of coroutines, `ReturnType` tells."""
    return _first(type_name, "awaited")


def subscripted(type_name: str) -> str | None:
    """What `x[…]` gives."""
    return _first(type_name, "subscript")


def attribute(type_name: str, name: str) -> str | None:
    """The type of an attribute or property."""
    values = _values(type_name)
    for row in _rows(type_name):
        text = row.attributes.get(name) or ("" if name.startswith("_") else row.other_attributes)
        if text and name not in row.methods and name not in row.coroutines and name not in row.plain:
            return typestrings.without_none(typestrings.fill(text, values))[0] or None
    return None


def _first(type_name: str, field: str) -> str | None:
    values = _values(type_name)
    for row in _rows(type_name):
        text: str = getattr(row, field)
        if text:
            return typestrings.without_none(typestrings.fill(text, values))[0] or None
    return None


# --- filling in ---


def _returned(text: str, values: dict[str, str], *, awaitable: bool) -> ReturnType:
    type_, optional = typestrings.without_none(typestrings.fill(text, values))
    row = _row(type_) if type_ else None
    return ReturnType(type_, awaitable, optional, "" if row is None else row.class_argument, "@" in text)


def _values(type_name: str) -> dict[str, str]:
    """The type parameters of a class (of its bases, in the same order) and what stands for them."""
    name, arguments = typestrings.parse(type_name)
    values = {"Self": canonical(type_name)}
    for row in _rows(name):
        for index, parameter in enumerate(row.parameters):
            letter, _, default = parameter.partition("=")
            if letter not in values:
                values[letter] = arguments[index] if index < len(arguments) else default
    return values


def _placeholders(arguments: Sequence[str]) -> dict[str, str]:
    """`@0` for the first argument: the class that it names, else its type; `@*` for a tuple of them all."""
    named = [typestrings.parse(text) for text in arguments]
    values = [
        inner[0] if name == "type" and inner else text for text, (name, inner) in zip(arguments, named, strict=True)
    ]
    places = {f"@{index}": value for index, value in enumerate(values)}
    return places | {"@*": typestrings.build("tuple", tuple(values)) if values and all(values) else ""}


def _with_defaults(row: TypeRow) -> str:
    """A class with its default arguments where these matter: if the constructor can name another."""
    defaults = tuple(parameter.partition("=")[2] for parameter in row.parameters)
    return typestrings.build(row.name, defaults) if row.class_argument else row.name
