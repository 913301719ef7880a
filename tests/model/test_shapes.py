"""What annotations say in full."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import ProjectFactory
    from fastlint.model.shapes import Shape

HEAD = """
from __future__ import annotations
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any, Dict, List, Literal, NoReturn, Optional, Tuple, TypeAlias, TypeVar, Union
from pydantic import BaseModel
from app.types import Alias, Item as Thing

T = TypeVar("T")
B = TypeVar("B", bound=Thing)
C = TypeVar("C", int, str)

"""
TYPES = """
from typing import Optional
from pydantic import BaseModel

class Item(BaseModel):
    id: int

Alias = Optional[dict[str, Item]]
type Newer = list[Item]
"""


ShapeOf: TypeAlias = "Callable[[str], Shape]"


@pytest.fixture
def shape(project: ProjectFactory) -> ShapeOf:
    def of(annotation: str) -> Shape:
        files = {"app/types.py": TYPES, "app/__init__.py": "", "app/main.py": f"{HEAD}def f() -> {annotation}: ...\n"}
        made = project(files)
        (function,) = made.modules.by_path["app/main.py"].functions
        assert function.record.returns is not None
        return made.shapes.of(function.record.returns, function.parent)

    return of


@pytest.mark.parametrize(
    ("annotation", "kind", "args"),
    [
        ("None", "none", 0),
        ("Any", "any", 0),
        ("object", "any", 0),
        ("T", "variable", 0),
        ("B", "class", 0),
        ("C", "unknown", 0),
        ("NoReturn", "never", 0),
        ("dict", "mapping", 0),
        ("Dict[str, Any]", "mapping", 2),
        ("Mapping[str, Thing]", "mapping", 2),
        ("List[Thing]", "collection", 1),
        ("Tuple[int, str]", "tuple", 2),
        ("tuple[int, ...]", "collection", 1),
        ("AsyncIterator[Thing]", "stream", 1),
        ("Optional[Thing]", "union", 2),
        ("Union[Thing, int, None]", "union", 3),
        ("Thing | None", "union", 2),
        ("'Thing | None'", "union", 2),
        ("Annotated[Thing, 1]", "annotated", 1),
        ("Literal['a']", "class", 0),
        ("Alias", "union", 2),
        ("Thing", "class", 0),
        ("nowhere.Thing", "unknown", 0),
    ],
)
def test_kind(shape: ShapeOf, annotation: str, kind: str, args: int) -> None:
    found = shape(annotation)
    assert (found.kind, len(found.args)) == (kind, args)


@pytest.mark.parametrize(
    "annotation",
    [
        "Any",
        "dict",
        "list",
        "T",
        "list[dict]",
        "dict[str, Any] | None",
        "Dict[str, list[dict[str, object]]]",
        "tuple[Any, dict]",
    ],
)
def test_vacuous(shape: ShapeOf, annotation: str) -> None:
    assert shape(annotation).vacuous


@pytest.mark.parametrize(
    "annotation",
    ["None", "Thing", "dict[str, Thing]", "dict[str, int]", "Alias", "list[Thing]", "dict | Thing", "B", "str"],
)
def test_not_vacuous(shape: ShapeOf, annotation: str) -> None:
    assert not shape(annotation).vacuous


def test_classes_and_telling(shape: ShapeOf) -> None:
    found = shape("Annotated[dict[str, list[Thing] | int] | None, 1]")
    assert {one if isinstance(one, str) else one.name for one in found.classes} == {
        "builtins.str",
        "Item",
        "builtins.int",
    }
    assert found.telling
    assert not found.known
    assert not shape("dict[str, int] | None").telling


def test_aliases_equal_what_they_stand_for(shape: ShapeOf) -> None:
    assert repr(shape("Alias")) == repr(shape("Union[dict[str, Thing], None]"))  # of two projects
    assert shape("Alias").known
    assert [one.kind for one in shape("Optional[Union[int, None]]").alternatives] == ["class", "none", "none"]


def test_a_generic_class_keeps_its_variable(project: ProjectFactory) -> None:
    made = project(
        {
            "views.py": """
            from typing import Generic, TypeVar
            T = TypeVar("T")
            class Views(Generic[T]):
                def read(self) -> T: ...
            """
        }
    )
    (function,) = made.modules.by_path["views.py"].functions
    assert function.record.returns is not None
    assert made.shapes.of(function.record.returns, function.parent).kind == "unknown"
