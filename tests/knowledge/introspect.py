"""Write src/fastlint/model/knowledge/generated.toml from what mypy reads in installed libraries.

    PYTHONPATH=tests python -m knowledge.introspect
    python -m fastlint.model.knowledge.compile

Run it in an environment that has mypy, msgspec and the libraries of subjects.toml: what isn't installed is left out.
Nothing of this is needed at run time, nor by the tests.
"""

from __future__ import annotations

import argparse
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.toml import decode
from mypy import build
from mypy.modulefinder import BuildSource
from mypy.nodes import MypyFile, TypeInfo
from mypy.options import Options

from knowledge.describe import Describer
from knowledge.naming import Names, Subject, top

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HERE = Path(__file__).parent
KNOWLEDGE = HERE.parents[1] / "src/fastlint/model/knowledge"
HEAD = "# Made by tests/knowledge/introspect.py from what mypy reads in these releases; corrections: libraries.toml."


def load(subjects: list[Subject]) -> dict[str, MypyFile]:
    """Have mypy analyse all modules."""
    options = Options()
    options.incremental = False
    options.follow_untyped_imports = True
    options.ignore_missing_imports = True
    options.ignore_errors = True
    options.python_version = (3, 13)
    options.preserve_asts = True
    sources = "\n".join(f"import {module}" for subject in subjects for module in subject.modules)
    return dict(build.build([BuildSource(None, "__subjects__", sources)], options).files)


def tables(names: Names) -> dict[str, Any]:
    """All rows."""
    describer = Describer(names)
    classes: dict[str, TypeInfo] = {}
    found: dict[str, Any] = {"functions": {}, "coroutine_functions": {}, "aliases": {}}
    for subject, module, name, node in names:
        canonical = names.canonical[node.fullname]
        for spelled in (f"{module}.{name}", node.fullname):
            if spelled != canonical:
                found["aliases"][spelled] = canonical
        own = top(canonical) == top(module) or module in {"builtins", "typing"}
        if not own or not subject.wants(canonical, node):
            continue
        if isinstance(node, TypeInfo):
            classes[canonical] = node
        elif not names.borrowed(canonical, node.fullname):
            awaitable, text = describer.function(node)
            if awaitable or text not in {"", "None"}:
                found["coroutine_functions" if awaitable else "functions"][canonical] = text
    described = {info.fullname for info in classes.values()}
    return found | {"class": {name: describer.cls(info, described) for name, info in sorted(classes.items())}}


def toml(found: dict[str, Any], subjects: list[Subject]) -> str:
    """The file."""
    lines = [HEAD, *comment(versions(subjects))]
    for table in ("functions", "coroutine_functions", "aliases"):
        lines += ["", f"[{table}]", *entries(found[table])]
    for name, row in found["class"].items():
        lines += ["", "[[class]]", f'name = "{name}"']
        for key, value in row.items():
            if not isinstance(value, dict):
                lines += scalar(key, value)
        for key, value in row.items():
            if isinstance(value, dict):
                lines += [f"[class.{key}]", *entries(value)]
    return "\n".join(lines) + "\n"


def entries(table: dict[str, str]) -> list[str]:
    """The lines of a table."""
    return [f'{key if key.isidentifier() else quoted(key)} = "{text}"' for key, text in sorted(table.items())]


def quoted(text: str) -> str:
    """A TOML string."""
    return f'"{text}"'


def scalar(key: str, value: object) -> list[str]:
    """A key and its value, a list that is long on several lines."""
    if not isinstance(value, list):
        return [f"{key} = {str(value).lower() if isinstance(value, bool) else quoted(str(value))}"]
    words = [quoted(item) for item in value]
    line = f"{key} = [{', '.join(words)}]"
    return [line] if len(line) <= 120 else [f"{key} = [", *wrapped(words, "    ", ","), "]"]


def wrapped(words: Iterable[str], start: str, end: str) -> Iterator[str]:
    """Words with commas between them, on lines that aren't too long."""
    line = start
    for word in words:
        if len(line) + len(word) > 118:
            yield line.rstrip()
            line = start
        line += f"{word}, "
    yield line.rstrip(", ") + end


def comment(words: Iterable[str]) -> Iterator[str]:
    """Words in comment lines."""
    return wrapped(words, "# ", "")


def versions(subjects: list[Subject]) -> Iterator[str]:
    """The releases at hand."""
    yield f"python {platform.python_version()}"
    for name in sorted({subject.distribution for subject in subjects}):
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            continue


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=KNOWLEDGE / "generated.toml")
    output = parser.parse_args().output
    subjects = [Subject(name, table) for name, table in decode((HERE / "subjects.toml").read_text()).items()]
    blocking = decode((KNOWLEDGE / "blocking.toml").read_text())
    written = decode((KNOWLEDGE / "libraries.toml").read_text())
    rows = (*blocking["class"], *blocking["call"], *blocking["nonblocking"], *written["class"])
    names = Names(load(subjects), subjects, {row["name"] for row in rows} | set(written["functions"]))
    output.write_text(toml(tables(names), subjects))


if __name__ == "__main__":
    main()
