"""The measure of logic in an endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory


def _score(project: ProjectFactory, body: str) -> tuple[int, str]:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    head = "import logging, time\nfrom fastapi import Response\nlog = logging.getLogger()\n"
    model = project({"m.py": f"{head}def f(a: int, b: int, text: str, rows: list):\n{lines}\n"})
    logic = model.logic.of(model.modules.by_path["m.py"].functions[-1])
    return logic.score, logic.text


@pytest.mark.parametrize(
    ("body", "score", "text"),
    [
        ("if a:\n    go()\nelif b:\n    stay()", 2, "2 branches"),
        ("for x in rows:\n    if x:\n        go(x)", 3, "a branch, a loop"),
        ("return [x for x in rows if x.y]", 1, "a filter"),
        ("return [x for x in rows if x.is_open()]", 1, "a filter"),
        ("return a * b + 1", 1, "arithmetic"),
        ("if a == b:\n    x = go(a)\n    if not x:\n        raise ValueError", 1, "a branch"),
        ("x = a and b\ny = b and a\nreturn go(x, y)", 1, "compound conditions"),
        ("a += b\nreturn a", 1, "sums"),
        ("found = {}\nfor x in rows:\n    found.setdefault(x.y, []).append(x)", 2, "a loop"),
        ("if rows.total > 100:\n    x = 10\nelse:\n    x = 0\nreturn x", 1, "a branch"),
        ("for x in ('limit', 'page'):\n    go(x)", 1, "a loop"),
        ("while True:\n    x = text.read(9)\n    if a:\n        go(x)\n    yield x", 2, "a branch, a loop"),
        ("if a:\n    x = await go(a)\n    stay(x)\n    return await back(x)\nreturn b", 1, "a branch"),
        ("if a > b:\n    return await go(a)\nreturn await stay(b)", 1, "a branch"),
        ("if not a:\n    a = await go(b)\n    stay(a)", 1, "a branch"),
        ("match a:\n    case 1:\n        go()\n    case _:\n        stay()", 1, "a branch"),
        ("row = await go(a)\nif a == 1:\n    row.state = 3\nreturn row", 2, "a branch, changes of state"),
        ("row = stay(a)\nif row.state is None:\n    row.state = 3\nreturn row", 0, ""),
        ("return a if b > 3 else text", 1, "a choice by a bound"),
        ("return a if len(text) > 3 else b, a if b > 3 else None, a if b else text", 0, ""),
        ("pool = []\nfor x in rows:\n    pool.extend(x.y)\nreturn pool", 2, "a loop"),
        ("if a == 1:\n    go(b)\nreturn a", 1, "a branch"),
        ("if a == 1:\n    go(b)\nelif a == 2:\n    stay(b)\nreturn a", 2, "2 branches"),
        ("if a == 1:\n    x = go(b)\nelif a == 2:\n    x = stay(b)\nreturn x", 2, "2 branches"),
        ("if a == 1:\n    x = b * 2\nelif a == 2:\n    x = go(b)\nreturn x", 3, "2 branches, arithmetic"),
        ("for x in rows:\n    try:\n        await go(x)\n    except KeyError:\n        stay(x)", 1, "a loop"),
        (
            "for x in rows:\n    if x.y == 1:\n        yield x\n        a = 1\n    elif x.z:\n        yield go(x)",
            1,
            "a loop",
        ),
        ("found = []\nfor x in rows:\n    found.append(await go(x))\nreturn found", 1, "a loop"),
        ("for x in rows:\n    if x.y:\n        found.append(x)", 3, "a branch, a loop"),
        ("if text:\n    x = await go(text)\n    stay(x)\nreturn x", 1, "a branch"),
        ("if text:\n    x = await go(text)\n    return x, a * b\nreturn a", 2, "a branch, arithmetic"),
        ("for x in rows:\n    y = go(x)\n    y.z = a\n    found.append(y)", 2, "a loop"),
        ("def check(x):\n    if x:\n        raise ValueError\n    go(x)\nif b:\n    check(a)", 1, "a branch"),
        ("if text:\n    x = [y for y in text if y.z]\nreturn x", 2, "a branch, a filter"),
        ("if rows:\n    x = rows.y\n    a.state = go(x)\nreturn x", 1, "a branch"),
        ("if rows:\n    x = rows.y\n    y = go(b)\nreturn x", 1, "a branch"),
        ("for x in rows:\n    if x.y == a:\n        b = x\n        break\nreturn b", 1, "a filter"),
        ("for x in rows:\n    if x.y == a:\n        return x\nraise KeyError", 1, "a filter"),
        ("for x in rows:\n    if x.y == a:\n        x.z = b\n        break\nreturn b", 2, "a loop"),
        ("def inner(x):\n    if x == 1:\n        return a, b\n    return b, a\nreturn inner(a)", 1, "a branch"),
        ("x = time.time() * a\nreturn x", 1, "arithmetic"),
        ("if 'x' in text:\n    del rows['x']", 1, "a branch"),
        ("if a:\n    x = go(b)\nreturn x", 1, "a branch"),
        ("if a:\n    x = go(a, b)\nreturn x", 1, "a branch"),
        ("if rows:\n    x = rows.total * 2\nreturn x", 2, "a branch, arithmetic"),
        ("def inner():\n    while a:\n        go()\nreturn inner", 2, "a loop"),
    ],
)
def test_what_counts(project: ProjectFactory, body: str, score: int, text: str) -> None:
    assert _score(project, body) == (score, text)


@pytest.mark.parametrize(
    "body",
    [
        "if a:\n    raise ValueError",
        "if a and b:\n    log.info('x')\n    raise ValueError\nif b or a:\n    return None",
        "if a:\n    b = a",
        "q = go()\nif a:\n    q = q.limit(a)\nreturn q",
        "try:\n    go()\nexcept ValueError:\n    for x in rows:\n        if x:\n            stay()",
        "found = []\nfor x in rows:\n    y = x.z\n    found.append(go(y))\nreturn found",
        "for x in rows:\n    yield go(x)\n    await asyncio.sleep(1)",
        "return text + 'x'",
        "text += 'x'\nreturn text",
        "return [go(x) for x in rows]",
        "if a:\n    log.info('x')",
        "bound = rows.bind(a)\nif a:\n    bound.debug('x')\nelse:\n    bound.warning('y')",
        "if a:\n    go(a)\nif rows.x is not None:\n    go(rows.x)",
        "if a:\n    if b:\n        go()\n        return b\nraise ValueError",
        "x = a or b\ny = b or a\nreturn go(x, y)",
        "if a > 100:\n    a = 100",
        "if a:\n    if b:\n        raise ValueError",
        "if a is not None:\n    x = go(a)\n    if x is None:\n        raise ValueError",
        "if a:\n    return {'x': b, 'y': None}",
        "for x, y in rows:\n    setattr(a, x, y)",
        "found = go()\nfor x in found:\n    adapt(x, a)\nreturn found",
        "for x in ('limit', 'page'):\n    rows.pop(x, None)",
        "if a and rows.x:\n    await check(a)\n    return await change(a)\nreturn await make(b)",
        "if (x := go(a)) is not None:\n    stay(x)\n    return x\nelse:\n    raise ValueError",
        "while True:\n    x = text.read(9)\n    if not x:\n        break\n    yield x",
        "if rows.x:\n    return await drop(rows)\nelif a:\n    return await change(a)\nreturn await make(rows)",
        "if a == b:\n    await go(a)\n    raise ValueError",
        "q = go()\nif text:\n    q = q.where(go(text) == b)\nif a == 1:\n    q = q.order_by(b)\nreturn q",
        "found = []\nif a is not None:\n    found.append(go(a))\nreturn stay(found)",
        "if text == 'x':\n    await go(a)\nelif text == 'y':\n    await stay(b)\nelse:\n    raise ValueError",
        "if text == 'x':\n    return await go(a)\nif text in ('y', 'z'):\n    return await stay(b)\nreturn back()",
        "while chunk := await text.read(9):\n    rows.write(chunk)",
        "async for chunk in text:\n    if go(chunk):\n        raise ValueError\n    await rows.write(chunk)",
        "for x in rows:\n    if x.y:\n        raise ValueError",
        "for x in rows:\n    try:\n        go(x)\n    except KeyError:\n        raise ValueError from None",
        "for x in rows:\n    y = {}\n    if x.z:\n        y['z'] = a\n    for w in x:\n        y.add(w)\n    b.add(y)",
        "for x in rows:\n    text.writerow([x.y, x.z])",
        "if a and 'x' in a:\n    rows['x'] = await go(b)\nif b and b.x:\n    rows['y'] = await go(a)\nreturn rows",
        "count = 0\ncount += 1\nreturn count",
        "if not a:\n    a = go()\nif b is None:\n    b = go()\nreturn stay(a, b)",
        "if not a:\n    from m import f\n    raise ValueError",
        "def fail(why):\n    raise ValueError(why)\nif not a:\n    fail('a')",
        "x = None\nif text:\n    x = Cursor.parse(text)\nreturn go(x)",
        "x = None\nif text:\n    try:\n        x = go(text)\n    except KeyError:\n        raise ValueError",
        "if text is not None:\n    x = [int(y) for y in text.split(',')]\nelse:\n    x = None\nreturn go(x)",
        "r = Response()\nif a > b:\n    r.headers['x'] = str(a)\n    r.set_cookie('x', str(b))\nreturn r",
        "async for x in rows:\n    found.append(Out(x))\nreturn found",
        "for x in rows:\n    y = {'z': []}\n    for w in x.z:\n        y['z'].append(w.id)\n    yield y",
        "if a is not None:\n    x = await go(a)\nelif b is not None:\n    x = stay(b)\nelse:\n    raise ValueError",
        "if a == 1:\n    x = go(a)\nelif a == 2:\n    x = go(b)\nelse:\n    from m import f\n    raise f",
        "if text:\n    x = await go(text)\n    rows['y'] = stay(x)\n    return [Out(y) for y in x]\nreturn await go(b)",
        "for x in rows:\n    y = Out.from_orm(x)\n    y.z = a\n    if x.w:\n        y.w = x.w.v\n    found.append(y)",
        "def check(x):\n    if x:\n        raise ValueError\nif b:\n    check(a)",
        "x = None\nif a is not None:\n    x = go(a)\nelif b:\n    x = stay(b)\nreturn x",
        "return [x for x in rows if x is not None], {x: y for x, y in rows.items() if y}",
        "if text:\n    x = [y.strip() for y in text.split(',') if y.strip()]\nreturn x",
        "if rows:\n    x = rows.y\n    z = x.go() if x.z else None\nreturn x, z",
        "if rows:\n    x = rows.y\n    for y in x.w:\n        b.append(Out(y))\nreturn x",
        "if 'x' in rows:\n    del rows['x']",
        "for x in ('limit', 'page'):\n    if x in rows:\n        del rows[x]",
        "def inner(x):\n    if not x:\n        return None\n    return b\nreturn inner(a)",
        "started = time.perf_counter()\ngo(a)\nreturn int((time.perf_counter() - started) * 1000)",
        "started = time.time()\ngo(a)\ndone = time.time()\nreturn done - started",
        "log.info('%s', a * b)\nreturn a",
        "x = None\nif not a:\n    x = {'note': text}\nreturn x",
        "if a == 1:\n    log.info('x')\n    x = go(a)\nelif a is None:\n    x = go(b)\nelse:\n    raise ValueError",
        "if a == 1:\n    x = go(a)\n    y = 1\nelif a == 2:\n    x = go(b)\n    y = 2\nelse:\n    raise ValueError",
    ],
)
def test_what_is_plumbing(project: ProjectFactory, body: str) -> None:
    assert _score(project, body) == (0, "")


@pytest.mark.parametrize(
    ("body", "is_slight"),
    [
        ("if a:\n    go()\nelif b:\n    stay()", True),
        ("if a:\n    go()\nreturn a * b", True),
        ("if a:\n    go()\nelif b:\n    stay()\nreturn a * b", False),
        ("found = {}\nfor x in rows:\n    found.setdefault(x.y, []).append(x)", False),
        ("for x in rows:\n    go(x)\nreturn a * b", True),
    ],
)
def test_what_weighs_little(project: ProjectFactory, body: str, *, is_slight: bool) -> None:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    model = project({"m.py": f"def f(a: int, b: int, rows: list):\n{lines}\n"})
    assert model.logic.of(model.modules.by_path["m.py"].functions[-1]).is_slight is is_slight


def test_a_long_row_of_calls(project: ProjectFactory) -> None:
    functions = "\n".join(f"def f{n}(): ..." for n in range(10))
    calls = "\n".join(f"    f{n}()" for n in range(10))
    model = project({"m.py": f"{functions}\ndef main():\n{calls}\n"})
    logic = model.logic.of(model.modules.by_path["m.py"].functions[-1])
    assert (logic.score, logic.text) == (1, "10 steps")


@pytest.mark.parametrize(
    ("body", "score"),
    [
        ("return go(offset=(page - 1) * size)", 0),
        ("return (page - 1) * size, ceil(total / size), (total + size - 1) // size", 0),
        ("offset = (page - 1) * size\n    return offset + len(price) < total", 0),
        ("offset = offset + size\n    return offset + 1", 0),
        ("offset = start + size\n    start = offset + size\n    return start + len(price)", 0),
        ("offset = price * size\n    return offset + len(price) < total", 1),
        ("return price * size", 1),
        ("return page * order.price", 1),
        ("return count * 2", 1),
    ],
)
def test_places_of_pages_are_no_arithmetic(project: ProjectFactory, body: str, score: int) -> None:
    model = project(
        {"m.py": f"def f(count: int, page: int = 1, size: int = 20):\n    total, price = go()\n    {body}\n"}
    )
    assert model.logic.of(model.modules.by_path["m.py"].functions[-1]).score == score


@pytest.mark.parametrize(
    ("cls", "score"),
    [
        ("class Paging(BaseModel):\n    page: int = 1\n", 0),
        (
            "class Paging:\n  def __init__(self, page: int = 1):\n    self.page = page\n",
            0,
        ),
        ("class Paging(BaseModel):\n    page: int\n", 1),
        ("class Paging(BaseModel):\n    page: float = 1.0\n", 1),
    ],
)
def test_places_of_pages_by_a_class(project: ProjectFactory, cls: str, score: int) -> None:
    head = "from fastapi import Query\nfrom pydantic import BaseModel\n"
    body = "def f(paging: Paging, size: int = 9):\n    return go((paging.page - 1) * size)\n"
    model = project({"m.py": f"{head}{cls}{body}"})
    assert model.logic.of(model.modules.by_path["m.py"].functions[-1]).score == score


def test_filters_of_headers_are_none(project: ProjectFactory) -> None:
    model = project(
        {
            "m.py": "from fastapi import Request\n"
            "def f(request: Request, rows: dict):\n"
            "    kept = {k: v for k, v in request.headers.items() if k != 'host'}\n"
            "    return {k: v for k, v in rows.items() if v.x}, kept\n"
        }
    )
    assert model.logic.of(model.modules.by_path["m.py"].functions[-1]).text == "a filter"


_WRITING = """
from fastapi import BackgroundTasks
from celery import shared_task
from sqlalchemy import delete
from sqlalchemy.orm import Session
import boto3, httpx, smtplib
@shared_task
def later(): ...
def mail(): smtplib.SMTP("x").sendmail("x", "y", "z")
def save(db: Session, row):
    if row is None:
        raise ValueError
    db.add(row)
