"""Strings and flags that source fixes: literals, constants, settings defaults, f-strings of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from fastlint.facts.records import Attribute, Call, Conditional, Constant, FString, Name, Operation, Sequence, Str
from fastlint.model.nodes import FunctionNode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope

Given: TypeAlias = "Mapping[str, tuple[Expr, Scope]]"
_DEEPEST = 12


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
            case Conditional(body=body, orelse=orelse):
                return self._try(body, scope, given, depth + 1) or self._try(orelse, scope, given, depth + 1)
            case Constant(text="None"):
                return ""
            case Constant(text=text) if text.isdecimal():
                return text
            case Call():
                return self._call(expr, scope, given, depth)
            case Name(id=name) if name in given:
                return self._text(given[name][0], given[name][1], {}, depth + 1)
            case Name() | Attribute():
                origins = [one for one in self._inference.origins(expr, scope) if one[0] is not expr]
                for origin, where in origins:
                    found = self._try(origin, where, {}, depth + 1)
                    if found is not None:
                        return found
                default = _default(expr, scope)
                return self._try(*default, {}, depth + 1) if default is not None else None
            case _:
                return None

    def _call(self, call: Call, scope: Scope, given: Given, depth: int) -> str | None:
        """`Field("/x")`, `Field(default="/x")`, `os.getenv("X", "/x")`, `"/x".rstrip("/")`, `str(x)`."""
        func = call.func
        last = func.id if isinstance(func, Name) else func.attr if isinstance(func, Attribute) else ""
        last = last.rpartition(".")[2]
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

    def _receiver(self, func: Expr, scope: Scope, given: Given, depth: int) -> str | None:
        if isinstance(func, Attribute):
            return self._try(func.value, scope, given, depth + 1)
        if isinstance(func, Name):
            owner = func.id.rpartition(".")[0]
            return self._try(Name(owner, func.start, func.start + len(owner)), scope, given, depth + 1)
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
