"""Types of mypy's, written as the data files write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.maptype import map_instance_to_supertype
from mypy.types import (
    AnyType,
    CallableType,
    Instance,
    LiteralType,
    NoneType,
    ProperType,
    TupleType,
    Type,
    TypeType,
    TypeVarLikeType,
    TypeVarType,
    UnionType,
    get_proper_type,
)
from mypy.typevars import fill_typevars

if TYPE_CHECKING:
    from mypy.nodes import TypeInfo

_ABSTRACT = """
    Iterable Iterator Generator Reversible Sequence MutableSequence Mapping MutableMapping Collection Container
    MutableSet AsyncIterable AsyncIterator AsyncGenerator Awaitable Coroutine KeysView ItemsView ValuesView
"""
TYPING = {name: f"collections.abc.{name}" for name in _ABSTRACT.split()} | {"AbstractSet": "collections.abc.Set"}
# Written as another class, with that many of its type arguments (from the first, from the last if negative).
PLAIN = {
    "contextlib._GeneratorContextManager": ("contextlib.AbstractContextManager", 1),
    "contextlib._AsyncGeneratorContextManager": ("contextlib.AbstractAsyncContextManager", 1),
    "contextlib.AbstractContextManager": ("contextlib.AbstractContextManager", 1),
    "contextlib.AbstractAsyncContextManager": ("contextlib.AbstractAsyncContextManager", 1),
    "_collections_abc.dict_keys": ("collections.abc.KeysView", 1),
    "_collections_abc.dict_values": ("collections.abc.ValuesView", -1),
    "_collections_abc.dict_items": ("collections.abc.ItemsView", 2),
}
DEPTH = 3


class Renderer:
    """Writes types by canonical names; what can't be told is ""."""

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def parameter(self, variable: TypeVarLikeType) -> str:
        """A type parameter, with its default."""
        default = get_proper_type(variable.default)
        text = "" if isinstance(default, AnyType) else self._write(default, {}, 0)
        return f"{_letter(variable)}={text}" if text else _letter(variable)

    def type(
        self,
        type_: Type | None,
        info: TypeInfo | None,
        base: TypeInfo | None,
        signature: CallableType | None = None,
        *,
        method: bool = False,
    ) -> str:
        """How the type reads from `info`, which may have inherited it from `base`."""
        if type_ is None:
            return ""
        values = self._inherited(info, base) if info is not None and base is not None else {}
        if signature is not None:
            values |= _bound(signature, 1 if method else 0)
        return self._write(get_proper_type(type_), values, 0)

    def _inherited(self, info: TypeInfo, base: TypeInfo) -> dict[str, str]:
        """The values of the type parameters of `base` in `info`."""
        own = fill_typevars(info)
        values = {_key(variable): _letter(variable) for variable in info.defn.type_vars}
        if info is base or not isinstance(own, Instance):
            return values
        arguments = map_instance_to_supertype(own, base).args
        inherited = {
            _key(variable): self._write(get_proper_type(argument), values, 1)
            for variable, argument in zip(base.defn.type_vars, arguments, strict=False)
        }
        return values | inherited

    def _write(self, type_: ProperType, values: dict[str, str], depth: int) -> str:
        match type_:
            case NoneType():
                text = "None"
            case LiteralType():
                text = self._instance(type_.fallback, values, depth)
            case UnionType():
                text = self._union(type_, values, depth)
            case TypeVarType():
                text = "Self" if type_.name == "Self" or type_.id.is_self() else values.get(_key(type_), "")
            case TypeType():
                inner = self._write(get_proper_type(type_.item), values, depth + 1)
                text = f"type[{inner}]" if inner else "type"
            case TupleType():
                text = self._tuple(type_, values, depth)
            case Instance():
                text = self._instance(type_, values, depth)
            case _:
                text = ""
        return text

    def _union(self, type_: UnionType, values: dict[str, str], depth: int) -> str:
        members = [get_proper_type(item) for item in type_.items]
        others = [member for member in members if not isinstance(member, NoneType)]
        texts = {self._write(member, values, depth) for member in others}
        text = texts.pop() if len(texts) == 1 else ""
        return f"{text} | None" if text and len(others) < len(members) else text

    def _tuple(self, type_: TupleType, values: dict[str, str], depth: int) -> str:
        if type_.partial_fallback.type.fullname != "builtins.tuple":
            return self._instance(type_.partial_fallback, values, depth)
        items = [self._write(get_proper_type(item), values, depth + 1) for item in type_.items]
        return f"tuple[{', '.join(items)}]" if items and all(items) else "tuple"

    def _instance(self, type_: Instance, values: dict[str, str], depth: int) -> str:
        full = type_.type.fullname
        if full == "builtins.object":
            return ""
        module, _, name = full.rpartition(".")
        written = TYPING[name] if module == "typing" and name in TYPING else self._names.get(full, full)
        text, kept = PLAIN.get(full, (written.removeprefix("builtins."), len(type_.args)))
        if depth >= DEPTH or not type_.args:
            return text
        chosen = type_.args[:kept] if kept > 0 else type_.args[kept:]
        arguments = [self._write(get_proper_type(argument), values, depth + 1) for argument in chosen]
        if text == "tuple":
            arguments.append("...")
        return f"{text}[{', '.join(arguments)}]" if arguments and all(arguments) else text


def _letter(variable: TypeVarLikeType) -> str:
    return variable.name.strip("_").removesuffix("_co") or "T"


def _key(variable: TypeVarLikeType) -> str:
    return f"{variable.id}{variable.name}"


def _bound(signature: CallableType, skip: int) -> dict[str, str]:
    """Type variables of a function that an argument binds: `@0` for the first after `self`."""
    values: dict[str, str] = {}
    for own in signature.arg_types[:skip]:
        proper = get_proper_type(own)
        inner = get_proper_type(proper.item) if isinstance(proper, TypeType) else proper
        if isinstance(inner, TypeVarType):
            values[_key(inner)] = "Self"
    for index, argument in enumerate(signature.arg_types[skip:]):
        proper = get_proper_type(argument)
        for option in proper.items if isinstance(proper, UnionType) else [proper]:
            _bind(get_proper_type(option), index, values)
    return values


def _bind(option: ProperType, index: int, values: dict[str, str]) -> None:
    inner = get_proper_type(option.item) if isinstance(option, TypeType) else option
    if isinstance(inner, TypeVarType):
        values.setdefault(_key(inner), f"@{index}")
    elif isinstance(inner, Instance):
        # A coroutine is given as the awaitable that it is.
        parts = inner.args[-1:] if inner.type.fullname == "typing.Coroutine" else inner.args
        for place, part in enumerate(parts):
            proper = get_proper_type(part)
            if isinstance(proper, TypeVarType):
                values.setdefault(_key(proper), f"@{index}.{place}")
