"""Which calls become edges of the call graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.model.types import FunctionRef, qualified

if TYPE_CHECKING:
    from conftest import ProjectFactory

MAIN = """
import time
from asyncio import sleep, to_thread

class Store:
    def load(self): ...
    def reload(self):
        return self.load()

def helper(): ...

def user(values, store: Store, again=lambda: helper()):
    if isinstance(helper, Store) or len(values) > 1:
        values.append(1)
    values.append(helper)
    to_thread(helper)
    sleep(1)
    time.sleep(1)
    store.load()
    return lambda: helper()
"""


def test_edges_are_of_calls_that_may_matter(project: ProjectFactory) -> None:
    linked = project({"main.py": MAIN})
    user = linked.modules.by_path["main.py"].functions[-1]
    edges = linked.calls.edges(FunctionRef(user, None, ()))
    told = [qualified(one) for edge in edges if (one := edge.target or edge.outside) is not None]
    # neither what only looks at its arguments, nor what blocks never and is given nothing to run, nor a lambda's calls
    assert told == ["asyncio.to_thread", "asyncio.sleep", "time.sleep", "main.Store.load"]


def test_blocks_know_what_is_around_them(project: ProjectFactory) -> None:
    code = "def f(rows):\n    for row in rows:\n        if row:\n            a()\n        key = lambda: b()\n    c()\n"
    scan = project({"m.py": code}).modules.by_path["m.py"].functions[0].scan
    assert [(site.block.looped, site.block.deferred) for site in scan.calls] == [
        (True, False),
        (True, True),
        (False, False),
    ]
