"""How long what a call makes lives: for the request, or beyond it. Where source doesn't tell, it counts as kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Assign, Await, Call, Name, Return, Subscript
from fastlint.model.edges import runs_once
from fastlint.model.expressions import last, names_in, receiver
from fastlint.model.types import ClassRef, External

if TYPE_CHECKING:
    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.reached import Way
    from fastlint.model.scan import Site

_CLOSES = frozenset({"close", "aclose", "dispose"})
_ENTERS = frozenset({"enter_context", "enter_async_context"})
_ENTERING = frozenset({"__enter__", "__aenter__"})
_KEEPS = frozenset({"set", "set_cache", "setdefault", "append", "add", "update", "put", "setattr"})


def ends_with_request(inference: Inference, site: Site, way: Way) -> bool:
    """Whether what a call in request code makes is seen to end with the request, or to belong to what does."""
    if site.block.deferred:
        return False
    if runs_once(site.block):  # once for each object that keeps it
        return _is_kept_by_self(site, way.node) and _object_ends(inference, way)
    if site.use == "with":
        return True
    statement = site.statement
    value = statement.value if isinstance(statement, (Assign, Return)) else None
    if isinstance(value, Await):
        value = value.value
    if value is not site.call:
        return _is_chained(site, way.node) or _is_entered(site, way.node)
    if isinstance(statement, Return):
        return _dies_with_caller(way) or (way.parent is not None and _caller_forgets(way))
    target = statement.targets[0] if isinstance(statement, Assign) and len(statement.targets) == 1 else None
    if not isinstance(target, Name):
        return False
    if "." in target.id:
        if way.node.name in _ENTERING:
            return _is_made_for_with(inference, way)
        return way.node.name == "__init__" and _caller_forgets(way)
    return _local_ends(inference, target.id, site, way.node)


def _is_kept_by_self(site: Site, node: FunctionNode) -> bool:
    """Whether a method puts what a call makes into an attribute of its object."""
    statement = site.statement
    if not isinstance(statement, Assign) or statement.value is not site.call or node.record.decorators:
        return False
    target = statement.targets[0]
    return isinstance(target, Name) and _is_self(target.id.rpartition(".")[0], node)


def _is_self(name: str, node: FunctionNode) -> bool:
    return node.owner is not None and bool(node.record.params) and name == node.record.params[0].name


def _object_ends(inference: Inference, way: Way) -> bool:
    """Whether the object of a method, or of the method that calls it on itself, is a local of a caller's."""
    here: Way | None = way
    while here is not None and here.parent is not None and here.edge is not None and here.edge.site is not None:
        owner, caller = receiver(here.edge.site.call.func), here.parent.node
        if isinstance(owner, Name) and _is_self(owner.id, caller):
            here = here.parent
            continue
        if isinstance(owner, Name):
            bindings = caller.scan.bindings.get(owner.id, [])
            outlives = owner.id in caller.scan.globals or is_kept(owner.id, caller) or returns(owner.id, caller)
            owner = bindings[0].value if len(bindings) == 1 and not outlives else None
        return _makes_object(inference, owner, caller)
    return False


def _makes_object(inference: Inference, expr: Expr | None, node: FunctionNode) -> bool:
    return isinstance(expr, Call) and any(isinstance(one, ClassRef) for one in inference.of(expr.func, node))


def _is_made_for_with(inference: Inference, way: Way) -> bool:
    """Whether the object that a method enters is made right there: `with Shop() as shop:`."""
    if way.parent is None or way.edge is None:
        return False
    caller = way.parent.node
    return any(
        item.value.start == way.edge.start and _makes_object(inference, item.value, caller)
        for statement, _ in caller.scan.withs
        for item in statement.items
    )


def _local_ends(inference: Inference, name: str, site: Site, node: FunctionNode) -> bool:
    """Whether a local is closed or entered here, or only called and given to libraries."""
    if name in node.scan.globals or name in node.scan.nonlocals or is_kept(name, node):
        return False
    if any(_is_name(item.value, name) for statement, _ in node.scan.withs for item in statement.items):
        return True
    used = [one for one in node.scan.calls if one is not site and mentions(one.call, name)]
    if any(_is_name(receiver(one.call.func), name) and last(one.call.func) in _CLOSES for one in used):
        return True
    return not returns(name, node) and all(
        _is_name(receiver(one.call.func), name)
        or any(isinstance(func, External) for func in inference.of(one.call.func, node))
        for one in used
    )


def _dies_with_caller(way: Way) -> bool:
    """Whether what a function returns is a dependency's value, or is entered right where the function is called."""
    if way.parent is None:
        return way.root.kind == "dependency"
    return way.edge is not None and way.edge.site is not None and way.edge.site.use == "with"


def _caller_forgets(way: Way) -> bool:
    """Whether the object whose `__init__` this is lives in a local variable or a dependency only."""
    edge = way.edge
    if way.parent is None or edge is None or edge.site is None:
        return way.root.kind == "dependency"
    statement = edge.site.statement
    if isinstance(statement, Return):
        return _dies_with_caller(way.parent) or (way.parent.parent is not None and _caller_forgets(way.parent))
    if isinstance(statement, Assign) and statement.value is edge.site.call and isinstance(statement.targets[0], Name):
        name = statement.targets[0].id
        node = way.parent.node
        return "." not in name and name not in node.scan.globals and not is_kept(name, node) and not returns(name, node)
    return edge.site.use == "with" or _is_chained(edge.site, way.parent.node)


def _is_chained(site: Site, node: FunctionNode) -> bool:
    """Whether a method is called right on the new object: `Client().get(…)`."""
    return any(receiver(one.call.func) is site.call for one in node.scan.calls)


def _is_entered(site: Site, node: FunctionNode) -> bool:
    """Whether it is given to an exit stack that a `with` of the same function opens."""
    for one in node.scan.calls:
        if last(one.call.func) in _ENTERS and any(given is site.call for given in one.call.args):
            stack = receiver(one.call.func)
            return isinstance(stack, Name) and any(
                isinstance(item.target, Name) and item.target.id == stack.id
                for statement, _ in node.scan.withs
                for item in statement.items
            )
    return False


def is_kept(name: str, node: FunctionNode) -> bool:
    """Whether a local is stored where it outlives the function: an attribute, an item, a cache's `set(key, name)`."""
    for statement, _ in node.scan.assigns:
        kept = any(isinstance(one, Subscript) or (isinstance(one, Name) and "." in one.id) for one in statement.targets)
        if kept and statement.value is not None and any(one.id == name for one in names_in(statement.value)):
            return True
    return any(last(one.call.func) in _KEEPS and gives(one.call, name) for one in node.scan.calls)


def returns(name: str, node: FunctionNode) -> bool:
    """Whether a function gives a local, or something made of it, to its caller."""
    exprs = [one.value for one in node.scan.returns] + [one.value for one, _ in node.scan.yields]
    return any(expr is not None and any(one.id == name for one in names_in(expr)) for expr in exprs)


def gives(call: Call, name: str) -> bool:
    """Whether a local is among what a call is given."""
    values = (*call.args, *(one.value for one in call.keywords))
    return any(one.id == name for value in values for one in names_in(value))


def mentions(call: Call, name: str) -> bool:
    """Whether a call is made on a local, or given it."""
    return _is_name(receiver(call.func), name) or gives(call, name)


def _is_name(expr: Expr | None, name: str) -> bool:
    if isinstance(expr, Await):
        expr = expr.value
    return isinstance(expr, Name) and expr.id == name
