"""Verbs about imports: where they go, and when they may."""

from __future__ import annotations

from functools import partial

import pytest

from fastlint.findings import AddImport, RemoveImport, ReplaceExpression
from fixing.bench import Marked, fix, fixed, text, withheld


def adding(module: str, name: str = "") -> partial[AddImport]:
    return partial(AddImport, module=module, name=name)


def after(head: str, *verbs: partial[AddImport] | partial[RemoveImport]) -> str:
    """What becomes of the head of a module above some code."""
    marked = text(head).rstrip("\n") + ("\n\n\n" if head else "") + "x = «old»\n"
    result = fixed(marked, partial(ReplaceExpression, text="new"), *verbs)
    assert result.endswith("x = new\n")
    return result.removesuffix("x = new\n")


@pytest.mark.parametrize(
    ("head", "module", "name", "wanted"),
    [
        ("", "asyncio", "", "import asyncio\n\n"),
        ('"""Doc."""\n', "asyncio", "", '"""Doc."""\n\nimport asyncio\n\n\n'),
        (
            "from __future__ import annotations\n",
            "asyncio",
            "",
            "from __future__ import annotations\n\nimport asyncio\n\n\n",
        ),
        ("import os\n", "asyncio", "", "import asyncio\nimport os\n\n\n"),
        (
            "import re_\nfrom fastapi import Depends\nfrom fastapi.responses import Response\nfrom arq import Arq\n",
            "fastapi.concurrency",
            "run_in_threadpool",
            (
                "import re_\nfrom fastapi import Depends\nfrom fastapi.responses import Response\n"
                "from fastapi.concurrency import run_in_threadpool\nfrom arq import Arq\n\n\n"
            ),
        ),
        (
            "import bcrypt\n\nfrom sqlalchemy import select\n",
            "fastapi.concurrency",
            "run_in_threadpool",
            "import bcrypt\n\nfrom fastapi.concurrency import run_in_threadpool\nfrom sqlalchemy import select\n\n\n",
        ),
        ("import abc\n", "asyncio", "", "import abc\nimport asyncio\n\n\n"),
        (
            "import abc\nfrom a import b\n",
            "typing",
            "Annotated",
            "import abc\nfrom typing import Annotated\nfrom a import b\n\n\n",
        ),
        (
            "import os\nfrom typing import Any, cast\n\nimport fastapi\n",
            "typing",
            "Annotated",
            "import os\nfrom typing import Annotated, Any, cast\n\nimport fastapi\n\n\n",
        ),
        (
            "import os\n\nfrom fastapi import (\n    APIRouter,\n    Depends,\n)\n",
            "fastapi",
            "Query",
            "import os\n\nfrom fastapi import (\n    APIRouter,\n    Depends,\n    Query,\n)\n\n\n",
        ),
        (
            "from fastapi import (\n    Query  # last\n)\n",
            "fastapi",
            "Request",
            "from fastapi import (\n    Query,  # last\n    Request,\n)\n\n\n",
        ),
        (
            "from fastapi import (\n    # a\n    APIRouter,\n    # q\n    Query,\n)\n",
            "fastapi",
            "Depends",
            "from fastapi import (\n    # a\n    APIRouter,\n    Depends,\n    # q\n    Query,\n)\n\n\n",
        ),
        (
            "from typing import Any\nfrom typing import cast\n",
            "typing",
            "Annotated",
            "from typing import Annotated\nfrom typing import Any\nfrom typing import cast\n\n\n",
        ),
        (
            "import os\n\nfrom fastapi import FastAPI\n\nfrom app.db import get_db\nfrom app.users import User\n",
            "app.models",
            "Item",
            (
                "import os\n\nfrom fastapi import FastAPI\n\nfrom app.db import get_db\nfrom app.models import Item\n"
                "from app.users import User\n\n\n"
            ),
        ),
        (
            "from fastapi import FastAPI\n\nfrom .db import get_db\n",
            "app.db",
            "Item",
            "from fastapi import FastAPI\n\nfrom .db import Item, get_db\n\n\n",
        ),
        (
            "import os\nfrom fastapi import FastAPI\n",
            "sqlalchemy",
            "select",
            "import os\nfrom fastapi import FastAPI\nfrom sqlalchemy import select\n\n\n",
        ),
        (
            "from fastapi import FastAPI\nimport os\nfrom .x import y\n",
            "json",
            "",
            "from fastapi import FastAPI\nimport json\nimport os\nfrom .x import y\n\n\n",
        ),
        (
            "import os\n\n# web\nfrom fastapi import FastAPI\n",
            "anyio",
            "",
            "import os\n\n# web\nimport anyio\nfrom fastapi import FastAPI\n\n\n",
        ),
        ("import fastapi\n", "os", "", "import os\n\nimport fastapi\n\n\n"),
        ("from fastapi import *\n", "fastapi", "Query", "from fastapi import *\nfrom fastapi import Query\n\n\n"),
        (
            "from a import (b, c)\n",
            "a",
            "d",
            "from a import (b, c, d)\n\n\n",
        ),
        ("from a import b, \\\n    c\n", "a", "d", "from a import b, \\\n    c, d\n\n\n"),
        ("import a; import b\n", "c", "", "import a; import b\nimport c\n\n\n"),
        ("import concurrent\n", "concurrent.futures", "", "import concurrent\nimport concurrent.futures\n\n\n"),
        (
            "import sys\nsys.path.append('x')\nimport a\n",
            "b",
            "",
            "import sys\nsys.path.append('x')\nimport a\nimport b\n\n\n",
        ),
    ],
)
def test_an_import_goes_where_its_kind_is(head: str, module: str, name: str, wanted: str) -> None:
    assert after(head, adding(module, name)) == wanted


