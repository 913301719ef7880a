"""Responses that a helper of the project makes of what it is given: `return ok(data)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Await, Call, Dict, Name
from fastlint.model.expressions import last, receiver
from fastlint.model.plain import Plain
from fastlint.model.stand_ins import arguments, stand_in
from fastlint.model.types import External, FunctionRef

if TYPE_CHECKING:
    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.responses import Responses

DUMPS = frozenset({"model_dump", "model_dump_json", "dict", "json", "to_dict", "to_json"})
ENCODERS = frozenset(
    {"fastapi.encoders.jsonable_encoder", "json.dumps", "orjson.dumps", "ujson.dumps", "json.loads", "orjson.loads"}
)
_DEEPEST = 3


class Made(Plain, frozen=True):
    """What a helper's only `return` constructs for one call of it.

    Attributes:
        response: the construction, in `helper`.
        status: its status code; None where source doesn't fix it.
        content: what it is made of, in the scope of the call: an argument; None where the helper puts together a dict.
        encodes: whether the helper turns that into plain data itself.
    """

    response: Call
    helper: FunctionNode
    status: int | None
    content: Expr | None
    encodes: bool = False


class AnswerHelpers:
    """Looks into helpers."""

    def __init__(self, inference: Inference, responses: Responses) -> None:
        self._inference = inference
        self._responses = responses

    def made(self, value: Expr | None, function: FunctionNode) -> Made | None:
        """The response that the call of a helper gives; None for other calls, and helpers that do anything else."""
        call = value.value if isinstance(value, Await) else value
        refs = self._inference.of(call.func, function) if isinstance(call, Call) else ()
        if len(refs) != 1 or not isinstance(refs[0], FunctionRef) or not isinstance(call, Call):
            return None
        helper = refs[0].node
        returns = helper.scan.returns
        response = returns[0].value if len(returns) == 1 else None
        if not isinstance(response, Call) or self._responses.made(response, helper) is None:
            return None
        written = self._responses.content_of(response)
        content = self._plain(written, helper, 0) if written is not None else None
        given = arguments(helper, call, function)
        found = stand_in(content, given) if content is not None else None
        if not isinstance(content, Dict) and (found is None or found[1] is not function):
            return None
        status = self._status(response, helper, call, function)
        return Made(response, helper, status, found[0] if found else None, content is not written)

    def _plain(self, content: Expr, helper: FunctionNode, depth: int) -> Expr:
        """`data` of `jsonable_encoder(data)`, `data.model_dump()` and of a name that is bound to such; else itself."""
        if depth > _DEEPEST:
            return content
        if isinstance(content, Name) and content.id not in helper.params:
            bindings = helper.bindings(content.id)
            value = bindings[0].value if len(bindings) == 1 and bindings[0].kind == "value" else None
            found = self._plain(value, helper, depth + 1) if isinstance(value, Call) else value
            return content if found is None or found is value else found
        if not isinstance(content, Call):
            return content
        owner = receiver(content.func)
        if owner is not None and last(content.func) in DUMPS and isinstance(owner, Name) and owner.id in helper.params:
            return owner
        names = {one.name for one in self._inference.of(content.func, helper) if isinstance(one, External)}
        return self._plain(content.args[0], helper, depth + 1) if names & ENCODERS and content.args else content

    def _status(self, response: Call, helper: FunctionNode, call: Call, function: FunctionNode) -> int | None:
        option = self._responses.status_option(response, helper)
        if isinstance(option, Name) and option.id in helper.params:
            given = arguments(helper, call, function).get(option.id)
            return self._responses.status(*given) if given is not None else None
        return self._responses.status_of(response, helper)
