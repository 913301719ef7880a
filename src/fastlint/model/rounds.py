"""The rounds of loops over literals, and what each of them gives the names in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import (
    Attribute,
    Call,
    Comprehension,
    Constant,
    Dict,
    For,
    FString,
    Keyword,
    Name,
    Operation,
    Sequence,
    Starred,
    Subscript,
)
from fastlint.model.discovery import found_modules
from fastlint.model.expressions import inside
from fastlint.model.nodes import ClassNode
from fastlint.model.stand_ins import arguments, stand_in
from fastlint.model.types import ClassRef, FunctionRef, MethodRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.scan import Block, Site
    from fastlint.model.stand_ins import Given, Written

_MOST = 100  # rounds of a loop


def rounds(site: Site, scope: Scope, given: Given, inference: Inference) -> Iterator[Given]:
    """What each round of the loops around a call gives the names in it; `given` alone where there is no such loop."""
    loops: list[tuple[Expr, Expr]] = []
    block = site.block
    while block.parent is not None:
        owner = block.owner
        if isinstance(owner, For) and block.kind == "for":
            loops.insert(0, (owner.target, owner.iter))
        elif isinstance(owner, Comprehension):
            loops[:0] = [(one.target, one.iter) for one in owner.clauses]
        block = block.parent
    yield from _turns(loops, given, site.call, scope, inference)


def loop_around(site: Site) -> int | None:
    """The innermost loop that a call stands in, as a key; None where it stands in none."""
    block: Block | None = site.block
    while block is not None:
        if block.kind == "for":
            return id(block.owner)
        block = block.parent
    return None


def _turns(
    loops: list[tuple[Expr, Expr]], given: Given, call: Call, scope: Scope, inference: Inference
) -> Iterator[Given]:
    if not loops:
        yield given
        return
    (target, iterated), *inner = loops
    names = _made_of({*_names(target)}, scope)
    useful = any(_speaks_of(one, names) for one in (*_parts(call), *(iterated for _, iterated in inner)))
    items = _items(iterated, scope, given, inference)[:_MOST] if useful else []
    turns = [found for one, where in items if (found := _bound(target, _by_name(one, where, inference), where))]
    for turn in turns or [{}]:
        yield from _turns(inner, {**given, **turn} if turn else given, call, scope, inference)


def _made_of(names: set[str], scope: Scope) -> set[str]:
    """The names with those that are worked out of them: `module = import_module(f"routers.{name}")`."""
    more = {
        name
        for name, bound in scope.scan.bindings.items()
        if any(one.value is not None and one.block.looped and _speaks_of(one.value, names) for one in bound)
    }
    return names if more <= names else _made_of(names | more, scope)


def _items(expr: Expr, scope: Scope, given: Given, inference: Inference) -> list[Written]:
    """The items of a literal that an expression iterates: of a list, tuple or set, of a dict and its views."""
    found = stand_in(expr, given)
    if found is not None:
        expr, scope = found
    if modules := found_modules(expr, scope, given, inference):
        return modules
    match expr:
        case Call(func=Attribute(value=Dict() as inner, attr="items" | "values" | "keys" as view), args=()):
            return _held(inner, scope, view)
        case Call(func=Name(id="enumerate"), args=(inner, *_)):
            return [
                (Sequence("tuple", (Constant(str(place), one.start, one.size), one), one.start, one.size), where)
                for place, (one, where) in enumerate(_items(inner, scope, given, inference))
            ]
        case Call(func=Name(id="zip"), args=(first, second)):
            pairs = zip(_items(first, scope, given, inference), _items(second, scope, given, inference), strict=False)
            return [
                (Sequence("tuple", (one, other), one.start, one.size), where)
                for (one, where), (other, elsewhere) in pairs
                if where is elsewhere
            ]
        case Call(func=Name(id=name), args=()) if name.endswith((".items", ".values", ".keys")):
            owner, _, method = name.rpartition(".")
            values = inference.origins(Name(owner, expr.start, len(owner)), scope)
            return next((_held(one, where, method) for one, where in values if isinstance(one, Dict)), [])
        case Call(func=Name(id="list" | "tuple" | "sorted" | "reversed"), args=(inner,)):
            return _items(inner, scope, given, inference)
        case Call(func=func, args=args) if args and (chained := _chained(func, args, scope, given, inference)):
            return chained
    return _listed(expr, scope, given, inference)


def _listed(expr: Expr, scope: Scope, given: Given, inference: Inference) -> list[Written]:
    """The items of a list that is written down, put together, or given back by a function; keys of a dict."""
    for value, where in inference.origins(expr, scope):
        match value:
            case Sequence(items=items):
                each = (*items, *_appended(value, where))
                return [held for one in each for held in _each(one, where, given, inference)]
            case Operation(op="+", operands=parts):
                return [held for one in parts for held in _items(one, where, given, inference)]
            case Call():
                back = _given_back(value, where, inference)
                return [held for one, inner, told in back for held in _items(one, inner, told, inference)]
            case Dict():
                return _held(value, where, "keys")
            case Comprehension(element=element, clauses=(clause,)):
                turns = [_bound(clause.target, *one) for one in _items(clause.iter, where, given, inference)]
                return [held for turn in turns if (held := stand_in(element, turn)) is not None]
    return []


def _held(value: Dict, scope: Scope, view: str) -> list[Written]:
    pairs = [(key, held) for key, held in zip(value.keys, value.values, strict=True) if key is not None]
    if view == "items":
        return [(Sequence("tuple", (key, held), key.start, held.end - key.start), scope) for key, held in pairs]
    return [(held if view == "values" else key, scope) for key, held in pairs]


def _each(item: Expr, scope: Scope, given: Given, inference: Inference) -> list[Written]:
    """An item of a list, or those of the list that stands starred in its place."""
    return _items(item.value, scope, given, inference) if isinstance(item, Starred) else [(item, scope)]


def _chained(func: Expr, args: tuple[Expr, ...], scope: Scope, given: Given, inference: Inference) -> list[Written]:
    """The items of the lists that `itertools.chain` puts in a row, or of those in the list that it is given."""
    names = {
        f"{one.owner}.{one.path}" if isinstance(one, MethodRef) else getattr(one, "name", "")
        for one in (inference.of(func, scope) if isinstance(func, Name) and "chain" in func.id else ())
    }
    if names == {"itertools.chain"}:
        lists = [(one, scope) for one in args]
    elif names == {"itertools.chain.from_iterable"}:
        lists = _items(args[0], scope, given, inference)
    else:
        return []
    return [held for one, where in lists for held in _items(one, where, given, inference)]


def _given_back(call: Call, scope: Scope, inference: Inference) -> Iterator[tuple[Expr, Scope, Given]]:
    """What the `return`s of a function of the project say, and what it is told.

    Calls of others are left out, within lists those that are given something: such a function may call itself.
    """
    for one in inference.of(call.func, scope):
        if isinstance(one, FunctionRef):
            told = arguments(one.node, call, scope)
            if one.node.is_generator and not one.node.is_async:
                yielded = tuple(each.value for each, _ in one.node.scan.yields if each.value is not None)
                yield Sequence("list", yielded, call.start, call.size), one.node, told
                continue
            for returned in one.node.scan.returns:
                value = returned.value
                if value is None or isinstance(value, Call):
                    continue
                if not any(isinstance(part, Call) and part.args for part in inside(value)):
                    yield value, one.node, told


def _appended(value: Sequence, scope: Scope) -> Iterator[Expr]:
    """What is appended, where a list is made, to the name that it is bound to."""
    names = [name for name, bound in scope.scan.bindings.items() if any(one.value is value for one in bound)]
    for site in scope.scan.calls if names else ():
        match site.call:
            case Call(func=Name(id=func), args=(one,)) if func in [f"{name}.append" for name in names]:
                yield one


def _by_name(value: Expr, scope: Scope, inference: Inference) -> Expr:
    """`Entry(users.router, "/users")` with the names of the class's fields, or of its `__init__`'s parameters."""
    if not isinstance(value, Call) or not value.args or any(isinstance(one, Starred) for one in value.args):
        return value
    for one in inference.of(value.func, scope):
        if isinstance(one, ClassRef) and isinstance(one.cls, ClassNode):
            init = one.cls.methods.get("__init__")
            names = [*init.params][1:] if init is not None else _fields(one.cls)
            named = (
                Keyword(name, given, given.start, given.end) for name, given in zip(names, value.args, strict=False)
            )
            return Call(value.func, (), (*named, *value.keywords), value.start, value.end)
    return value


def _fields(cls: ClassNode) -> list[str]:
    """The annotated names in the body of a class, in order."""
    return [
        target.id
        for statement, _ in cls.scan.assigns
        if statement.annotation is not None
        for target in statement.targets
        if isinstance(target, Name)
    ]


def _bound(target: Expr, value: Expr, scope: Scope) -> dict[str, Written]:
    match target, value:
        case Name(id=name), _:
            return {name: (value, scope)}
        case Sequence(items=targets), Sequence(items=items) if len(targets) == len(items):
            found: dict[str, Written] = {}
            for one, item in zip(targets, items, strict=True):
                found.update(_bound(one, item, scope))
            return found
        case Sequence(items=targets), Call(args=(), keywords=keywords) if len(targets) == len(keywords):
            fields = Sequence("tuple", tuple(one.value for one in keywords), value.start, value.size)
            return _bound(target, fields, scope)
        case _:
            return {}


def _names(target: Expr) -> Iterator[str]:
    if isinstance(target, Name):
        yield target.id
    elif isinstance(target, Sequence):
        for one in target.items:
            yield from _names(one)


def _parts(call: Call) -> Iterator[Expr]:
    yield call.func
    yield from call.args
    yield from (one.value for one in call.keywords)


def _speaks_of(expr: Expr, names: set[str]) -> bool:
    match expr:
        case Name(id=dotted):
            return dotted.partition(".")[0] in names
        case Attribute(value=value) | Subscript(value=value):
            return _speaks_of(value, names)
        case FString(parts=parts) | Operation(operands=parts) | Sequence(items=parts):
            return any(_speaks_of(one, names) for one in parts)
        case Call():
            return any(_speaks_of(one, names) for one in _parts(expr))
        case _:
            return False
