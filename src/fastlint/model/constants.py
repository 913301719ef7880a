"""Strings and flags that source fixes: literals, constants, settings defaults, f-strings of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.facts.records import (
    Attribute,
    Call,
    Conditional,
    Constant,
    FString,
    Name,
    Operation,
    Sequence,
    Str,
    Subscript,
)
from fastlint.model.expressions import last
from fastlint.model.nodes import ClassNode, FunctionNode
from fastlint.model.stand_ins import stand_in
from fastlint.model.types import Instance, ModuleRef

if TYPE_CHECKING:
    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.stand_ins import Given

_DEEPEST = 12
_PROPERTIES = frozenset({"builtins.property", "functools.cached_property"})
_FIELD = re.compile(r"(\{\w*\})")
_FIELDS = ("pydantic.BaseModel", "pydantic_settings.BaseSettings", "pydantic.BaseSettings")


class Constants:
    """Evaluates expressions to text as far as source tells."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference

    def text(self, expr: Expr | None, scope: Scope, given: Given | None = None) -> str:
        """The text that an expression gives; a part that source doesn't fix is kept as `{its source?}`.

        `given` tells what the parameters of the function around it were called with.
        """
        return "" if expr is None else self._text(expr, scope, given or {}, 0)

    def known(self, expr: Expr | None, scope: Scope) -> str | None:
        """The text of a string expression, or None where source doesn't fix all of it."""
        if expr is None:
            return None
        found = self._try(expr, scope, {}, 0)
        return None if found is None or "{" in found else found

    def _text(self, expr: Expr, scope: Scope, given: Given, depth: int) -> str:
        found = self._try(expr, scope, given, depth)
        if found is not None:
            return found
        source = " ".join(scope.module.facts.source.text(expr.start, expr.end).split())
        return "{" + (source if source.isprintable() and not {"{", "}"} & {*source} else "…") + "?}"

    def _try(self, expr: Expr, scope: Scope, given: Given, depth: int) -> str | None:  # noqa: C901, PLR0911, PLR0912
        if depth > _DEEPEST:
            return None
        match expr:
            case Str(value=value):
                return value
            case FString(parts=parts):
                return "".join(self._text(part, scope, given, depth + 1) for part in parts)
            case Operation(op="+", operands=operands):
                return "".join(self._text(part, scope, given, depth + 1) for part in operands)
            case Operation(op="or", operands=operands):
                tried = [self._try(one, scope, given, depth + 1) for one in operands]
                return next((one for one in tried if one), None)
            case Conditional(test=test, body=body, orelse=orelse):
                told = self._try(test, scope, given, depth + 1) if isinstance(test, Name) else None
                chosen = (body, orelse) if told is None or "?}" in told else (body,) if told else (orelse,)
                tried = [self._try(one, scope, given, depth + 1) for one in chosen]
                return next((one for one in tried if one), tried[-1])
            case Constant(text="None"):
                return ""
            case Constant(text=text) if text.isdecimal():
                return text
            case Call():
                return self._call(expr, scope, given, depth)
            case Operation(op="%", operands=(template, *values)):
                return self._filled(template, values, scope, given, depth)
            case Name(id=name) if name.rpartition(".")[2] in ("__name__", "__package__"):
                return self._of_module(expr, scope, given)
            case Name() | Subscript() if (meant := stand_in(expr, given)) is not None:
                return self._text(*meant, {}, depth + 1)
            case Name() | Attribute():
                origins = [one for one in self._inference.origins(expr, scope) if one[0] is not expr]
                for origin, where in origins:
                    found = self._try(origin, where, given if where is scope else {}, depth + 1)
                    if found is not None:
                        return found
                member = self._member(expr, scope)
                if member is not None:
                    return self._try(member, scope, given, depth + 1)
                computed = self._property(expr, scope)
                if computed is not None:
                    return self._try(*computed, {}, depth + 1)
                default = _default(expr, scope)
                return self._try(*default, {}, depth + 1) if default is not None else None
            case _:
                return None

    def _call(self, call: Call, scope: Scope, given: Given, depth: int) -> str | None:
        """`Field("/x")`, `Field(default="/x")`, `os.getenv("X", "/x")`, `"/x".rstrip("/")`, `str(x)`."""
        func = call.func
        last = func.id if isinstance(func, Name) else func.attr if isinstance(func, Attribute) else ""
        last = last.rpartition(".")[2]
        if last in ("format", "join"):
            return self._built(func, last, call, scope, given, depth)
        if last in ("rstrip", "lstrip", "strip", "lower", "removesuffix", "removeprefix"):
            base = self._receiver(func, scope, given, depth)
            chars = call.args[0].value if call.args and isinstance(call.args[0], Str) else None
            if base is None:
                return None
            return _changed(base, last, chars)
        default = next((one.value for one in call.keywords if one.name == "default"), None)
        if default is None and last in ("getenv", "get") and len(call.args) > 1:
            default = call.args[1]
        elif default is None and last in ("Field", "str", "cast", "URL", "URLPath") and call.args:
            default = call.args[-1]
        return self._try(default, scope, given, depth + 1) if default is not None else None

    def _of_module(self, expr: Name, scope: Scope, given: Given) -> str | None:
        """`__name__`, `__package__`, or `package.__name__` of a module of the project."""
        head, _, name = expr.id.rpartition(".")
        if not head:
            module = scope.module
            return module.name if expr.id == "__name__" or module.is_package else module.name.rpartition(".")[0]
        place = given.get(head, (Name(head, expr.start, len(head)), scope))
        found = [one.module for one in self._inference.of(*place) if isinstance(one, ModuleRef)]
        if len(found) != 1 or name != "__name__":
            return None
        return found[0].replace("/", ".") if isinstance(found[0], str) else found[0].name

    def _member(self, expr: Name | Attribute, scope: Scope) -> Expr | None:
        """The member of an enumeration whose `.value` an expression is."""
        if not isinstance(expr, Name) or not expr.id.endswith(".value"):
            return None
        owner = expr.id.removesuffix(".value")
        member = Name(owner, expr.start, len(owner))
        types = self._inference.of(Name(owner.rpartition(".")[0], expr.start, expr.size), scope) if "." in owner else ()
        is_enum = any(
            isinstance(getattr(one, "cls", None), ClassNode)
            and self._inference.members.is_subclass(one.cls, "enum.Enum")  # type: ignore[union-attr]
            for one in types
            if not isinstance(one, Instance)
        )
        return member if is_enum else None

    def _property(self, expr: Name | Attribute, scope: Scope) -> tuple[Expr, Scope] | None:
        """What `settings.api` returns, where that is a property of a class of the project with one `return`."""
        head, dot, path = expr.id.partition(".") if isinstance(expr, Name) else ("", "", "")
        if not dot:
            return None
        owner, _, name = path.rpartition(".")
        types = self._inference.lookup.name(head, scope, expr.start, ())
        for one in self._inference.path(types, owner) if owner else types:
            cls = one.cls if isinstance(one, Instance) else None
            node = self._inference.members.method(cls, name) if isinstance(cls, ClassNode) else None
            if node is None or len(node.scan.returns) != 1:
                continue
            if not _PROPERTIES.isdisjoint(self._inference.decorator_names(node)):
                value = node.scan.returns[0].value
                return (value, node) if value is not None else None
        return None

    def _built(self, func: Expr, method: str, call: Call, scope: Scope, given: Given, depth: int) -> str | None:
        """`"/{}/x".format(version)`, `"/".join(["", "api"])`."""
        base = self._receiver(func, scope, given, depth)
        if base is None:
            return None
        if method == "join":
            items = call.args[0].items if call.args and isinstance(call.args[0], Sequence) else None
            return base.join(self._text(one, scope, given, depth + 1) for one in items) if items is not None else None
        placed = [self._text(one, scope, given, depth + 1) for one in call.args]
        named = {one.name: self._text(one.value, scope, given, depth + 1) for one in call.keywords}
        counted = iter(placed)
        found: list[str | None] = []
        for part in _FIELD.split(base):
            if part[:1] != "{":
                found.append(part)
            elif part[1:-1].isdecimal():
                found.append(placed[int(part[1:-1])] if int(part[1:-1]) < len(placed) else None)
            else:
                found.append(named.get(part[1:-1]) if part != "{}" else next(counted, None))
        return None if None in found else "".join(one for one in found if one is not None)

    def _filled(self, template: Expr, values: list[Expr], scope: Scope, given: Given, depth: int) -> str | None:
        """`"/%s/x" % version`."""
        base = self._try(template, scope, given, depth + 1)
        first = values[0] if len(values) == 1 else None
        items = first.items if isinstance(first, Sequence) and first.kind == "tuple" else tuple(values)
        if base is None or base.count("%") != len(items) or base.count("%s") != len(items):
            return None
        parts = base.split("%s")
        texts = [self._text(one, scope, given, depth + 1) for one in items]
        return "".join(f"{part}{text}" for part, text in zip(parts, (*texts, ""), strict=True))

    def _receiver(self, func: Expr, scope: Scope, given: Given, depth: int) -> str | None:
        if isinstance(func, Attribute):
            return self._try(func.value, scope, given, depth + 1)
        if isinstance(func, Name) and "." in func.id:
            owner = func.id.rpartition(".")[0]
            return self._try(Name(owner, func.start, len(owner)), scope, given, depth + 1)
        return None

    def strings(self, expr: Expr | None, scope: Scope) -> tuple[str, ...]:
        """The strings of a literal list, tuple or set, names followed."""
        if expr is None:
            return ()
        for value, where in self._inference.origins(expr, scope):
            if isinstance(value, Sequence):
                found = [self.known(item, where) for item in value.items]
                return tuple(one for one in found if one is not None)
            if isinstance(value, Str):
                return (value.value,)
        return ()

    def flag(self, expr: Expr | None, scope: Scope) -> bool | None:
        """True or False where source says so, else None."""
        if expr is None:
            return None
        for value, _ in self._inference.origins(expr, scope):
            if isinstance(value, Constant) and value.text in ("True", "False"):
                return value.text == "True"
        return None


