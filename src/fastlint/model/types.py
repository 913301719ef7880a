"""What a value may be, as far as source tells: light types. No type means: unknown, and then rules are silent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from fastlint.model.nodes import ClassNode, FunctionNode, Module

Env: TypeAlias = "tuple[tuple[str, Types], ...]"


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a class: of the project, or of a library by canonical name (`sqlalchemy.orm.Session`).

    `args` are type arguments; `origin` is the place of the constructor call, where it is known: two instances of
    one origin are the same object as far as source tells.
    """

    cls: ClassNode | str
    args: tuple[Types, ...] = ()
    origin: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class ClassRef:
    """A class of the project as a value."""

    cls: ClassNode
    args: tuple[Types, ...] = ()


@dataclass(frozen=True, slots=True)
class External:
    """A module, function or class of a library, by canonical dotted name."""

    name: str


@dataclass(frozen=True, slots=True)
class FunctionRef:
    """A function of the project as a value; `bound` is its receiver, `env` what is known of enclosing parameters."""

    node: FunctionNode
    bound: Instance | ClassRef | None = None
    env: Env = ()


@dataclass(frozen=True, slots=True)
class MethodRef:
    """A method (or attribute chain) of an object of a library: `openai.OpenAI`, `chat.completions.create`."""

    owner: str
    path: str
    receiver: Instance | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ModuleRef:
    """A module of the project, or the path of a namespace folder, as a value."""

    module: Module | str


@dataclass(frozen=True, slots=True)
class AwaitableOf:
    """Something to be awaited; `call` says which coroutine function made it."""

    value: Types
    call: FunctionRef | MethodRef | External | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ContextOf:
    """A context manager that gives `value`; sync or async alike."""

    value: Types


@dataclass(frozen=True, slots=True)
class PartialOf:
    """`functools.partial(func, …)` or another wrapper that is called like `func`."""

    func: Type


@dataclass(frozen=True, slots=True)
class TupleOf:
    """A tuple of known length."""

    items: tuple[Types, ...]


Type: TypeAlias = (
    "Instance | ClassRef | External | FunctionRef | MethodRef | ModuleRef | AwaitableOf | ContextOf | PartialOf | TupleOf"
)
Types: TypeAlias = "tuple[Type, ...]"

UNKNOWN: Types = ()
# Beyond this many alternatives a value counts as unknown: a thousand-way dispatch must not blow up.
MOST = 12


def union(*alternatives: Types) -> Types:
    """All alternatives, each once, in order; unknown where there are too many."""
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
