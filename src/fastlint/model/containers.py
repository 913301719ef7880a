"""What containers hold, and what they, awaitables and context managers give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Comprehension, Sequence
from fastlint.model.nodes import ClassNode
from fastlint.model.types import UNKNOWN, AwaitableOf, ContextOf, FunctionRef, Instance, TupleOf, union

if TYPE_CHECKING:
    from fastlint.facts.records import Dict
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.types import Env, Types

_MAPPINGS = frozenset(
    {
        "builtins.dict",
        "typing.Mapping",
        "typing.MutableMapping",
        "typing.DefaultDict",
        "collections.abc.Mapping",
        "collections.abc.MutableMapping",
        "collections.defaultdict",
        "collections.OrderedDict",
        "typing.OrderedDict",
    }
)
# So many objects that iterate another one are followed.
_DEEPEST = 6
_SCALARS = frozenset({"builtins.str", "builtins.bytes", "builtins.int", "builtins.float", "builtins.bool"})


# So many items of a list or tuple are looked at.
_MOST_ITEMS = 8
_LONGEST_TUPLE = 20
# So many values of a dict are looked at: one more than may be told apart, so that a long table of handlers is unknown.
_MOST_VALUES = 13
_STR: Types = (Instance("builtins.str"),)


def display(inference: Inference, expr: Sequence | Dict | Comprehension, scope: Scope, env: Env) -> Types:
    """What a literal of a container, or a comprehension, is, and what it holds."""
    if isinstance(expr, Sequence):
        if expr.kind == "tuple":
            return (TupleOf(tuple(inference.of(item, scope, env) for item in expr.items[:_LONGEST_TUPLE])),)
        held = union(*(inference.of(item, scope, env) for item in expr.items[:_MOST_ITEMS]))
        return (Instance(f"builtins.{expr.kind}", (held,)),)
    if isinstance(expr, Comprehension):
        name = "typing.Generator" if expr.kind == "generator" else f"builtins.{expr.kind}"
        item = inference.of(expr.element, scope, env)
        return (Instance(name, (_STR, item) if expr.kind == "dict" else (item,)),)
    pairs = zip(expr.keys[:_MOST_VALUES], expr.values[:_MOST_VALUES], strict=True)
    held = union(*(inference.of(value, scope, env) for key, value in pairs if key is not None))
    return (Instance("builtins.dict", (_STR, held)),)


def await_(inference: Inference, types: Types) -> Types:
    """What `await value` gives."""
    found: Types = UNKNOWN
    for one in types:
        if isinstance(one, AwaitableOf):
            found = union(found, one.value)
        elif isinstance(one, Instance) and isinstance(one.cls, str):
            found = union(found, inference.libraries.awaited(one))
    return found


def elements(inference: Inference, types: Types, depth: int = 0) -> Types:
    """What iterating gives."""
    found: Types = UNKNOWN
    if depth > _DEEPEST:
        return found
    for one in types:
        match one:
            case TupleOf(items=items):
                found = union(found, *items)
            case Instance(cls=str() as cls, args=args) if cls not in _SCALARS:
                known = inference.libraries.iterated(one)
                if known:
                    found = union(found, known)
                elif args:
                    found = union(found, args[0])
            case Instance(cls=ClassNode() as cls):
                for name, step in (("__aiter__", "__anext__"), ("__iter__", "__next__")):
                    given = _called(inference, one, cls, name)
                    if any(isinstance(made, Instance) and made.cls is cls for made in given):  # it iterates itself
                        found = union(found, _called(inference, one, cls, step))
                    else:
                        found = union(found, elements(inference, given, depth + 1))
            case _:
                pass
    return found


def _called(inference: Inference, one: Instance, cls: ClassNode, name: str) -> Types:
    """What a method of an object of the project gives, awaited."""
    method = inference.members.method(cls, name)
    if method is None:
        return UNKNOWN
    return _awaited(inference.returns(FunctionRef(method, one, inference.class_env(one))))


def entered(inference: Inference, types: Types) -> Types:
    """What `with value as x` gives `x`."""
    found: Types = UNKNOWN
    for one in types:
        match one:
            case ContextOf(value=value):
                found = union(found, value)
            case AwaitableOf(value=value):
                found = union(found, entered(inference, value))
            case Instance(cls=str()):
                given = inference.libraries.entered(one)
                if given is None or any(isinstance(value, Instance) and value.cls == one.cls for value in given):
                    given = (one,)  # what enters itself keeps its origin
                found = union(found, given)
            case Instance(cls=ClassNode() as cls):
                found = union(found, _entered_class(inference, one, cls))
            case _:
                pass
    return found


def _entered_class(inference: Inference, one: Instance, cls: ClassNode) -> Types:
    for name in ("__aenter__", "__enter__"):
        method = inference.members.method(cls, name)
        if method is not None:
            return _awaited(inference.returns(FunctionRef(method, one, inference.class_env(one)))) or (one,)
    return (one,) if inference.members.external_bases(cls) else UNKNOWN


def _awaited(types: Types) -> Types:
    return union(*(one.value if isinstance(one, AwaitableOf) else (one,) for one in types))


def unpack(inference: Inference, types: Types, place: int | None) -> Types:
    """What `value[place]` gives; None stands for a key that isn't a literal index."""
    found: Types = UNKNOWN
    for one in types:
        match one:
            case TupleOf(items=items):
                if place is None:
                    found = union(found, *items)
                elif -1 < place < len(items):
                    found = union(found, items[place])
            case Instance(cls=cls, args=args) if cls in _MAPPINGS:
                found = union(found, args[1] if len(args) > 1 else UNKNOWN)
            case Instance(cls=str() as cls, args=args) if cls not in _SCALARS:
                found = union(found, inference.libraries.subscripted(one) or (args[0] if args else UNKNOWN))
            case _:
                pass
    return found
