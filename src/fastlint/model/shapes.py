"""What annotations say in full: unlike the types of values, with `None`, `Any`, unions and type arguments kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from fastlint.facts.records import Attribute, Call, Constant, Name, Operation, Str, Subscript
from fastlint.model.annotations import spelled
from fastlint.model.nodes import ClassNode
from fastlint.model.plain import Plain
from fastlint.model.types import ClassRef, External, Instance

if TYPE_CHECKING:
    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope

ShapeKind: TypeAlias = Literal[
    "class",
    "mapping",
    "collection",
    "tuple",
    "stream",
    "union",
    "annotated",
    "any",
    "variable",
    "none",
    "never",
    "unknown",
]

_ANY = frozenset({"typing.Any", "builtins.object"})
_NONE = frozenset({"builtins.None", "types.NoneType"})
_NEVER = frozenset({"typing.NoReturn", "typing.Never"})
_MAPPINGS = frozenset(
    {
        "builtins.dict",
        "collections.OrderedDict",
        "collections.defaultdict",
        "collections.Counter",
        "typing.DefaultDict",
        "typing.OrderedDict",
        "typing.Counter",
        *(f"{home}.{name}" for home in ("typing", "collections.abc") for name in ("Mapping", "MutableMapping")),
    }
)
_COLLECTIONS = frozenset(
    {
        "builtins.list",
        "builtins.set",
        "builtins.frozenset",
        "collections.deque",
        "typing.Deque",
        *(
            f"{home}.{name}"
            for home in ("typing", "collections.abc")
            for name in ("Sequence", "MutableSequence", "Collection", "Set", "AbstractSet", "MutableSet")
        ),
    }
)
_STREAMS = frozenset(
    f"{home}.{name}"
    for home in ("typing", "collections.abc")
    for name in ("Iterable", "Iterator", "Generator", "AsyncIterable", "AsyncIterator", "AsyncGenerator")
)
_TRANSPARENT = frozenset(
    {"typing.Final", "typing.ClassVar", "typing.Required", "typing.NotRequired", "sqlalchemy.orm.Mapped"}
)
_DEEPEST = 16


_KINDS: tuple[tuple[ShapeKind, frozenset[str]], ...] = (
    ("any", _ANY),
    ("none", _NONE),
    ("never", _NEVER),
    ("mapping", _MAPPINGS),
    ("collection", _COLLECTIONS),
    ("tuple", frozenset({"builtins.tuple"})),
    ("stream", _STREAMS),
)


class Shape(Plain, frozen=True):
    """One annotation, evaluated.

    Attributes:
        kind: `stream` is an `Iterable`, `Iterator`, `Generator` or an async one; `variable` an unbound TypeVar.
        cls: the class of kind `class` (and the generic of containers): of the project, or a library's by name.
        args: type arguments, alternatives of a union, or what is inside `Annotated`.
    """

    kind: ShapeKind
    cls: ClassNode | str = ""
    args: tuple[Shape, ...] = ()

    @property
    def plain(self) -> Shape:
        """Itself without `Annotated` around it."""
        return self.args[0].plain if self.kind == "annotated" else self

    @property
    def alternatives(self) -> tuple[Shape, ...]:
        """The members of a union, flattened; a shape that is none stands alone."""
        plain = self.plain
        if plain.kind != "union":
            return (plain,)
        return tuple(inner for one in plain.args for inner in one.alternatives)

    @property
    def present(self) -> tuple[Shape, ...]:
        """The alternatives without `None`."""
        return tuple(one for one in self.alternatives if one.kind != "none")

    @property
    def vacuous(self) -> bool:
        """Whether it admits anything: `Any`, `dict`, `dict[str, Any]`, and lists or optionals of these.

        A mapping to anything more telling is not; nor is a union with it.
        """
        plain = self.plain
        if plain.kind in ("any", "variable"):
            return True
        if plain.kind in ("mapping", "collection"):
            return plain.item is None or plain.item.vacuous
        if plain.kind == "tuple":
            return all(one.vacuous for one in plain.args)
        return plain.kind == "union" and bool(plain.present) and all(one.vacuous for one in plain.present)

    @property
    def classes(self) -> frozenset[ClassNode | str]:
        """All classes in it, at any depth."""
        own: frozenset[ClassNode | str] = frozenset({self.cls} if self.kind == "class" else ())
        return own.union(*(one.classes for one in self.args))

    @property
    def known(self) -> bool:
        """Whether all of it could be evaluated; metadata in `Annotated` is not looked at, so with it it is not."""
        return self.kind not in ("unknown", "annotated", "variable") and all(one.known for one in self.args)

    @property
    def telling(self) -> bool:
        """Whether something in it says which fields go out: a class that isn't built in, or the unknown."""
        if self.kind == "class":
            return not (isinstance(self.cls, str) and self.cls.startswith(("builtins.", "typing.")))
        return self.kind == "unknown" or any(one.telling for one in self.args)

    @property
    def item(self) -> Shape | None:
        """What a collection or stream holds, or the value type of a mapping; None where it is not said."""
        place = 1 if self.kind == "mapping" else 0
        return self.args[place] if len(self.args) > place else None