def note(db: Session): save(db, 1)
def drop(db: Session): db.execute(delete(1))
def perhaps(db: Session, row):
    if row:
        db.add(row)
def take(db: Session): return db.merge(1)
def ask(db: Session): return db.get(1, 2)
def opened(db: Session):
    db.add(1)
    yield db
def f(db: Session, tasks: BackgroundTasks, rows: list, a: int):
"""


@pytest.mark.parametrize(
    ("body", "score", "text"),
    [
        ("save(db, a)\nnote(db)\ndrop(db)", 2, "3 changes in a row"),
        ("db.add(a)\nhttpx.post('x')\ntasks.add_task(f)\ndb.delete(rows)", 2, "4 changes in a row"),
        ("later.delay()\nmail()\nboto3.client('s3').put_object(a)", 2, "3 changes in a row"),
        ("later.delay()\nlater.apply_async()\nlater.delay(a)", 0, ""),
        ("later(a)\nsmtplib.SMTP('x')\nboto3.client('s3').get_object(a)", 0, ""),
        ("save(db, a)\nsave(db, rows)\nnote(db)", 0, ""),
        ("db.add(a)\ndb.add(a)\ndb.commit()\ndb.refresh(a)\nask(db)", 0, ""),
        ("save(db, a)\nperhaps(db, a)\ntake(db)\nask(db)\nopened(db)", 0, ""),
        ("if a:\n    note(db)\nelse:\n    drop(db)\nsave(db, a)", 1, "a branch"),
        ("try:\n    save(db, a)\n    note(db)\nexcept ValueError:\n    drop(db)\nreturn lambda: drop(db)", 0, ""),
        ("for x in rows:\n    save(db, x)", 2, "a loop"),
        ("if a:\n    for x in rows:\n        db.add(x)", 3, "a branch, a loop"),
        ("for x in rows:\n    ask(x)", 1, "a loop"),
    ],
)
def test_rows_of_changes(project: ProjectFactory, body: str, score: int, text: str) -> None:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    model = project({"m.py": f"{_WRITING}{lines}\n"})
    logic = model.logic.of(model.modules.by_path["m.py"].functions[-1])
    assert (logic.score, logic.text) == (score, text)
