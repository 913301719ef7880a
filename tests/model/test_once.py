"""Functions that remember their result by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fastlint.model.once import remembers

if TYPE_CHECKING:
    from conftest import ProjectFactory

REMEMBERING = [
    "def f():\n    global kept\n    if kept:\n        return kept\n    kept = make()\n    return kept\n",
    "def f(key):\n    if key in kept:\n        return kept[key]\n    kept[key] = make()\n    return kept[key]\n",
    "def f(key):\n    if key in kept:\n        return kept[key]\n    kept[key]: int = make()\n    return kept[key]\n",
    "def f(key):\n    if key in kept:\n        return kept[key]\n    kept[\n        key\n    ] \\\n        = make()\n",
    "def f(key):\n    found = kept.get(key)\n    if found:\n        return found\n    kept[key] |= make()\n",
    "class C:\n  @classmethod\n  def f(cls):\n    if cls.kept:\n      return cls.kept\n    cls.kept = make()\n",
]
FORGETTING = [
    "def f(key):\n    if kept[key] == 1:\n        return kept[key]\n    return make()\n",
    "def f(key):\n    if key in kept:\n        return kept[key]\n    return make(kept[key] <= 1, kept[key] != 1)\n",
    "def f(key):\n    kept = {}\n    if key in kept:\n        return kept[key]\n    kept[key] = make()\n",
]


@pytest.mark.parametrize("code", REMEMBERING)
def test_remembers(project: ProjectFactory, code: str) -> None:
    assert remembers(project({"m.py": f"kept = {{}}\n{code}"}).modules.by_path["m.py"].functions[0])


@pytest.mark.parametrize("code", FORGETTING)
def test_forgets(project: ProjectFactory, code: str) -> None:
    assert not remembers(project({"m.py": f"kept = {{}}\n{code}"}).modules.by_path["m.py"].functions[0])


def test_a_generator_is_told_from_a_text_that_says_yield(project: ProjectFactory) -> None:
    code = 'def f():\n  """No yield."""\ndef g():\n    def inner():\n        yield\n\ndef h():\n    return (yield)\n'
    functions = project({"m.py": code}).modules.by_path["m.py"].functions
    assert [node.is_generator for node in functions] == [False, False, True]
