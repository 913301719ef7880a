"""Contracts that FastAPI can't make a response model of: the import of the module fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Operation, Subscript
from fastlint.model.nodes import ClassNode

if TYPE_CHECKING:
    from fastlint.model.contracts import Contract
    from fastlint.model.inference import Inference
    from fastlint.model.responses import Responses
    from fastlint.model.schemas import Schemas
    from fastlint.model.shapes import Shape, Shapes

_HOOKS = ("__get_pydantic_core_schema__", "__get_validators__")
_PLAIN_BASES = frozenset(
    {"builtins.object", "typing.Protocol", "typing_extensions.Protocol", "typing.Generic", "abc.ABC"}
)
_DATACLASS_BASES = frozenset({"sqlalchemy.orm.MappedAsDataclass", "sqlalchemy.orm.decl_api.MappedAsDataclass"})
_ASYNC = ("AsyncIterable", "AsyncIterator", "AsyncGenerator")


class Unservable:
    """Answers why a contract breaks."""

    def __init__(self, inference: Inference, responses: Responses, schemas: Schemas, shapes: Shapes) -> None:
        self._inference = inference
        self._responses = responses
        self._schemas = schemas
        self._shapes = shapes

    def why(self, contract: Contract) -> str | None:
        """Why FastAPI refuses a contract, as the end of a sentence; None for one that it takes, or may take."""
        if not contract.effective:
            return None
        shape = contract.shape
        if (
            contract.bodiless
            and shape.kind != "none"
            and not (contract.function.is_generator and self._streams(contract))
        ):
            return f"a response with status {contract.status} has no body"
        if contract.function.is_generator and self._streams(contract):
            return None
        return self._flaw(shape, stream=contract.function.is_generator)

    def _streams(self, contract: Contract) -> bool:
        return contract.origin == "annotation" and contract.shape.plain.kind in ("stream", "unknown")

    def _flaw(self, shape: Shape, *, stream: bool = False) -> str | None:
        if shape.kind == "never":
            return f"`{shape.cls.rpartition('.')[2]}` is no model" if isinstance(shape.cls, str) else None
        if shape.kind == "stream" and isinstance(shape.cls, str) and shape.cls.endswith(_ASYNC) and not stream:
            return "only a generator returns an asynchronous iterator"
        if shape.kind == "class":
            return self._class(shape.cls)
        if shape.kind == "annotated":  # metadata may tell Pydantic how to read any class, but not a response
            inner = shape.plain
            return self._class(inner.cls) if inner.kind == "class" and self._responses.kind(inner.cls) else None
        return next((found for one in shape.args if (found := self._flaw(one, stream=stream))), None)

    def _class(self, cls: ClassNode | str) -> str | None:
        name = cls.name if isinstance(cls, ClassNode) else cls.rpartition(".")[2]
        if self._responses.kind(cls) is not None:
            return f"`{name}` is a response, no model"
        if not isinstance(cls, ClassNode) or self._schemas.is_model(cls) or self._schemas.is_plain_data(cls):
            return None
        members = self._inference.members
        if any(members.method(cls, hook) is not None for hook in _HOOKS):
            return None
        if self._schemas.is_entity(cls):
            return (
                None
                if _DATACLASS_BASES.intersection(members.external_bases(cls))
                else f"`{name}` is a mapped class, no model"
            )
        return f"`{name}` is a plain class, no model" if self._is_plain(cls) else None

    def _is_plain(self, cls: ClassNode) -> bool:
        """A class all of whose bases are known, with nothing that might teach Pydantic about it."""
        members = self._inference.members
        for one in members.mro(cls):
            if isinstance(one, str):
                if one not in _PLAIN_BASES:
                    return False
            elif one.record.decorators or one.record.keywords or len(members.bases(one)) < len(one.record.bases):
                return False
        return True

    # -- mending

    def without_responses(self, contract: Contract) -> str | None:
        """The text of a union without its responses; `None` where nothing is left; None where it is no such union."""
        expr, scope = contract.expr, contract.scope
        if contract.origin != "annotation" or expr is None:
            return None
        text = scope.module.facts.source.text
        match expr:
            case Operation(op="|", operands=parts):
                style = "{}"
                glue = " | "
            case Subscript(value=value, items=parts) if contract.shape.kind == "union" and len(parts) > 1:
                style = text(value.start, value.end) + "[{}]"
                glue = ", "
            case Subscript(items=parts) if contract.shape.kind == "union":
                style, glue = "{}", ""
            case _:
                return None
        shapes = [(one, self._shapes.of(one, scope).plain) for one in parts]
        kept = [one for one, shape in shapes if shape.kind != "class" or self._responses.kind(shape.cls) is None]
        if len(kept) == len(parts) or any(shape.kind in ("union", "unknown") for _, shape in shapes):
            return None
        texts = [text(one.start, one.end) for one in kept]
        if all(one == "None" for one in texts):
            return "None"
        return texts[0] if len(texts) == 1 else style.format(glue.join(texts))