@pytest.mark.parametrize(
    ("head", "module", "name"),
    [
        ("import asyncio\n", "asyncio", ""),
        ("import asyncio.events\n", "asyncio", ""),
        ("import concurrent.futures\n", "concurrent.futures", ""),
        ("from fastapi import Query\n", "fastapi", "Query"),
        ("from typing_extensions import Annotated\n", "typing", "Annotated"),
        ("from .db import Item\n", "app.db", "Item"),
        ("try:\n    import orjson\nexcept ImportError:\n    pass\n", "orjson", ""),
    ],
)
def test_what_is_imported_is_not_imported_again(head: str, module: str, name: str) -> None:
    assert after(head, adding(module, name)) == f"{head}\n\n"


@pytest.mark.parametrize(
    "source",
    [
        "from x import Query\ny = «1»\n",
        "class Query: pass\ny = «1»\n",
        "from x import y as Query\ny = «1»\n",
        "Query: int\ny = «1»\n",
        "a, (*Query, b) = z\ny = «1»\n",
        "with a as Query: pass\ny = «1»\n",
        "def f(*, Query=None):\n    return «1»\n",
        "def f():\n    y = «1»\n    import Query\n",
        "y = lambda Query: «1»\n",
        "y = [«1» for Query in z]\n",
        "def f():\n    global Query\n    y = «1»\n",
        "match z:\n    case {**Query}: y = «1»\n",
    ],
)
def test_a_name_that_means_something_else_stops_a_fix(source: str) -> None:
    reason = withheld(source, partial(ReplaceExpression, text="Query()"), adding("fastapi", "Query"))
    assert "`Query` means something else" in reason


@pytest.mark.parametrize(
    "source",
    [
        "def f(Query): pass\ny = «1»\n",
        "def f():\n    Query = 1\ndef g():\n    return «1»\n",
        "y = f(Query=«1»)\n",
        "y = z.Query + «1»\n",
        "from Query import a\ny = «1»\n",
        "from a.Query import b\ny = «1»\n",
        "def f():\n    from fastapi import Query\n    return «1»\n",
    ],
)
def test_a_name_that_is_taken_elsewhere_does_not(source: str) -> None:
    result = fixed(source, partial(ReplaceExpression, text="Query()"), adding("fastapi", "Query"))
    assert "from fastapi import Query\n" in result


def test_two_fixes_that_mean_different_things_by_a_name() -> None:
    marked = Marked("x = «a»\ny = «b»\n")
    one, other = marked.at
    fixes = (
        fix(ReplaceExpression(one, "Q()"), AddImport(one, "m", "Q")),
        fix(ReplaceExpression(other, "Q()"), AddImport(other, "n", "Q")),
    )
    result = marked.apply(*fixes)
    assert (result.made, result.waiting) == ((0,), (1,))
    assert result.contents[marked.path] == b"from m import Q\n\nx = Q()\ny = b\n"


