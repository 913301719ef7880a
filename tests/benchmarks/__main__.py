"""What fastlint costs, next to the fastest parser that people know, on real applications, in one run.

    python tests/benchmarks                  # open-webui and litellm
    python tests/benchmarks chromadb

Every figure is the best of three runs; ratios are to the floor: `ast.parse` of the same files in one process.
fastlint runs from compiled modules, as an installed package does, even where the environment forbids to write them.

CPU time in floors as last measured, on two idle cores, Python 3.13 (the budget for a cold run is 2):

                        open-webui   litellm
    cold                      5.4       3.2
    warm                      0.14      0.04
    one file changed          3.8       2.2

The processor was a third slower then than at the measurement before (4.3, 0.11, 2.7 and 3.6, 0.03, 2.0). In alternation
with the state of then a cold run on open-webui took 5.5 s for 4.9: most for asking in two processes, 0.2 s for what
endpoints change in a row (FLT201). The wall time was the same.

Of a cold run on open-webui, in one process: start-up 0.15, headers 0.9 (0.75 of it is tree-sitter's parse), bodies 0.5,
routes 0.2, what runs on the loop 1.0, what requests reach 0.2, rules 1.7. Roughly the same on litellm, its rules 0.8.

Compiled modules were tried (mypyc; most of `facts`, the 31 modules of `model` that take most): 0.83 to 0.86 of the CPU
time, with the same findings on both. Much more is not to be had: the interpreter's own loop is a quarter of a cold run,
of which a third is left then; the rest is tree-sitter's, and that of strings, dictionaries and memory. A compiler must
be kept from `cached_property`, which becomes a plain property and is worked out at each use, and from structs, which
lose their options and end the process where an annotation names a class that is not there yet. Recursion without end
is no RecursionError any more, but the end of the process.

The rules are asked in two processes when the calls are known: an eighth less wall time on open-webui, for 2 to 4 % more
CPU time. Half of them ask nothing of the calls; asked beside the search for these they take 8 to 15 % more CPU time, as
what they ask of types is worked out twice.

Where little is left to take away: of litellm's floor of 5.4 s tree-sitter's parse takes 3.4, and every file must be
parsed to tell what is no Python. Every expression is worked out once (211,379 answers to 211,277 questions). Of 18,000
plain functions whose calls are looked at 2,600 lead to what blocks. A third of the bodies read ahead are not asked for.
Words are found in 43 MB of text in 20 ms each, file by file or joined. Of litellm's memory 44 MB are text, 107 headers,
151 bodies, 62 what is read from these, 75 calls, 120 types; places, as numbers, take 80 of it, names in bodies 37.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent / "ecosystem"))

from fetch import apps, fetch

_FLOOR = """
import ast, pathlib, sys
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.py")):
    try:
        ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        pass
"""
_RUNS = 3


class Cost(NamedTuple):
    """CPU and wall seconds and the peak memory (MiB, of the largest process) of a command with its children."""

    cpu: float
    wall: float
    peak: float


def run(command: list[str], cwd: Path) -> Cost:
    """Measure one run of a command.

    Raises:
        SystemExit: the command failed (exit code above 1).
    """
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        start = time.perf_counter()
        done = subprocess.run(command, cwd=cwd, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        wall = time.perf_counter() - start
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        line = f"{used.ru_utime + used.ru_stime} {wall} {used.ru_maxrss / 1024} {done.returncode}"
        os.write(write, line.encode())
        os._exit(0)
    os.close(write)
    cpu, wall_text, peak, code = os.read(read, 200).decode().split()
    os.close(read)
    os.waitpid(child, 0)
    if int(code) > 1:
        raise SystemExit(f"exit {code}: {' '.join(command)}")
    return Cost(float(cpu), float(wall_text), float(peak))


def best(command: list[str], cwd: Path) -> Cost:
    """The least of several runs, figure by figure."""
    costs = [run(command, cwd) for _ in range(_RUNS)]
    return Cost(min(c.cpu for c in costs), min(c.wall for c in costs), min(c.peak for c in costs))


def table(folder: Path) -> list[tuple[str, Cost]]:
    """Every row of the table for one application."""
    python = sys.executable
    check = [python, "-m", "fastlint", "check", ".", "--isolated", "--exit-zero", "--output-format", "concise"]
    rows = [("floor (ast.parse)", best([python, "-c", _FLOOR, str(folder)], folder))]
    with tempfile.TemporaryDirectory() as cache:
        _cold(check, folder)  # compiles the modules
        rows.append(("cold", min((_cold(check, folder) for _ in range(_RUNS)), key=lambda cost: cost.cpu)))
        cached = [*check, "--cache-dir", cache]
        run(cached, folder)
        rows.append(("warm", best(cached, folder)))
        rows.append(("one file changed", _changed(cached, folder)))
    ruff = shutil.which("ruff") or str(Path(python).with_name("ruff"))
    if Path(ruff).is_file():
        command = [ruff, "check", ".", "--isolated", "--no-cache", "--select", "FAST,ASYNC", "--exit-zero"]
        rows.append(("ruff FAST+ASYNC", best(command, folder)))
    return rows


def _cold(check: list[str], folder: Path) -> Cost:
    with tempfile.TemporaryDirectory() as cache:
        return run([*check, "--cache-dir", cache], folder)


def _changed(check: list[str], folder: Path) -> Cost:
    """One more line in a middling file, anew for each run."""
    files = sorted(folder.rglob("*.py"), key=lambda path: path.stat().st_size)
    target = files[len(files) * 9 // 10]
    before = target.read_bytes()
    costs = []
    try:
        for count in range(1, _RUNS + 1):
            target.write_bytes(before + b"\n_changed = %d\n" % count)
            costs.append(run(check, folder))
    finally:
        target.write_bytes(before)
    return min(costs, key=lambda cost: cost.wall)


def main() -> None:
    """Print a table for each application, and the start-up times."""
    with tempfile.TemporaryDirectory() as compiled:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = compiled
        _print_tables()


def _print_tables() -> None:
    for app in apps(sys.argv[1:] or ["open-webui", "litellm"]):
        folder = fetch(app)
        lines = sum(path.read_bytes().count(b"\n") for path in folder.rglob("*.py"))
        rows = table(folder)
        floor = rows[0][1]
        print(f"\n{app.name} {app.version}, {lines:,} lines")
        print(f"{'':22}{'CPU s':>8}{'× floor':>9}{'wall s':>8}{'× floor':>9}{'peak MiB':>10}")
        for name, cost in rows:
            ratios = f"{cost.cpu:8.2f}{cost.cpu / floor.cpu:9.2f}{cost.wall:8.2f}{cost.wall / floor.wall:9.2f}"
            print(f"{name:22}{ratios}{cost.peak:10.0f}")
    print("\nstart-up, wall ms")
    for option in ("--version", "--help", "rules"):
        print(f"{option:22}{best([sys.executable, '-m', 'fastlint', option], Path.cwd()).wall * 1000:8.0f}")


if __name__ == "__main__":
    main()
