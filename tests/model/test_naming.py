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
        ("from schemas import Item", "Item", ("Item", "")),
        ("from schemas import Item as Thing", "Item", ("Thing", "")),
        ("import schemas", "Item", ("Item", "schemas")),
        ("", "Item", ("Item", "schemas")),
        ("Item = 3", "Item", None),
        ("if x:\n    from schemas import Item", "Item", None),
        ("", "Part", None),
    ],
)
def test_name_of_a_class(project: ProjectFactory, text: str, name: str, expected: tuple[str, str] | None) -> None:
    files = {"schemas.py": SCHEMAS, "other.py": "from schemas import Item", "main.py": f"{text}\n\ndef f(): ...\n"}
    made = project(files)
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
    assert (before, after) == (None, ("Item", ""))


def test_the_full_name_is_the_one_that_the_project_uses(project: ProjectFactory) -> None:
    made = project(
        {
            "app/api/__init__.py": "",
            "app/api/schemas.py": SCHEMAS,
            "app/api/other.py": "from app.api.schemas import Item",
            "app/api/main.py": "def f(): ...",
            "app/api/lonely.py": SCHEMAS,
            "app/api/near.py": "from .lonely import Item",
        }
    )
    module = made.modules.by_path["app/api/main.py"]
    item, lonely = (made.modules.by_path[f"app/api/{name}.py"].classes[0] for name in ("schemas", "lonely"))
    assert made.naming.of(item, module, 0) == ("Item", "app.api.schemas")
    assert made.naming.of(lonely, module, 0) is None


@pytest.mark.parametrize(
    ("annotation", "exists"),
    [
        ("list[Item] | None", True),
        ("'Item'", True),
        ("typing.Optional[Item]", True),
        ("Late", False),
        ("list['Late']", False),
    ],
)
def test_names_at_run_time(project: ProjectFactory, annotation: str, *, exists: bool) -> None:
    text = f"""
    from __future__ import annotations
    import typing
    from schemas import Item
    if typing.TYPE_CHECKING:
        from schemas import Item as Late
    def f() -> {annotation}: ...
    """
    made = project({"schemas.py": SCHEMAS, "main.py": text})
    function = made.modules.by_path["main.py"].functions[0]
    assert function.record.returns is not None
    assert made.naming.exists(function.record.returns, function.parent) is exists
