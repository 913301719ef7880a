"""The data files against each other, and against the libraries that are installed where the tests run."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
import time
import warnings
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import pytest

from fastlint.model.knowledge import libraries, store
from fastlint.model.knowledge.blocking import Blocking
from fastlint.model.knowledge.compile import HERE, compiled, read
from fastlint.model.knowledge.merge import merge_libraries
from fastlint.model.knowledge.offload_rows import OffloadSheet
from fastlint.model.knowledge.schema import BlockingSheet, CallRow, ClassRow
from fastlint.model.knowledge.terminals import terminals
from fastlint.model.knowledge.type_rows import LibrarySheet, TypeRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

BLOCKING = read("blocking.toml", BlockingSheet)
GENERATED = read("generated.toml", LibrarySheet)
WRITTEN = read("libraries.toml", LibrarySheet)
OFFLOAD = read("offload.toml", OffloadSheet)
MISSING = object()


def test_the_compiled_file_is_up_to_date() -> None:
    assert store.COMPILED.read_bytes() == compiled(), "run python -m fastlint.model.knowledge.compile"


def test_no_name_is_claimed_twice() -> None:
    calls = [name for row in BLOCKING.call for name in {row.name, *row.aliases}]
    classes = [name for row in BLOCKING.class_ for name in {row.name, *row.aliases}]

    assert len(calls) == len(set(calls))
    assert len(classes) == len(set(classes))


def test_no_class_is_both_blocking_and_harmless() -> None:
    harmless = {row.name for row in BLOCKING.nonblocking if row.kind == "class"}

    assert harmless.isdisjoint(row.name for row in BLOCKING.class_)


def test_no_coroutine_is_said_to_block() -> None:
    blocking = Blocking.load(cheap=True)
    sheet = merge_libraries(WRITTEN, GENERATED, BLOCKING)
    methods = [(row.name, method) for row in sheet.class_ for method in row.coroutines]

    assert len(methods) > 2000
    assert [pair for pair in methods if blocking.method(*pair)] == []
    assert [pair for pair in methods if blocking.call(".".join(pair))] == []
    assert [name for name in sheet.coroutine_functions if blocking.call(name)] == []


def test_no_blocking_method_is_said_to_be_a_coroutine() -> None:
    methods = [(row.name, method) for row in BLOCKING.class_ for method in row.methods]

    assert [pair for pair in methods if libraries.is_coroutine(*pair)] == []


def test_a_call_that_blocks_ends_in_a_known_name() -> None:
    names, libraries_of_any = terminals()
    ends = {row.name.rpartition(".")[2] for row in BLOCKING.call}
    ends |= {method for row in BLOCKING.class_ for method in row.methods}

    assert ends <= names
    assert "redis" not in libraries_of_any


def test_written_rows_stand_under_their_canonical_names() -> None:
    names = [row.name for row in WRITTEN.class_] + [name.removesuffix("(*)") for name in WRITTEN.functions]

    assert [(name, libraries.canonical(name)) for name in names if libraries.canonical(name) != name] == []


def test_loading_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    start = time.perf_counter()
    archive = store.COMPILED.stat().st_size
    shelves = sorted(set().union(*store.shelf_names()))
    read_in = time.perf_counter() - start
    wanted = ["asyncio", "fastapi", "httpx", "os", "pydantic", "redis", "sqlalchemy", "starlette", "typing"]
    start = time.perf_counter()
    for name in wanted:
        store.blocking_shelf.__wrapped__(name)
        store.library_shelf.__wrapped__(name)
    decoded = time.perf_counter() - start
    with capsys.disabled():
        print(  # noqa: T201 (a figure for people, not a limit)
            f"\nknowledge: {archive // 1024} KB, {len(shelves)} shelves, opened in {read_in * 1000:.1f} ms, "
            f"{len(wanted)} shelves decoded in {decoded * 1000:.1f} ms"
        )


# --- against what is installed ---


@cache
def installed(top: str) -> bool:
    try:
        return importlib.util.find_spec(top) is not None
    except (ImportError, ValueError):
        return False


@cache
def real(qualified: str) -> Any:  # noqa: ANN401 (any object of any library)
    """What a qualified name stands for; MISSING if nothing."""
    parts = qualified.split(".")
    for end in range(len(parts), 0, -1):
        module = module_of(".".join(parts[:end]))
        if module is None:
            continue
        found: Any = module
        for part in parts[end:]:
            found = (
                inspect.getattr_static(found, part, MISSING)
                if inspect.isclass(found)
                else getattr(found, part, MISSING)
            )
            if isinstance(found, (staticmethod, classmethod)):
                found = found.__func__
            if found is MISSING:
                return MISSING
        return found
    return real(f"builtins.{qualified}") if len(parts) == 1 and qualified != "builtins" else MISSING


@cache
def module_of(name: str) -> Any:  # noqa: ANN401
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return importlib.import_module(name)
        except Exception:  # noqa: BLE001 (a library may do anything when imported)
            return None


def groups(names: Iterable[str]) -> list[str]:
    return sorted({name.partition(".")[0] for name in names if installed(name.partition(".")[0])})


def of_top(rows: Iterable[Any], top: str, name_of: Callable[[Any], str]) -> Iterator[Any]:
    return (row for row in rows if name_of(row).partition(".")[0] == top)


def name_of(row: Any) -> str:  # noqa: ANN401
    return str(row.name)


def dated(row: CallRow | ClassRow) -> bool:
    """Whether the name exists in some releases only, or was never checked."""
    return bool(row.since or row.until) or not row.verified


def is_coroutine_function(found: object) -> bool:
    return inspect.iscoroutinefunction(found)


def is_plain(found: object) -> bool:
    """Whether a Python function gives nothing to await, nor does what it wraps."""
    if not inspect.isfunction(found) or returns_awaitable(found):
        return False
    return not is_coroutine_function(inspect.unwrap(found))


def is_absent(name: str) -> bool:
    """Whether a name isn't there though the module, or class, that should have it is."""
    return real(name) is MISSING and real(name.rpartition(".")[0]) is not MISSING


