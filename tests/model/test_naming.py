"""How files can name classes at run time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory

SCHEMAS = """
from pydantic import BaseModel

class Item(BaseModel):
    id: int

    class Part(BaseModel):
        id: int
"""


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("from schemas import Item", "Item", ("Item", False)),
        ("from schemas import Item as Thing", "Item", ("Thing", False)),
        ("import schemas", "Item", ("Item", True)),
        ("", "Item", ("Item", True)),
        ("Item = 3", "Item", None),
        ("if x:\n    from schemas import Item", "Item", None),
        ("", "Part", None),
    ],
)
def test_name_of_a_class(project: ProjectFactory, text: str, name: str, expected: tuple[str, bool] | None) -> None:
    made = project({"schemas.py": SCHEMAS, "main.py": f"{text}\n\ndef f(): ...\n"})
    cls = next(one for one in made.modules.by_path["schemas.py"].classes if one.name == name)
    module = made.modules.by_path["main.py"]
    assert made.naming.of(cls, module, module.functions[0].record.start) == expected


def test_no_import_that_closes_a_cycle(project: ProjectFactory) -> None:
    made = project(
        {"schemas.py": "import helpers\n" + SCHEMAS, "helpers.py": "from main import f", "main.py": "def f(): ..."}
    )
    cls = made.modules.by_path["schemas.py"].classes[0]
    assert made.naming.of(cls, made.modules.by_path["main.py"], 0) is None


def test_a_class_must_stand_before_its_use(project: ProjectFactory) -> None:
    made = project({"main.py": "def f(): ...\n\nclass Item: ...\n\ndef g(): ...\n"})
    module = made.modules.by_path["main.py"]
    before, after = (made.naming.of(module.classes[0], module, one.record.start) for one in module.functions)
    assert (before, after) == (None, ("Item", False))
