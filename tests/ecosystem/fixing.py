"""Fixes copies of the pinned applications, and of any other projects, and holds the results to what fixes promise.

    python tests/ecosystem/fixing.py                           # all pinned applications
    python tests/ecosystem/fixing.py open-webui ~/src/my-app   # one of them, and a folder
    python tests/ecosystem/fixing.py --all-rules --patches out # rules that are off by default, too; patches to read

Each written file must parse; what it newly imports must exist, and what it no longer imports nobody may import from it;
no finding may come; a second run must change nothing. Exits with 1 where that is not so, 2 where an application
couldn't be fixed. How many files a formatter would lay out anew, and would not before, is only told.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import libcst
from fetch import apps, fetch

FINDING = re.compile(r"^(?P<path>.+?):\d+:\d+: (?P<code>FLT\d{3}) ", re.MULTILINE)
IGNORED = shutil.ignore_patterns("__pycache__", ".git", ".fastlint_cache", "node_modules", ".venv")


class Run(NamedTuple):
    """One run of the linter: its findings by rule and file, what it said on stderr, the patch it would make."""

    findings: Counter[tuple[str, str]]
    said: list[str]
    seconds: float


def lint(folder: Path, *extra: str) -> Run:
    """Check a folder.

    Raises:
        SystemExit: fastlint could not do its job.
    """
    command = [sys.executable, "-m", "fastlint", "check", ".", "--isolated", "--no-cache", "--output-format", "concise"]
    started = time.monotonic()
    done = subprocess.run([*command, "--exit-zero", *extra], check=False, capture_output=True, text=True, cwd=folder)
    if done.returncode:
        raise SystemExit(f"{folder.name}: exit {done.returncode}\n{done.stderr.strip()[-2000:]}")
    found = Counter((match["code"], match["path"]) for match in FINDING.finditer(done.stdout))
    return Run(found, done.stderr.splitlines(), time.monotonic() - started)


def contents(folder: Path) -> dict[str, bytes]:
    """All files by their path."""
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def complaints(path: str, before: bytes, after: bytes, files: dict[str, bytes]) -> list[str]:
    """What is wrong with a file that was written."""
    if not path.endswith(".py"):
        return []
    try:
        libcst.parse_module(after)
    except (libcst.ParserSyntaxError, ValueError) as error:
        return [f"{path}: does not parse: {error}"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            old, new = ast.parse(before), ast.parse(after)
            compile(after, path, "exec", dont_inherit=True)
        except SyntaxError as error:
            return [] if _fails(before) else [f"{path}: does not compile: {error}"]
    fresh, lost = sorted(imported(new) - imported(old)), imported(old) - imported(new)
    found = [f"{path}: {module}.{name} cannot be imported" for module, name in fresh if not exists(module, name, files)]
    return [*found, *missed(path, {name or module for module, name in lost}, files)]


def _fails(data: bytes) -> bool:
    try:
        compile(data, "before", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return True
    return False


def imported(tree: ast.Module) -> set[tuple[str, str]]:
    """What a module imports from elsewhere: module and name."""
    found: set[tuple[str, str]] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.update((node.module, alias.name) for alias in node.names)
    return found


def missed(path: str, lost: set[str], files: dict[str, bytes]) -> list[str]:
    """Who imports something from a file that the file no longer has from elsewhere."""
    found: list[str] = []
    stem = path.removesuffix("/__init__.py").removesuffix(".py").rpartition("/")[2].encode()
    for other, data in files.items():
        if not lost or not other.endswith(".py") or b"import" not in data or stem not in data:
            continue
        try:
            nodes = list(ast.walk(ast.parse(data)))
        except (SyntaxError, ValueError):
            continue
        for node in nodes:
            if isinstance(node, ast.ImportFrom) and (node.module or "").rpartition(".")[2] == stem.decode():
                names = sorted(alias.name for alias in node.names if alias.name in lost)
                found.extend(f"{path}: {other} imports {name} from there" for name in names)
    return found


def exists(module: str, name: str, files: dict[str, bytes]) -> bool:
    """Whether a name can be imported, from the project or from what is installed here."""
    place = module.replace(".", "/")
    own = {} if module.partition(".")[0] in sys.stdlib_module_names else files
    for path, data in own.items():
        if f"/{path}".endswith((f"/{place}.py", f"/{place}/__init__.py")):
            return not name or name.encode() in data
    try:
        found = importlib.import_module(module)
    except ImportError:
        return False
    return not name or hasattr(found, name)


def try_fixing(name: str, source: Path, options: argparse.Namespace) -> bool:
    """Fix a copy of a project; whether all is as it should be."""
    rules = ["--select", "ALL"] if options.all_rules else []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / source.name
        shutil.copytree(source, folder, ignore=IGNORED, symlinks=True)
        before, files = lint(folder, *rules), contents(folder)
        run = lint(folder, *rules, "--fix-only", "--unsafe-fixes", "--show-fixes", "--output-file", "../fixes.txt")
        shown = Path(scratch, "fixes.txt")
        after, fixed = lint(folder, *rules), contents(folder)
        again = lint(folder, *rules, "--fix-only", "--unsafe-fixes")
        problems = [] if contents(folder) == fixed else ["a second run changes something"]
        changed = [path for path in files if fixed.get(path) != files[path]]
        if fixed.keys() != files.keys():
            problems.append(f"files came or went: {sorted(fixed.keys() ^ files.keys())}")
        for path in changed:
            problems.extend(complaints(path, files[path], fixed[path], fixed))
        messy = [
            path
            for path in changed
            if is_formatted(folder, path, files[path]) and not is_formatted(folder, path, fixed[path])
        ]
        problems.extend(f"{code} came to {path}" for (code, path) in sorted(after.findings - before.findings))
        if options.patches:
            write_patch(options.patches / f"{name}.patch", files, fixed, changed)
        made = Counter(
            line.split()[2]
            for line in (shown.read_text("utf-8").splitlines() if shown.is_file() else ())
            for _ in range(_count(line))
        )
    total = sum(before.findings.values())
    rest = ", ".join(f"{code}×{count}" for code, count in sorted(made.items())) or "nothing"
    print(f"{name}: {total} findings, {sum(made.values())} fixed in {len(changed)} files: {rest}", end="")
    print(f" ({before.seconds:.1f} s to check, {run.seconds:.1f} s to fix, {again.seconds:.1f} s to find no more)")
    if messy:
        print(f"  {len(messy)} files are not as the formatter wants them any more: {', '.join(messy[:5])}")
    print(*(f"  {line}" for line in (*problems, *run.said)), sep="\n", end="\n" if problems or run.said else "")
    return not problems


def is_formatted(folder: Path, path: str, data: bytes) -> bool:
    """Whether the formatter of this project, set up as the other project says, would leave a file as it is."""
    command = [
        sys.executable,
        "-m",
        "ruff",
        "format",
        "--check",
        "--quiet",
        "--no-cache",
        "--stdin-filename",
        path,
        "-",
    ]
    return (
        path.endswith(".py")
        and subprocess.run(command, check=False, input=data, cwd=folder, capture_output=True).returncode == 0
    )


def _count(line: str) -> int:
    """How many fixes a line of `--show-fixes` tells of: `    2 x FLT101 (blocking-sleep)`."""
    return int(line.split(maxsplit=1)[0]) if line.startswith("    ") and line.split()[1] == "x" else 0


def write_patch(file: Path, before: dict[str, bytes], after: dict[str, bytes], changed: list[str]) -> None:
    """Write what has changed as a patch."""
    from fastlint.fixing.patch import patch

    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"".join(patch(path, before[path], after[path]) for path in sorted(changed)))


def main() -> int:
    """Run the command line above."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("projects", nargs="*", help="names from apps.toml, or folders; all applications by default")
    parser.add_argument("--all-rules", action="store_true", help="fix what rules find that are off by default, too")
    parser.add_argument("--patches", type=Path, help="a folder for patches to read")
    options = parser.parse_args()
    folders = [Path(name).resolve() for name in options.projects if Path(name).is_dir()]
    names = [name for name in options.projects if not Path(name).is_dir()]
    pinned = apps(names) if names or not folders else []
    projects = [*((app.name, fetch(app)) for app in pinned), *((folder.name, folder) for folder in folders)]
    fine = [try_fixing(name, folder, options) for name, folder in projects]
    return 0 if all(fine) else 1


if __name__ == "__main__":
    raise SystemExit(main())
