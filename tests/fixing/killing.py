"""Run as a program: fix a project over and over, each time killed at a random moment, and look at what is left.

`python killing.py FOLDER KILLS SEED`; prints how many runs were killed before, amid and after the writing. Every other
run is killed at any moment at all, the rest while files are being replaced, which takes little of a run's time.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path

from fastlint.cli import run

FILES = 12
LINES = 20
BODY = "".join(
    f"    value_{number} = {number}  # a line of some length, to make a file of some size\n" for number in range(LINES)
)
OLD = f"""import time

from fastapi import FastAPI

app = FastAPI()


@app.get("/")
async def wait() -> str:
    time.sleep(1)
{BODY}    return "done"
"""


def main(folder: Path, kills: int, seed: int) -> int:
    """Kill runs, and give 1 if ever a file was neither the old one nor the new one."""
    files = [folder / f"part_{number}" / "main.py" for number in range(FILES)]
    (folder / "fastlint.toml").write_text("", "utf-8")
    _restore(files)
    longest = _whole_run(folder)
    new = files[0].read_bytes()
    if new == OLD.encode() or any(file.read_bytes() != new for file in files):
        sys.stderr.write("a run that nobody disturbs does not fix all files\n")
        return 1
    seen = {"before": 0, "amid": 0, "after": 0}
    chance = random.Random(seed)  # noqa: S311 - no secret
    for number in range(kills):
        _restore(files)
        if number % 2:
            _killed_run(folder, 0.0, replaced=chance.randrange(FILES + 1))
        else:
            _killed_run(folder, chance.random() * longest)
        states = [file.read_bytes() for file in files]
        if any(state not in (OLD.encode(), new) for state in states):
            sys.stderr.write("a file is neither old nor new\n")
            return 1
        fixed = sum(state == new for state in states)
        seen["after" if fixed == FILES else "amid" if fixed else "before"] += 1
    _whole_run(folder)
    sys.stdout.write(f"{seen}\n")
    return int(any(file.read_bytes() != new for file in files))


def _restore(files: list[Path]) -> None:
    for file in files:
        file.parent.mkdir(exist_ok=True)
        file.write_text(OLD, "utf-8")


def _whole_run(folder: Path) -> float:
    started = time.monotonic()
    child, signals = _started(folder)
    os.waitpid(child, 0)
    os.close(signals)
    return time.monotonic() - started


def _killed_run(folder: Path, after: float, replaced: int = 0) -> None:
    """Kill a run some time after it has replaced so many files."""
    child, signals = _started(folder)
    for _ in range(replaced):
        os.read(signals, 1)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(signals)


def _started(folder: Path) -> tuple[int, int]:
    """A process, with all modules loaded, that fixes the folder, and a pipe that gets a byte for each file replaced."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    replace = Path.replace

    def told(self: Path, target: Path) -> Path:
        result = replace(self, target)
        os.write(writing, b".")
        return result

    Path.replace = told  # type: ignore[method-assign, assignment]
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    os._exit(run(["check", "--fix", "--no-cache", "--jobs", "1", "--select", "FLT101", str(folder)]))


if __name__ == "__main__":
    run(["check", "--diff", "--no-cache", "--output-file", os.devnull, sys.argv[1]])  # loads all that a run needs
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