@pytest.mark.parametrize("top", groups(row.name for row in BLOCKING.call))
def test_blocking_functions_exist_and_are_no_coroutines(top: str) -> None:
    rows = [row for row in of_top(BLOCKING.call, top, name_of) if not dated(row)]

    # Of the standard library, other systems and other releases of Python have other parts.
    missing = [row.name for row in rows if top not in sys.stdlib_module_names and is_absent(row.name)]
    coroutines = [row.name for row in rows if is_coroutine_function(real(row.name))]

    assert missing == []
    assert coroutines == []


@pytest.mark.parametrize("top", groups(row.name for row in BLOCKING.class_))
def test_blocking_methods_exist_and_are_no_coroutines(top: str) -> None:
    problems = []
    for row in of_top(BLOCKING.class_, top, name_of):
        cls = real(row.name)
        if not inspect.isclass(cls) or dated(row):
            continue
        for method in row.methods:
            found = real(f"{row.name}.{method}")
            if is_coroutine_function(found):
                problems.append(f"{row.name}.{method}")
    assert problems == []


@pytest.mark.parametrize("top", groups(row.twin for row in BLOCKING.class_ if row.twin_same_names))
def test_methods_of_a_twin_are_awaitable(top: str) -> None:
    problems = []
    for row in BLOCKING.class_:
        if row.twin.partition(".")[0] != top or not row.twin_same_names or real(row.twin) is MISSING:
            continue
        for method in row.methods:
            skipped = {*row.twin_missing, *row.twin_not_coroutine, *row.iter_methods, *row.except_methods}
            found = real(f"{row.twin}.{row.twin_rename.get(method, method)}")
            if method not in skipped and is_plain(found):
                problems.append(f"{row.twin}.{method}")
    assert problems == []


