"""The Pydantic models that the answers of endpoints are made into."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from fastlint.model.nodes import ClassNode
from fastlint.model.types import Instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.routes import Routes
    from fastlint.model.schemas import Schemas

_LISTS = frozenset({"builtins.list", "collections.abc.Sequence", "typing.Sequence"})


class AnswerModels:
    """Answers which models read what an endpoint returns."""

    def __init__(self, inference: Inference, schemas: Schemas, routes: Routes) -> None:
        self._inference = inference
        self._schemas = schemas
        self.routes = routes

    def of(self, node: FunctionNode) -> Iterator[tuple[ClassNode, bool]]:
        """The models of an endpoint, each with whether a list of them is promised."""
        endpoint = self.routes.by_function.get(node)
        for route in endpoint.routes if endpoint is not None else ():
            option = route.option("response_model")
            found = self._inference.annotation(option, route.scope) if option is not None else ()
            if option is None and node.record.returns is not None:
                found = self._inference.annotation(node.record.returns, node.parent)
            for one in found:
                many = isinstance(one, Instance) and one.cls in _LISTS and bool(one.args)
                held = one.args[0] if isinstance(one, Instance) and many else (one,)
                for inner in held:
                    if isinstance(inner, Instance) and self.is_plain(inner.cls):
                        yield inner.cls, many

    def is_plain(self, cls: ClassNode | str) -> TypeGuard[ClassNode]:
        """Whether it is a model of the project that is no entity."""
        return isinstance(cls, ClassNode) and self._schemas.is_model(cls) and not self._schemas.is_entity(cls)