def fixed(inference: Inference, expr: Expr | None, scope: Scope) -> str:
    """`None`, `False` or a number: the text of a literal, or of the one that a constant of a module or class is.

    A constant is known by its capitals; a field of settings or of another model of pydantic is none.
    """
    if isinstance(expr, Constant):
        return expr.text
    origins = inference.origins(expr, scope) if isinstance(expr, Name) and last(expr).isupper() else ()
    if len(origins) != 1:
        return ""
    value, where = origins[0]
    if isinstance(where, FunctionNode) or (
        isinstance(where, ClassNode) and inference.members.is_subclass(where, *_FIELDS)
    ):
        return ""
    return value.text if isinstance(value, Constant) else ""


def _changed(base: str, method: str, chars: str | None) -> str:
    """What a method of a string that only takes something away gives."""
    match method:
        case "removesuffix":
            return base.removesuffix(chars or "")
        case "removeprefix":
            return base.removeprefix(chars or "")
        case "rstrip":
            return base.rstrip(chars)
        case "lstrip":
            return base.lstrip(chars)
        case "strip":
            return base.strip(chars)
        case _:
            return base.lower()


def _default(expr: Expr, scope: Scope) -> tuple[Expr, Scope] | None:
    """The default of the parameter that a name means, which its function may be called without."""
    if not isinstance(expr, Name) or not isinstance(scope, FunctionNode):
        return None
    parameter = scope.params.get(expr.id)
    if parameter is None or parameter.default is None:
        return None
    return parameter.default, scope.parent
