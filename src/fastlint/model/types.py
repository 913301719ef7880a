"""What a value may be, as far as source tells: light types. No type means: unknown, and then rules are silent."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec

if TYPE_CHECKING:  # these are never written or read by msgspec, which would need the names at run time
    from fastlint.model.nodes import ClassNode, FunctionNode, Module  # noqa: TC004

# What is known of parameters (function, name) and of type variables (None, name).
Env: TypeAlias = "tuple[tuple[tuple[FunctionNode | None, str], Types], ...]"


class Instance(msgspec.Struct, frozen=True, cache_hash=True):
    """An object of a class: of the project, or of a library by canonical name (`sqlalchemy.orm.Session`).

    `args` are type arguments; `origin` is the place of the constructor call, where it is known: two instances of
    one origin are the same object as far as source tells.
    """

    cls: ClassNode | str
    args: tuple[Types, ...] = ()
    origin: tuple[str, int] | None = None


class ClassRef(msgspec.Struct, frozen=True, cache_hash=True):
    """A class of the project as a value."""

    cls: ClassNode
    args: tuple[Types, ...] = ()


class External(msgspec.Struct, frozen=True, cache_hash=True):
    """A module, function or class of a library, by canonical dotted name."""

    name: str


class FunctionRef(msgspec.Struct, frozen=True, cache_hash=True):
    """A function of the project as a value; `bound` is its receiver, `env` what is known of enclosing parameters."""

    node: FunctionNode
    bound: Instance | ClassRef | None = None
    env: Env = ()


class MethodRef(msgspec.Struct, frozen=True, cache_hash=True):
    """A method (or attribute chain) of an object of a library: `openai.OpenAI`, `chat.completions.create`."""

    owner: str
    path: str
    receiver: Instance | None = None


class ModuleRef(msgspec.Struct, frozen=True, cache_hash=True):
    """A module of the project, or the path of a namespace folder, as a value."""

    module: Module | str


class AwaitableOf(msgspec.Struct, frozen=True, cache_hash=True):
    """Something to be awaited; `call` says which coroutine function made it."""

    value: Types
    call: FunctionRef | MethodRef | External | None = None


class ContextOf(msgspec.Struct, frozen=True, cache_hash=True):
    """A context manager that gives `value`; sync or async alike."""

    value: Types


class PartialOf(msgspec.Struct, frozen=True, cache_hash=True):
    """`functools.partial(func, …)` or another wrapper that is called like `func`."""

    func: Type


class TupleOf(msgspec.Struct, frozen=True, cache_hash=True):
    """A tuple of known length."""

    items: tuple[Types, ...]


Type: TypeAlias = (
    "Instance | ClassRef | External | FunctionRef | MethodRef | ModuleRef | AwaitableOf | ContextOf | PartialOf"
    " | TupleOf"
)
Types: TypeAlias = "tuple[Type, ...]"

UNKNOWN: Types = ()
# One of several alternatives that is not known, while others are: what source chooses among by a setting.
ANOTHER = Instance("builtins.object")
# Beyond this many alternatives a value counts as unknown: a thousand-way dispatch must not blow up.
MOST = 12


def union(*alternatives: Types) -> Types:
    """All alternatives, each once, in order; unknown where there are too many."""
    if len(alternatives) == 1 and len(alternatives[0]) <= 1:  # mostly
        return alternatives[0]
    found: dict[Type, None] = {}
    for types in alternatives:
        for one in types:
            found[one] = None
    return tuple(found) if len(found) <= MOST else UNKNOWN


def qualified(kind: Type) -> str | None:
    """The dotted name of what a class, function or instance's class is called, for messages and look-ups."""
    match kind:
        case Instance(cls=str() as name) | External(name=name):
            return name
        case Instance(cls=cls) | ClassRef(cls=cls):
            return cls.qualname  # type: ignore[union-attr]
        case FunctionRef(node=node):
            return node.qualname
        case MethodRef(owner=owner, path=path):
            return f"{owner}.{path}"
        case _:
            return None


def owner_and_method(func: Type) -> tuple[str, str]:
    """The class or module of what a library defines, and its name there; empty for other things."""
    match func:
        case MethodRef(owner=owner, path=path):
            return owner, path
        case External(name=name):
            owner, _, method = name.rpartition(".")
            return owner, method
        case _:
            return "", ""
