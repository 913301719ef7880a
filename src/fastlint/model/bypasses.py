"""Where endpoints answer past their contract: with a response of their own, which nothing filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Await, Call, Dict, Name, Str
from fastlint.model.answer_helpers import DUMPS, ENCODERS, AnswerHelpers
from fastlint.model.calling import keyword
from fastlint.model.expressions import last, receiver
from fastlint.model.nodes import ClassNode
from fastlint.model.plain import Plain
from fastlint.model.responses import JSON
from fastlint.model.types import External, Instance, union

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.contracts import Contract, Contracts
    from fastlint.model.documented import Documented
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.types import Types
    from fastlint.text import Span

_DEEPEST = 4
_OTHER_OPTIONS = frozenset({"status_code", "headers", "media_type", "background"})


class Bypass(Plain, frozen=True):
    """A response that goes out as the success answer of a route with a contract.

    Attributes:
        call: the response's construction, or the call of a helper that does it.
        content: what it is made of; the call itself where a helper puts that together.
        helped: a helper makes it.
        bare: it says nothing that FastAPI would not say itself: no status, headers, media type, background task.
        returned: it is constructed in the `return` itself.
    """

    contract: Contract
    call: Call
    content: Expr
    bare: bool
    returned: bool
    helped: bool = False

    @property
    def at(self) -> Span:
        """The construction."""
        return self.contract.function.module.span(self.call.start, self.call.end)


class Bypasses:
    """Finds such answers."""

    def __init__(self, inference: Inference, contracts: Contracts, documented: Documented) -> None:
        self._inference = inference
        self._contracts = contracts
        self._documented = documented
        self._helpers = AnswerHelpers(inference, contracts.responses)

    def of(self, contract: Contract) -> Iterator[Bypass]:
        """The success answers of a function that go past its contract."""
        if not contract.effective or not self._contracts.serializes(contract) or not contract.shape.telling:
            return
        if any(self._contracts.responses.kind(one) is not None for one in contract.shape.classes):
            return  # that fails at import
        function = contract.function
        for answer in self._contracts.returned.of(function).all:
            made = self._made(answer.value, contract)
            if made is None or self._contracts.responses.made(made, function) is None:
                yield from self._helped(answer.value, contract)
                continue
            content = self._contracts.responses.content_of(made)
            if content is None or not self._is_success(self._contracts.responses.status_of(made, function), contract):
                continue
            if not self._is_json(made, function) or self._honours(content, contract):
                continue
            extra = len(made.args) > 1 or any(one.name in _OTHER_OPTIONS or not one.name for one in made.keywords)
            yield Bypass(contract, made, content, not extra, made is answer.value)

    def _made(self, value: Expr | None, contract: Contract) -> Call | None:
        """The construction of the response that is returned, right there or one assignment before."""
        if isinstance(value, Name) and "." not in value.id:
            bindings = contract.function.bindings(value.id)
            value = bindings[0].value if len(bindings) == 1 and bindings[0].kind == "value" else None
        return value if isinstance(value, Call) else None

    def _helped(self, value: Expr | None, contract: Contract) -> Iterator[Bypass]:
        """`return ok(data)`, where `ok` makes the response."""
        made = self._helpers.made(value, contract.function)
        if made is None or not self._is_success(made.status, contract) or not self._is_json(made.response, made.helper):
            return
        call = value.value if isinstance(value, Await) else value
        if isinstance(call, Call) and (
            made.content is None or not self._honours(made.content, contract, encodes=made.encodes)
        ):
            yield Bypass(contract, call, made.content or call, bare=False, returned=True, helped=True)

    def _is_json(self, made: Call, function: FunctionNode) -> bool:
        kind = self._contracts.responses.made(made, function)
        if kind == "plain":
            media = keyword(made, "media_type")
            return isinstance(media, Str) and media.value.startswith("application/json")
        return kind in JSON

    def _is_success(self, status: int | None, contract: Contract) -> bool:
        if status is None or not 200 <= status < 300 or status in (204, 205):  # noqa: PLR2004 -- what HTTP calls success
            return False
        documented = self._documented.of(contract.route)
        return documented is not None and (status == contract.status or status not in documented)

    def _honours(self, content: Expr, contract: Contract, *, encodes: bool = False) -> bool:
        """Whether the content is what the contract promises, or may be: an object of a model, encoded by hand.

        timid: what `jsonable_encoder(x)`, `x.model_dump()` and the like encode counts as promised where its type is
        not known, and so do lists that are filled later.
        """
        encoded = self._encoded(content, contract.function) or (content if encodes else None)
        if encoded is None or _is_display(encoded, contract.function):
            return False
        promised = contract.shape.classes
        found = self._objects(self._inference.of(encoded, contract.function), 0)
        if not found or any(cls is None for cls in found):
            return True
        mros = [self._inference.members.mro(cls) for cls in found if isinstance(cls, ClassNode)]
        return any(not promised.isdisjoint(mro) for mro in mros)

    def _encoded(self, content: Expr, function: FunctionNode) -> Expr | None:
        """`x` of `jsonable_encoder(x)`, `x.model_dump()`, `orjson.dumps(x.model_dump())`; None for other content."""
        if isinstance(content, Name) and "." not in content.id:
            bindings = function.bindings(content.id)
            value = bindings[0].value if len(bindings) == 1 and bindings[0].kind == "value" else None
            return self._encoded(value, function) if isinstance(value, Call) else None
        if not isinstance(content, Call):
            return None
        if last(content.func) in DUMPS:
            return receiver(content.func)
        names = [one.name for one in self._inference.of(content.func, function) if isinstance(one, External)]
        if content.args and any(name in ENCODERS for name in names):
            return self._encoded(content.args[0], function) or content.args[0]
        return None

    def _objects(self, types: Types, depth: int) -> list[ClassNode | str | None]:
        """The classes of objects, those in containers included; None for containers of something unknown."""
        found: list[ClassNode | str | None] = []
        for one in types:
            if isinstance(one, Instance) and isinstance(one.cls, str) and one.cls.startswith(("builtins.", "typing.")):
                held = union(*one.args)
                found += self._objects(held, depth + 1) if held and depth < _DEEPEST else [None]
            else:
                found.append(one.cls if isinstance(one, Instance) else None)
        return found


def _is_display(expr: Expr, function: FunctionNode) -> bool:
    """A dict written out on the spot, or bound to a name once: what is in it was never an object of a model."""
    if isinstance(expr, Name) and "." not in expr.id:
        bindings = function.bindings(expr.id)
        value = bindings[0].value if len(bindings) == 1 and bindings[0].kind == "value" else None
        return isinstance(value, Dict)
    return isinstance(expr, Dict)
