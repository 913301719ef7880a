"""Routers that classes make in `__init__`: with what prefix an object has its own, and which routes are not on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Attribute, Call, Name, Str
from fastlint.model.calling import keyword
from fastlint.model.expressions import receiver
from fastlint.model.nodes import ClassNode, FunctionNode
from fastlint.model.plain import Plain
from fastlint.model.stand_ins import arguments, passed_on, stand_in
from fastlint.model.types import ClassRef

if TYPE_CHECKING:
    from fastlint.facts.records import Expr
    from fastlint.model.constants import Constants
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.routers import Router
    from fastlint.model.stand_ins import Given

_FACTORY = ("default_factory", "factory")  # of a field


class Holder(Plain, frozen=True):
    """The object whose router is meant: of which class, and the call that makes it, in `scope`."""

    cls: ClassNode
    call: Call
    scope: Scope


class Constructed:
    """Looks at what makes the objects that hold routers."""

    def __init__(self, inference: Inference, constants: Constants) -> None:
        self._inference = inference
        self._constants = constants

    def holder(self, child: Expr, scope: Scope, router: Router, given: Given) -> Holder | None:
        """What holds the router that `Users(…).router`, or a name's attribute, means; None where another thing does.

        `Users(…).get_router()` gives the router of the same object, if it gives one that such objects make.
        """
        owner = _owner(router)
        if owner is None:
            return None
        held = _held_by(child)
        if held is None:
            return None
        written = given[held.id] if isinstance(held, Name) and held.id in given else (held, scope)
        found = [
            Holder(one.cls, value, where)
            for value, where in self._inference.origins(*written)
            if isinstance(value, Call)
            for one in self._inference.of(*(stand_in(value.func, given) or (value.func, where)))
            if isinstance(one, ClassRef) and isinstance(one.cls, ClassNode)
        ]
        is_one = len(found) == 1 and owner in self._inference.members.mro(found[0].cls)
        return found[0] if is_one else None

    def prefix(self, holder: Holder, router: Router, given: Given) -> str | None:
        """The prefix of the router that an object has; None where its class says it for all of them."""
        option = router.option("prefix")
        if option is None or isinstance(option[0], Str):
            return None
        expr, scope = option
        if isinstance(expr, Name) and expr.id.startswith("self."):
            value = self._of_class(holder.cls, expr.id.removeprefix("self."))
            return self._constants.text(*value) if value is not None else None
        return self._constants.text(expr, scope, passed_on(self._given(holder, router), given))

    def _of_class(self, cls: ClassNode, name: str) -> tuple[Expr, Scope] | None:
        for one in self._inference.members.mro(cls):
            bindings = one.scan.bindings.get(name, ()) if isinstance(one, ClassNode) else ()
            if bindings and isinstance(one, ClassNode):
                value = bindings[-1].value
                return (value, one) if value is not None else None
        return None

    def _given(self, holder: Holder, router: Router) -> Given:
        """What the `__init__` that makes the router is given, be it by that of a subclass."""
        maker = router.scope
        init = self._inference.members.method(holder.cls, "__init__")
        if init is None or not isinstance(maker, FunctionNode):
            return {}
        given = arguments(init, holder.call, holder.scope)
        if init is maker:
            return given
        for site in init.scan.calls:
            match site.call.func:
                case Attribute(value=Call(func=Name(id="super")), attr="__init__"):
                    return passed_on(arguments(maker, site.call, init), given)
        return {}

    def strangers(self, holder: Holder, router: Router) -> frozenset[ClassNode | FunctionNode]:
        """The classes and methods that register on such a router of another object, and not on this one."""
        owner = _owner(router)
        if owner is None:
            return frozenset()
        members = self._inference.members
        own = [one for one in members.mro(holder.cls) if isinstance(one, ClassNode)]
        family = frozenset[ClassNode | FunctionNode](members.subclasses(owner, renamed=True)).difference(own)
        return family | {
            method
            for place, cls in enumerate(own)
            for name, method in cls.methods.items()
            if any(name in nearer.methods for nearer in own[:place]) and not _leads_up(own[:place], name)
        }


def _held_by(child: Expr) -> Expr | None:
    """The object of which a router is an attribute, or what a method gives."""
    named = child.func if isinstance(child, Call) else child
    return receiver(named) if isinstance(named, (Name, Attribute)) else None


def _owner(router: Router) -> ClassNode | None:
    """The class each object of which makes such a router: in `__init__`, or as the default of a field."""
    maker = router.scope
    if isinstance(maker, ClassNode):
        return maker if any(keyword(router.call, name) is not None for name in _FACTORY) else None
    return maker.owner if isinstance(maker, FunctionNode) and maker.name == "__init__" else None


def _leads_up(nearer: list[ClassNode], name: str) -> bool:
    """Whether a method that overrides others calls them."""
    return any(
        isinstance(site.call.func, Attribute) and site.call.func.attr == name
        for cls in nearer
        if name in cls.methods
        for site in cls.methods[name].scan.calls
    )
