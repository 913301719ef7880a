"""Rows out of mypy's classes and functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mypy.nodes import Decorator, FuncDef, OverloadedFuncDef, SymbolNode, TypeInfo, Var
from mypy.types import CallableType, Instance, Overloaded, ProperType, Type, get_proper_type

from knowledge.render import Renderer

if TYPE_CHECKING:
    from knowledge.naming import Names

SPECIAL = {
    "__iter__": "item",
    "__aiter__": "async_item",
    "__enter__": "enter",
    "__aenter__": "async_enter",
    "__await__": "awaited",
    "__call__": "call",
    "__getitem__": "subscript",
    "__truediv__": "divided",
}
WAITING = {"typing.Coroutine", "typing.Awaitable", "typing.AwaitableGenerator"}
# Methods in redis.commands that give objects to go on with, instead of sending a command.
REDIS_PLAIN = {"bf", "cf", "cms", "topk", "tdigest", "json", "ft", "ts", "graph", "vset", "register_script", "bitfield"}


class Describer:
    """Turns nodes into rows."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._render = Renderer(names.canonical)

    def function(self, node: SymbolNode) -> tuple[bool, str]:
        """Whether calling a function gives an awaitable, and what it (or awaiting it) gives."""
        signatures = callables(node)
        awaitable, text = self._result(signatures, None, None, method=False)
        return awaitable or (not signatures and is_async_def(node)), text

    def cls(self, info: TypeInfo, described: set[str]) -> dict[str, Any]:
        """The row of a class: what it defines itself or inherits from bases that have no row."""
        row: dict[str, Any] = {
            "parameters": [self._render.parameter(variable) for variable in info.defn.type_vars],
            "bases": self._bases(info, described),
            "methods": {},
            "coroutines": {},
            "attributes": {},
        }
        seen: set[str] = set()
        for base in info.mro:
            if base.fullname == "builtins.object":
                continue
            for name, entry in base.names.items():
                own = base is info or base.fullname not in described
                if name not in seen and "-" not in name and own and entry.node is not None:
                    self._member(info, base, name, entry.node, row)
                seen.add(name)
        row["complete"] = not any(base.fallback_to_any for base in info.mro)
        row["plain"] = sorted(name for name, text in row["methods"].items() if text in {"", "None"})
        row["methods"] = {name: text for name, text in row["methods"].items() if text not in {"", "None"}}
        return {key: value for key, value in row.items() if value}

    def _bases(self, info: TypeInfo, described: set[str]) -> list[str]:
        """Bases with a row, and those that a project could import."""
        found = [base.fullname for base in info.mro[1:] if base.fullname in self._names.canonical]
        return [
            name
            for full in found
            for name in (self._names.canonical[full],)
            if full != "builtins.object" and (full in described or not self._names.borrowed(name, full))
        ]

    def _member(self, info: TypeInfo, base: TypeInfo, name: str, node: SymbolNode, row: dict[str, Any]) -> None:
        """Add one attribute or method to a row."""
        if isinstance(node, Var) or is_property(node):
            type_ = node.type if isinstance(node, Var) else property_type(node)
            text = self._render.type(type_, info, base)
            if text not in {"", "None"} and not name.startswith("_"):
                row["attributes"][name] = text
            return
        signatures = callables(node)
        if name in SPECIAL:
            self._special(SPECIAL[name], signatures, info, base, row)
        elif not name.startswith("_") and isinstance(node, (FuncDef, Decorator, OverloadedFuncDef)):
            awaitable, text = self._result(signatures, info, base, method=not is_static(node))
            awaitable = awaitable or (not signatures and is_async_def(node))
            if base.fullname.startswith("redis.commands."):
                awaitable, text = redis_command(info, name, text, is_async=is_async_def(node))
            row["coroutines" if awaitable else "methods"][name] = text

    def _special(
        self, field: str, signatures: list[CallableType], info: TypeInfo, base: TypeInfo, row: dict[str, Any]
    ) -> None:
        """What a dunder method tells."""
        texts = [self._render.type(unwrapped(field, one), info, base, one, method=True) for one in signatures]
        text = texts[0] if len(set(texts)) == 1 or (texts and field == "subscript") else ""
        waiting = field == "call" and any(is_waiting(get_proper_type(one.ret_type)) for one in signatures)
        if text and text != "None" and not waiting:
            row[field] = text

    def _result(
        self, signatures: list[CallableType], info: TypeInfo | None, base: TypeInfo | None, *, method: bool
    ) -> tuple[bool, str]:
        """Whether a call gives an awaitable, and what it (or awaiting it) gives where the overloads agree on that."""
        awaitable, texts = False, []
        for signature in signatures:
            returned = get_proper_type(signature.ret_type)
            if isinstance(returned, Instance) and is_waiting(returned):
                awaitable = True
                returned = get_proper_type(returned.args[-1])
            texts.append(self._render.type(returned, info, base, signature, method=method))
        heads = {text.partition("[")[0].removesuffix(" | None") for text in texts}
        if len(heads) != 1:
            return awaitable, ""
        return awaitable, next((text for text in texts if text.endswith("| None")), texts[0])


