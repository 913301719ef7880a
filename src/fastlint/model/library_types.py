"""Library knowledge in the terms of the inference: the text types of `knowledge.libraries` to and from `Types`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.model.knowledge import libraries, typestrings
from fastlint.model.nodes import ClassNode
from fastlint.model.types import UNKNOWN, AwaitableOf, ClassRef, External, Instance, MethodRef, TupleOf

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastlint.model.knowledge.libraries import ReturnType
    from fastlint.model.types import Type, Types

_DEEPEST = 5


class LibraryTypes:
    """Asks what libraries' functions, methods and attributes give; project classes may stand in type arguments."""

    def __init__(self) -> None:
        self._classes: dict[str, ClassNode] = {}
        self._typed: dict[str, Types] = {}
        self._texted: dict[tuple[str, tuple[Types, ...]], str] = {}
        self._returns: dict[str, tuple[ReturnType | None, bool]] = {}
        self._methods: dict[tuple[str, str], tuple[ReturnType | None, bool]] = {}
        self._attributes: dict[tuple[str, str], Types] = {}
        self._coroutine_functions: dict[str, bool] = {}
        self._coroutines: dict[tuple[str, str], bool] = {}

    # -- text to types and back

    def text(self, one: Type, depth: int = 0) -> str:
        """A type as text; "" where it has none."""
        match one:
            case Instance(cls=str() as name, args=args):
                if not args:
                    return name
                if depth:
                    return typestrings.build(name, self._texts(args, depth)) if depth < _DEEPEST else name
                known = self._texted.get((name, args))
                if known is None:
                    known = self._texted[name, args] = typestrings.build(name, self._texts(args, 0))
                return known
            case Instance(cls=ClassNode() as cls):
                return self._project(cls)
            case ClassRef(cls=cls):
                return f"type[{self._project(cls)}]"
            case External(name=name):
                return f"type[{name}]"
            case AwaitableOf(value=value) if len(value) == 1 and depth < _DEEPEST:
                return typestrings.build("collections.abc.Awaitable", (self.text(value[0], depth + 1),))
            case TupleOf(items=items) if depth < _DEEPEST:
                return typestrings.build("tuple", self._texts(items, depth))
            case _:
                return ""

    def _texts(self, args: tuple[Types, ...], depth: int) -> tuple[str, ...]:
        return tuple(self.text(one[0], depth + 1) if len(one) == 1 else "" for one in args)

    def _project(self, cls: ClassNode) -> str:
        self._classes[cls.qualname] = cls
        return cls.qualname

    def typed(self, text: str) -> Types:
        """A text type as types; unknown for "" and None."""
        if not text or text == "None":
            return UNKNOWN
        found = self._typed.get(text)
        if found is None:
            found = self._typed[text] = self._parse(text)
        return found

    def _parse(self, text: str) -> Types:
        name, arguments = typestrings.parse(text)
        if name == "type" and arguments:
            inner = self._classes.get(arguments[0])
            return (ClassRef(inner),) if inner is not None else (External(arguments[0]),)
        args = tuple(self.typed(one) for one in arguments)
        if name in ("tuple", "builtins.tuple") and arguments and arguments[-1] != "...":
            return (TupleOf(args),)
        if name in ("list", "dict", "set", "tuple", "str", "bytes", "int", "float", "bool"):
            name = f"builtins.{name}"
        cls = self._classes.get(name)
        return (Instance(cls if cls is not None else name, args),)

    # -- questions

    def called(self, name: str, arguments: Callable[[], tuple[Type | None, ...]]) -> ReturnType | None:
        """What calling a library's function or class gives; `arguments` is asked only where it matters."""
        found = self._returns.get(name)
        if found is None:
            plain = libraries.returns(name)
            found = self._returns[name] = (plain, plain is not None and plain.by_arguments)
        return libraries.returns(name, self._arguments(arguments())) if found[1] else found[0]

    def method(
        self, owner: Instance | str, path: str, arguments: Callable[[], tuple[Type | None, ...]] = tuple
    ) -> ReturnType | None:
        """What calling a method of a library's object gives; for a chain the attributes in it are followed."""
        text = owner if isinstance(owner, str) else self.text(owner)
        found = self._methods.get((text, path))
        if found is None:
            plain = self._method(text, path, ())
            found = self._methods[text, path] = (plain, plain is not None and plain.by_arguments)
        return self._method(text, path, self._arguments(arguments())) if found[1] else found[0]

    def _method(self, text: str, path: str, arguments: tuple[str, ...]) -> ReturnType | None:
        *attributes, method = path.split(".")
        for name in attributes:
            inner = libraries.attribute(text, name)
            if inner is None:
                return None
            text = inner
        return libraries.method_returns(text, method, arguments)

    def _arguments(self, arguments: tuple[Type | None, ...]) -> tuple[str, ...]:
        return tuple(self.text(one) if one is not None else "" for one in arguments)

    def result(self, known: ReturnType, origin: tuple[str, int] | None, call: MethodRef | External | None) -> Types:
        """A known return as types: instances with their origin, coroutines as awaitables."""
        types = self.typed(known.type)
        if known.awaitable:
            return (AwaitableOf(types, call),)
        if origin is None:
            return types
        return tuple(Instance(one.cls, one.args, origin) if isinstance(one, Instance) else one for one in types)

    def is_coroutine(self, owner: str, path: str) -> bool:
        """Whether a method is known to be a coroutine function."""
        found = self._coroutines.get((owner, path))
        if found is None:
            found = self._coroutines[owner, path] = self._is_coroutine(owner, path)
        return found

    def _is_coroutine(self, owner: str, path: str) -> bool:
        *attributes, method = path.split(".")
        for name in attributes:
            inner = libraries.attribute(owner, name)
            if inner is None:
                return False
            owner = inner
        return bool(libraries.is_coroutine(owner, method))

    def is_coroutine_function(self, name: str) -> bool:
        """Whether a function is known to be a coroutine function."""
        found = self._coroutine_functions.get(name)
        if found is None:
            found = self._coroutine_functions[name] = bool(libraries.is_coroutine_function(name))
        return found

    def attribute(self, owner: Instance, name: str) -> Types:
        """What an attribute of a library's object is; unknown for methods and what isn't known."""
        key = (self.text(owner), name)
        known = self._attributes.get(key)
        if known is None:
            found = libraries.attribute(*key)
            known = self._attributes[key] = self.typed(found) if found else UNKNOWN
        return known

    def has(self, base: str, name: str) -> bool | None:
        """Whether a library's class has the method or attribute; None where that isn't known."""
        if libraries.attribute(base, name) is not None:
            return True
        if libraries.method_returns(base, name) is not None or libraries.is_coroutine(base, name) is not None:
            return True
        return None

    def bases(self, name: str) -> tuple[str, ...]:
        """The library classes that a library's class inherits from."""
        return libraries.bases(name)

    def entered(self, owner: Instance) -> Types | None:
        """What entering gives; None where that isn't known."""
        text = self.text(owner)
        found = libraries.entered(text) or libraries.entered(text, is_async=True)
        return self.typed(found) if found else None

    def iterated(self, owner: Instance) -> Types:
        """What iterating gives."""
        text = self.text(owner)
        found = libraries.iterated(text) or libraries.iterated(text, is_async=True)
        return self.typed(found) if found else UNKNOWN

    def awaited(self, owner: Instance) -> Types:
        """What awaiting an object that is itself awaitable gives."""
        found = libraries.awaited(self.text(owner))
        return self.typed(found) if found else UNKNOWN

    def subscripted(self, owner: Instance) -> Types:
        """What `x[…]` gives."""
        found = libraries.subscripted(self.text(owner))
        return self.typed(found) if found else UNKNOWN
