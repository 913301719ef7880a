"""Fields of response models that carry what must stay inside: passwords, hashes of them, secrets, private keys."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.facts.records import Attribute, Call, Dict, Name, Str
from fastlint.model.nodes import ClassNode
from fastlint.model.plain import Plain
from fastlint.model.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.constants import Constants
    from fastlint.model.contracts import Contract, Contracts
    from fastlint.model.inference import Inference
    from fastlint.model.schemas import Field, Schemas
    from fastlint.model.shapes import Shapes

# What a name ends in that holds such a value; `has_password`, `password_changed_at` and `secret_name` do not.
_TAIL = re.compile(r"(?:^|_)(?:password|passwd|passphrase|pwd|secret|secret_key|private_key)$")
# A hash of a password is never meant to go out, whatever else is known.
_HASH = re.compile(r"(?:^|_)(?:hashed_(?:password|passwd|pwd)|(?:password|passwd|pwd)_(?:hash|digest|salt))$")
_ISSUED = re.compile(r"(?:^|_)(?:secret|secret_key|private_key)$")
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NEEDLES = (b"assw", b"assphrase", b"pwd", b"Pwd", b"ecret", b"rivate", b"PASS", b"SECRET", b"PRIVATE")
_TABLES = (b"olumn(", b"Mapped[", b"table=True", b"Model)")
_PLAIN = frozenset({"str", "int", "float", "bool", "bytes", "dict", "list"})
_TEXT = frozenset({"builtins.str", "builtins.bytes"})
_GUARDS = ("pydantic.field_validator", "pydantic.field_serializer", "pydantic.validator")
_WHOLE_GUARDS = ("pydantic.model_serializer", "pydantic.model_validator", "pydantic.root_validator")


class Exposed(Plain, frozen=True):
    """A sensitive field, the model that holds it, and the contracts that send it out."""

    field: Field
    model: ClassNode
    contracts: tuple[Contract, ...]


class Sensitive:
    """Finds such fields."""

    def __init__(
        self, inference: Inference, schemas: Schemas, shapes: Shapes, contracts: Contracts, constants: Constants
    ) -> None:
        self._inference = inference
        self._modules = inference.modules
        self._schemas = schemas
        self._shapes = shapes
        self._contracts = contracts
        self._constants = constants
        self._classes: dict[ClassNode, tuple[tuple[Field, ...], tuple[ClassNode, ...]]] = {}

    def all(self) -> Iterator[Exposed]:
        """Sensitive fields with the contracts that expose them, in order of their first route."""
        found: dict[tuple[ClassNode, str], tuple[Field, list[Contract]]] = {}
        for _, made in self._contracts.all:
            for contract in made:
                if contract.effective and self._contracts.serializes(contract):
                    for model, field in self._reachable(contract):
                        if contract.route.methods == ("POST",) and _ISSUED.search(_spelled(field.name)):
                            continue  # timid: who has a secret made, or made anew, is shown it once
                        found.setdefault((model, field.name), (field, []))[1].append(contract)
        for (model, _), (field, contracts) in found.items():
            yield Exposed(field, model, tuple(contracts))

    def _reachable(self, contract: Contract) -> Iterator[tuple[ClassNode, Field]]:
        left_out = self._names(contract, "response_model_exclude")
        kept = self._names(contract, "response_model_include")
        top = [one for one in contract.shape.classes if isinstance(one, ClassNode)]
        todo = list(top)
        seen: set[ClassNode] = set()
        while todo:
            cls = todo.pop(0)
            if cls in seen:
                continue
            seen.add(cls)
            suspects, inner = self._of_class(cls)
            for field in suspects:
                hidden = cls in top and (
                    field.name in (left_out or ()) or (kept is not None and field.name not in kept)
                )
                if not hidden and self._is_open(cls, field, top=cls in top):
                    yield cls, field
            todo += inner if kept is None else ()  # timid: what is named may leave out fields of these as well

    def _of_class(self, cls: ClassNode) -> tuple[tuple[Field, ...], tuple[ClassNode, ...]]:
        """The fields of a model with such names, and the classes that its fields hold."""
        found = self._classes.get(cls)
        if found is None:
            fields = self._schemas.fields(cls) if self._schemas.is_model(cls) else ()
            fields = tuple(one for one in fields if one.annotation is not None and not one.excluded)
            names = ((one, _spelled(one.name)) for one in fields)
            suspects = tuple(one for one, name in names if _TAIL.search(name) or _HASH.search(name))
            inner: dict[ClassNode, None] = {}
            for one in fields:
                if one.annotation is not None and not one.computed and self._may_hold(one.annotation, cls):
                    classes = self._shapes.of(one.annotation, one.scope).classes
                    inner.update((kind, None) for kind in classes if isinstance(kind, ClassNode))
            found = self._classes[cls] = suspects, tuple(inner)
        return found

    def _may_hold(self, annotation: Expr, cls: ClassNode) -> bool:
        """Whether an annotation may speak of a class of the project: most are plain builtins."""
        return not (
            isinstance(annotation, Name) and annotation.id in _PLAIN and annotation.id not in cls.module.scan.bindings
        )

    def _names(self, contract: Contract, option: str) -> frozenset[str] | None:
        """The fields of `response_model_exclude=` or `response_model_include=`; None where it isn't given."""
        given = contract.route.option(option)
        if given is None:
            return None
        names = self._constants.strings(given, contract.route.scope)
        for value, _ in self._inference.origins(given, contract.route.scope):
            if isinstance(value, Dict):
                names += tuple(key.value for key in value.keys if isinstance(key, Str))
        return frozenset(names)

    def _is_open(self, cls: ClassNode, field: Field, *, top: bool) -> bool:
        """Whether a field's text goes out: nothing masks it, and it is one of the domain or of an input model.

        timid: other fields of such names (`signing_secret` of a settings model) may be masked by whoever fills them.
        """
        shape = self._shapes.of(field.annotation, field.scope) if field.annotation is not None else Shape("unknown")
        if not any(one.cls in _TEXT for one in shape.present) or self._is_guarded(cls, field):
            return False
        name = _spelled(field.name)
        return bool(_HASH.search(name)) or name in self._columns or (top and field.scope in self._bodies)

    def _is_guarded(self, cls: ClassNode, field: Field) -> bool:
        """Whether a validator or serializer of the model works on the field: it may mask it."""
        for base in self._inference.members.mro(cls):
            if not isinstance(base, ClassNode):
                continue
            for node in base.methods.values():
                for expr in node.record.decorators:
                    names = self._inference.decorator_names(node)
                    if any(name in _WHOLE_GUARDS for name in names):
                        return True
                    if any(name in _GUARDS for name in names) and isinstance(expr, Call):
                        fields = [one.value for one in expr.args if isinstance(one, Str)]
                        if field.name in fields or "*" in fields:
                            return True
        return False

    @cached_property
    def _columns(self) -> frozenset[str]:
        """The names of sensitive columns of all entities."""
        found: set[str] = set()
        for module in self._modules.by_path.values():
            data = module.facts.source.data
            if not any(hint in data for hint in _TABLES):
                continue
            needles = [one for one in _NEEDLES if one in data]
            for cls in module.classes if needles else ():
                text = data[cls.record.start : cls.record.end]
                if any(needle in text for needle in needles) and self._schemas.is_entity(cls):
                    found.update(_spelled(one.name) for one in self._schemas.columns(cls) if not one.relationship)
        return frozenset(name for name in found if _TAIL.search(name))

    @cached_property
    def _bodies(self) -> frozenset[ClassNode]:
        """The models that endpoints take as parameters, with their bases.

        timid: one in a list or an `Annotated` isn't looked for.
        """
        found: set[ClassNode] = set()
        for endpoint, _ in self._contracts.all:
            for parameter in endpoint.function.record.params:
                if isinstance(parameter.annotation, (Name, Attribute)) and not isinstance(parameter.default, Call):
                    shape = self._shapes.of(parameter.annotation, endpoint.function.parent)
                    if isinstance(shape.cls, ClassNode):
                        mro = self._inference.members.mro(shape.cls)
                        found.update(one for one in mro if isinstance(one, ClassNode))
        return frozenset(found)


def _spelled(name: str) -> str:
    return _HUMPS.sub("_", name).lower()
