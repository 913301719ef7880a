"""Feeds fastlint what nobody would write, until time is up; exits with 1 at the first project that it can't cope with.

python tests/fuzzing                       # a minute
python tests/fuzzing --seconds 600 --seed 7
python tests/fuzzing --only 12345          # one project again, printed
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
import traceback
from pathlib import Path
from random import Random
from typing import NoReturn

sys.path.insert(0, str(Path(__file__).parent.parent))

from fuzzing.damage import damaged, examples
from fuzzing.trial import complaints

_SLOWEST = 60  # seconds that one small project may take


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    parser.add_argument("--only", type=int, help="the number of one project")
    options = parser.parse_args()
    projects = examples()
    if options.only is not None:
        files = damaged(Random(options.only), projects)
        for path, text in files.items():
            print(f"==== {path}\n{text}")
        return report(options.only, list(complaints(files)))
    signal.signal(signal.SIGALRM, _too_slow)
    until, number, failed = time.monotonic() + options.seconds, options.seed * 1_000, 0
    while time.monotonic() < until:
        signal.alarm(_SLOWEST)
        try:
            found = list(complaints(damaged(Random(number), projects)))
        except Exception:  # noqa: BLE001 whatever it is, it is told, with the number that brings it back
            found = [traceback.format_exc()]
        failed += report(number, found)
        number += 1
    signal.alarm(0)
    print(f"{number - options.seed * 1_000} projects, {failed} with complaints")
    return 1 if failed else 0


def report(number: int, found: list[str]) -> int:
    """Print the complaints about one project; 1 if there are some."""
    for line in found:
        print(f"{number}: {line}", flush=True)
    return 1 if found else 0


def _too_slow(*_: object) -> NoReturn:
    raise TimeoutError(f"not done in {_SLOWEST} seconds")


if __name__ == "__main__":
    sys.exit(main())
