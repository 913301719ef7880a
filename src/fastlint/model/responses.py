"""Which classes are HTTP responses, of what kind, and what status codes expressions give."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Literal, TypeAlias

from fastlint.facts.records import Call, Constant, Name
from fastlint.model.calling import argument, keyword
from fastlint.model.expressions import last
from fastlint.model.knowledge import libraries
from fastlint.model.nodes import ClassNode
from fastlint.model.types import ClassRef, External, Instance, MethodRef

if TYPE_CHECKING:
    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.types import Type

ResponseKind: TypeAlias = Literal[
    "json", "orjson", "ujson", "html", "text", "redirect", "file", "stream", "events", "template", "plain"
]

_KINDS: dict[str, ResponseKind] = {
    "Response": "plain",
    "JSONResponse": "json",
    "ORJSONResponse": "orjson",
    "UJSONResponse": "ujson",
    "HTMLResponse": "html",
    "PlainTextResponse": "text",
    "RedirectResponse": "redirect",
    "FileResponse": "file",
    "StreamingResponse": "stream",
    "EventSourceResponse": "events",
    "TemplateResponse": "template",
}
_HOMES = frozenset({"fastapi", "starlette", "sse_starlette", "fastapi_sse"})
JSON: frozenset[ResponseKind] = frozenset({"json", "orjson", "ujson"})
_TEMPLATES = frozenset({"fastapi.templating.Jinja2Templates", "starlette.templating.Jinja2Templates"})
_CODES = frozenset({"http.HTTPStatus", "httpx.codes", "httpx2.codes"})
_LENGTH = 3  # digits of a status code


class Responses:
    """Answers what a response class or object is."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference

    def kind(self, cls: ClassNode | str) -> ResponseKind | None:
        """The kind of a response class, nearest known base first; None for a class that is no response."""
        bases = self._inference.members.mro(cls) if isinstance(cls, ClassNode) else (cls, *libraries.bases(cls))
        return next((found for base in bases if isinstance(base, str) and (found := _library_kind(base))), None)

    def of(self, one: Type) -> ResponseKind | None:
        """The kind of a response object; None for other values."""
        return self.kind(one.cls) if isinstance(one, Instance) else None

    def of_class(self, one: Type) -> ResponseKind | None:
        """The kind of a response class as a value."""
        if isinstance(one, ClassRef):
            return self.kind(one.cls)
        return self.kind(one.name) if isinstance(one, External) else None

    def made(self, call: Call, scope: Scope) -> ResponseKind | None:
        """The kind of response that a call constructs right there; None for other calls.

        timid: a class that is imported under a name in lower case is not looked up; thousands of other calls would be.
        """
        if not last(call.func)[:1].isupper():
            return None
        for one in self._inference.of(call.func, scope):
            found = self.of_class(one)
            if found is not None:
                return found
            if isinstance(one, MethodRef) and one.owner in _TEMPLATES and one.path == "TemplateResponse":
                return "template"
        return None

    # -- status codes

    def status(self, expr: Expr | None, scope: Scope) -> int | None:
        """The status code that an expression gives, through constants; None where source doesn't fix it."""
        if expr is None:
            return None
        for value, where in (*self._inference.origins(expr, scope), (expr, scope)):
            if isinstance(value, Constant):
                return int(value.text) if value.text.isdigit() else None
            if isinstance(value, Name):
                for name in self._names(value, where):
                    found = _named_status(name)
                    if found is not None:
                        return found
        return None

    def _names(self, expr: Name, scope: Scope) -> list[str]:
        found = []
        for one in self._inference.of(expr, scope):
            if isinstance(one, External):
                found.append(one.name)
            elif isinstance(one, Instance) and isinstance(one.cls, str):  # a member of an enum, as its instance
                found.append(f"{one.cls}.{expr.id.rpartition('.')[2]}")
            elif isinstance(one, MethodRef):
                found.append(f"{one.owner}.{one.path}")
        return found

    def status_of(self, call: Call, scope: Scope) -> int | None:
        """The status code of a response that a call constructs; None where source doesn't fix it."""
        if any(not one.name for one in call.keywords):
            return None
        given = self.status_option(call, scope)
        if given is None:
            return 307 if self.made(call, scope) == "redirect" else 200
        return self.status(given, scope)

    def status_option(self, call: Call, scope: Scope) -> Expr | None:
        """What a construction is told of its status code."""
        is_template = self.made(call, scope) == "template"
        return keyword(call, "status_code") if is_template else argument(call, 1, "status_code")

    def content_of(self, call: Call) -> Expr | None:
        """What a response that a call constructs is made of."""
        return argument(call, 0, "content")


def _library_kind(name: str) -> ResponseKind | None:
    root, _, rest = name.partition(".")
    if root not in _HOMES or ".requests." in name or ".testclient." in name:
        return None
    return _KINDS.get(rest.rpartition(".")[2].lstrip("_"))


def _named_status(name: str) -> int | None:
    """`fastapi.status.HTTP_204_NO_CONTENT`, `http.HTTPStatus.NO_CONTENT`, `http.HTTPStatus.NO_CONTENT.value`."""
    owner, _, last = name.removesuffix(".value").rpartition(".")
    if owner in ("fastapi.status", "starlette.status") and last.startswith("HTTP_"):
        digits = last[5 : 5 + _LENGTH]
        return int(digits) if digits.isdigit() else None
    if owner in _CODES:
        member = HTTPStatus.__members__.get(last)
        return int(member) if member is not None else None
    return None