def is_waiting(type_: ProperType) -> bool:
    """Whether a call that gives this must be awaited."""
    return isinstance(type_, Instance) and type_.type.fullname in WAITING


def redis_command(info: TypeInfo, name: str, text: str, *, is_async: bool) -> tuple[bool, str]:
    """Commands are shared by both clients: coroutines on the asynchronous ones, queued commands on pipelines."""
    if name in REDIS_PLAIN or name.endswith("_iter"):
        return False, text
    if info.name.endswith("Pipeline"):
        return (True, text) if is_async else (False, "Self")
    return info.fullname.startswith("redis.asyncio"), text


def callables(node: SymbolNode) -> list[CallableType]:
    """The signatures of a function, overloads one by one."""
    type_: Type | None = None
    if isinstance(node, Decorator):
        type_ = node.var.type or node.func.type
    elif isinstance(node, (FuncDef, OverloadedFuncDef)):
        type_ = node.type
    proper = get_proper_type(type_)
    if isinstance(proper, CallableType):
        return [proper]
    return list(proper.items) if isinstance(proper, Overloaded) else []


def is_async_def(node: SymbolNode) -> bool:
    """Whether the definition itself, without what its annotations say, is a coroutine function."""
    function = node.func if isinstance(node, Decorator) else node
    return isinstance(function, FuncDef) and function.is_coroutine and not function.is_async_generator


def first_definition(node: SymbolNode) -> object:
    """The getter of a property with a setter, the first of overloads, or the definition itself."""
    return node.items[0] if isinstance(node, OverloadedFuncDef) and node.items else node


def is_property(node: SymbolNode) -> bool:
    """Whether a definition is a property."""
    getter = first_definition(node)
    return isinstance(getter, Decorator) and getter.func.is_property


def property_type(node: SymbolNode) -> Type | None:
    """The type of a property's value."""
    getter = first_definition(node)
    function = getter.func.type if isinstance(getter, Decorator) else None
    return function.ret_type if isinstance(function, CallableType) else None


def is_static(node: SymbolNode) -> bool:
    """Whether a method takes no `self`."""
    inner = first_definition(node)
    function = inner.func if isinstance(inner, Decorator) else inner
    return isinstance(function, FuncDef) and function.is_static


def unwrapped(field: str, signature: CallableType) -> Type:
    """The interesting part of what a dunder method returns."""
    returned = get_proper_type(signature.ret_type)
    if not isinstance(returned, Instance) or not returned.args:
        return returned
    name = returned.type.fullname
    if (field == "async_enter" and name in WAITING) or (field == "awaited" and name.endswith(("Generator", "routine"))):
        return returned.args[-1]
    if field in {"item", "async_item"} and name.endswith(("Iterator", "Generator")):
        return returned.args[0]
    return returned