def test_many_imports_at_once_stand_in_order() -> None:
    verbs = [adding(*what) for what in (("typing", "Any"), ("fastapi", "Query"), ("asyncio",), ("fastapi", "Depends"))]
    wanted = '"""Doc."""\n\nimport asyncio\nfrom typing import Any\n\nfrom fastapi import Depends, Query\n\n\n'
    assert after('"""Doc."""\n', *verbs) == wanted


def test_a_long_import_is_broken() -> None:
    names = ", ".join(f"name_number_{number}" for number in range(5))
    wanted = "".join(f"    name_number_{number},\n" for number in range(6))
    assert after(f"from a import {names}\n", adding("a", "name_number_5")) == f"from a import (\n{wanted})\n\n\n"


def test_an_import_for_type_checkers_moves() -> None:
    head = "import os\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from fastapi import Query\n"
    wanted = "import os\nfrom typing import TYPE_CHECKING\n\nfrom fastapi import Query\n\n\n"
    assert after(head, adding("fastapi", "Query")) == wanted
    head = head.replace("Query", "Depends, Query") + "    import x\n"
    wanted = (
        "import os\nfrom typing import TYPE_CHECKING\n\nfrom fastapi import Query\n\n"
        "if TYPE_CHECKING:\n    from fastapi import Depends\n    import x\n\n\n"
    )
    assert after(head, adding("fastapi", "Query")) == wanted


@pytest.mark.parametrize(
    ("head", "module", "name", "wanted"),
    [
        ("import os\nimport time\n", "time", "", "import os\n\n\n"),
        ("import time\nimport os\n", "time", "", "import os\n\n\n"),
        ("import time\n\nimport fastapi\n", "time", "", "import fastapi\n\n\n"),
        ("import os\n\nimport time\n\nimport fastapi\n", "time", "", "import os\n\nimport fastapi\n\n\n"),
        ("import os\n\nimport time\nimport yaml\n", "time", "", "import os\n\nimport yaml\n\n\n"),
        ("import time, os\n", "time", "", "import os\n\n\n"),
        ("import os, time\n", "time", "", "import os\n\n\n"),
        ("import time as t\n", "time", "", ""),
        ("from time import sleep\nx = sleep\n", "time", "sleep", "from time import sleep\nx = sleep\n\n\n"),
        ("from time import (\n    sleep,\n    time,\n)\n", "time", "sleep", "from time import (\n    time,\n)\n\n\n"),
        ("from time import (\n    sleep,\n    time,\n)\n", "time", "time", "from time import (\n    sleep,\n)\n\n\n"),
        ("from time import sleep  # noqa\n", "time", "sleep", ""),
        ("from time import sleep  # why\n", "time", "sleep", "from time import sleep  # why\n\n\n"),
        ("import time\ny: 'time.x'\n", "time", "", "import time\ny: 'time.x'\n\n\n"),
        ("import time\n__all__ = ['time']\n", "time", "", "import time\n__all__ = ['time']\n\n\n"),
        ("import time\ny = z.time\nf(time=1)\n", "time", "", "y = z.time\nf(time=1)\n\n\n"),
        ("import time\n'time goes by'\n", "time", "", "'time goes by'\n\n\n"),
    ],
)
def test_an_import_that_nothing_uses_goes(head: str, module: str, name: str, wanted: str) -> None:
    assert after(head, partial(RemoveImport, module=module, name=name)) == wanted


def test_what_a_package_imports_stays() -> None:
    source = "from time import sleep\nx = «a»\n"
    edits = (partial(ReplaceExpression, text="b"), partial(RemoveImport, module="time", name="sleep"))
    assert fixed(source, *edits, path="app/__init__.py") == "from time import sleep\nx = b\n"


def test_an_import_alone_goes_to_the_top() -> None:
    marked = Marked('"""Doc."""\n\n«def f(): pass»\n')
    result = marked.apply(fix(AddImport(marked.at[0], "asyncio")))
    assert result.contents[marked.path].decode() == '"""Doc."""\n\nimport asyncio\n\n\ndef f(): pass\n'