def returns_awaitable(found: object) -> bool:
    """Whether a plain function hands on a coroutine, as far as its annotation or its library's way tells."""
    module = str(getattr(found, "__module__", ""))
    returned = str(getattr(found, "__annotations__", {}).get("return", ""))
    loose = module.startswith(("redis.", "pymongo", "elastic"))
    return loose or any(word in returned for word in ("Awaitable", "Coroutine", "Context", "Async", "Result", "Future"))


@pytest.mark.parametrize("sheet", [GENERATED, WRITTEN], ids=["generated", "written"])
def test_the_rows_of_classes_are_true(sheet: LibrarySheet) -> None:
    problems: list[str] = []
    for row in sheet.class_:
        if same_release(row.name) and installed(row.name.partition(".")[0]):
            problems += untrue(row)
    assert problems == []


# Typeshed's word for it, or what offers all that it is said to be.
FICTIONS = {"typing.IO", "typing.TextIO", "typing.BinaryIO", "tuple", "collections.abc.Mapping"}
PROXIES = {
    "sqlalchemy.orm.scoped_session",
    "sqlalchemy.ext.asyncio.async_scoped_session",
    "sqlalchemy.sql.dml.ReturningDelete",
}


def untrue(row: TypeRow) -> Iterator[str]:
    cls = real(row.name)
    if not inspect.isclass(cls):
        if is_absent(row.name):
            yield row.name
        return
    for method in row.coroutines:
        if is_plain(real(f"{row.name}.{method}")) and not row.name.startswith(("motor.", "asyncpg.")):
            yield f"{row.name}.{method} is no coroutine"
    for method in (*row.methods, *row.plain):
        if is_coroutine_function(real(f"{row.name}.{method}")):
            yield f"{row.name}.{method} is a coroutine"
    for base in row.bases if row.name not in PROXIES else ():
        known = real(base)
        if inspect.isclass(known) and not issubclass(cls, known) and base not in FICTIONS:
            yield f"{row.name} is no {base}"


@cache
def same_release(name: str) -> bool:
    """Whether the library at hand is of the release that the generated rows were made from."""
    top = name.partition(".")[0]
    made_from = dict(
        entry.strip().rsplit(" ", 1)
        for line in (HERE / "generated.toml").read_text(encoding="utf-8").splitlines()[1:8]
        if line.startswith("#")
        for entry in line.lstrip("# ").rstrip(",").split(",")
    )
    if top in sys.stdlib_module_names or not installed(top):
        return made_from["python"].startswith(f"{sys.version_info.major}.{sys.version_info.minor}.")
    try:
        return made_from.get(top.replace("_", "-"), "") == version(top)
    except PackageNotFoundError:
        return False


def test_generated_functions_are_true() -> None:
    functions = [name for name in GENERATED.functions if same_release(name)]
    coroutines = [name for name in GENERATED.coroutine_functions if same_release(name)]

    assert [name for name in functions if is_coroutine_function(real(name))] == []
    assert [name for name in coroutines if is_plain(real(name))] == []


def test_generated_aliases_are_true() -> None:
    pairs = [(alias, name) for alias, name in GENERATED.aliases.items() if same_release(name)]
    classes = [(alias, name) for alias, name in pairs if inspect.isclass(real(alias)) and inspect.isclass(real(name))]

    assert len(classes) > 100
    assert [(alias, name) for alias, name in classes if real(alias) is not real(name)] == []


def test_what_leaves_the_loop_exists() -> None:
    names = [".".join(filter(None, (row.name, row.method))) for row in OFFLOAD.escape]
    names += [".".join(filter(None, (row.name, row.method))) for row in OFFLOAD.spawn]
    names += [row.name for row in OFFLOAD.cache] + [row.name for row in OFFLOAD.retry]

    missing = [name for name in names if installed(name.partition(".")[0]) and real(name) is MISSING]

    # Those that older releases of Python, or of a library, don't have.
    assert set(missing) <= {"asyncio.TaskGroup.create_task", "anyio.to_interpreter.run_sync"}