_UNKNOWN = Shape("unknown")


class Shapes:
    """Evaluates annotations to shapes."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._known: dict[tuple[int, Scope], tuple[Expr, Shape]] = {}

    def of(self, expr: Expr, scope: Scope) -> Shape:
        """The shape of an annotation (or of another expression used as a type) that stands in `scope`."""
        known = self._known.get((id(expr), scope))
        if known is None:  # with its shape the expression is kept, or its identity could be another's
            known = self._known[id(expr), scope] = expr, self._of(expr, scope, 0)
        return known[1]

    def _of(self, expr: Expr, scope: Scope, depth: int) -> Shape:
        if depth > _DEEPEST:
            return _UNKNOWN
        match expr:
            case Constant(text="None"):
                return Shape("none")
            case Str():
                inner = self._inference.parsed(expr, scope)
                return self._of(inner, scope, depth + 1) if inner is not None else _UNKNOWN
            case Operation(op="|", operands=operands):
                return Shape("union", "", tuple(self._of(one, scope, depth + 1) for one in operands))
            case Subscript(value=value, items=items):
                return self._subscript(self._of(value, scope, depth + 1), items, scope, depth)
            case Name() | Attribute():
                return self._named(expr, scope, depth)
            case Call():
                return self._value(expr, scope)
            case _:
                return _UNKNOWN

    def _named(self, expr: Name | Attribute, scope: Scope, depth: int) -> Shape:
        """A name: an alias is what it stands for, anything else what it is."""
        origins = [(value, where) for value, where in self._inference.origins(expr, scope) if value is not expr]
        if len(origins) == 1 and isinstance(origins[0][0], (Subscript, Operation, Str)):
            return self._of(*origins[0], depth + 1)
        return self._value(expr, scope)

    def _value(self, expr: Expr, scope: Scope) -> Shape:
        found = self._inference.of(expr, scope)
        if len(found) != 1:
            return _UNKNOWN
        match found[0]:
            case ClassRef(cls=cls):
                return Shape("class", cls)
            case External(name=name):
                return _external(spelled(name))
            case Instance(cls="typing.TypeVar", origin=origin) if origin is not None and not isinstance(
                scope, ClassNode
            ):
                bound = self._inference.type_variables.get(origin)
                if bound is not None:
                    return self.of(*bound)
                made = self._inference.constructed.get(origin)
                # timid: what a variable is constrained to (`TypeVar("T", A, B)`) isn't followed
                constrained = made is None or len(made[0].args) > 1
                return _UNKNOWN if constrained else Shape("variable")
            case _:
                return _UNKNOWN

    def _subscript(self, base: Shape, items: tuple[Expr, ...], scope: Scope, depth: int) -> Shape:
        # timid: arguments of a generic alias (`Page[Item]` with `Page = list[T]`) aren't followed
        if base.kind in ("unknown", "union", "variable") or base.args:
            return _UNKNOWN
        name = base.cls
        if name == "typing.Literal":
            return base
        args = tuple(
            self._of(one, scope, depth + 1) for one in items if not (isinstance(one, Constant) and one.text == "...")
        )
        if name == "typing.Annotated":
            return Shape("annotated", "", args[:1])
        if name in ("typing.Optional", "typing.Union"):
            return Shape("union", "", (*args, Shape("none")) if name == "typing.Optional" else args)
        if name in _TRANSPARENT:
            return args[0] if args else _UNKNOWN
        kind: ShapeKind = (
            "collection" if base.kind == "tuple" and len(args) < len(items) else base.kind
        )  # `tuple[X, ...]`
        return Shape(kind, base.cls, args)


def _external(name: str) -> Shape:
    return Shape(next((kind for kind, names in _KINDS if name in names), "class"), name)
