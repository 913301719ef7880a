"""Lints the pinned applications and compares with the reviewed snapshot.

    python tests/ecosystem                   # all of them
    python tests/ecosystem open-webui prefect
    python tests/ecosystem --update          # write the snapshot anew; read the difference before committing it
    python tests/ecosystem --all-rules       # rules that are off by default, too; prints, compares nothing

Exits with 1 where findings differ from the snapshot, 2 where an application couldn't be linted.
"""

from __future__ import annotations

import argparse
import difflib
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from fetch import HERE, App, apps, fetch

SNAPSHOT = HERE / "snapshot"


def lint(app: App, *extra: str) -> list[str]:
    """One line a finding: code, path, row, message; in order.

    Raises:
        SystemExit: fastlint could not do its job.
    """
    folder = fetch(app)
    command = [sys.executable, "-m", "fastlint", "check", str(folder), "--isolated", "--no-cache"]
    command += ["--output-format", "json", "--exit-zero", *extra]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder)
    if done.returncode:
        raise SystemExit(f"{app.name}: exit {done.returncode}\n{done.stderr.strip()}")
    rows = json.loads(done.stdout)
    return [f"{row['code']} {row['filename']}:{row['location']['row']} {row['message']}" for row in rows]


def compare(app: App, lines: list[str], *, update: bool) -> bool:
    """Whether the findings are those of the snapshot; prints how they differ."""
    file = SNAPSHOT / f"{app.name}.txt"
    counts = Counter(line.partition(" ")[0] for line in lines)
    print(f"{app.name} {app.version}: {len(lines)} findings", *(f"{code}×{n}" for code, n in sorted(counts.items())))
    if update:
        SNAPSHOT.mkdir(exist_ok=True)
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return True
    before = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    difference = [line for line in difflib.ndiff(before, lines) if line[:2] in ("- ", "+ ")]
    print(*(f"  {line}" for line in difference), sep="\n", end="\n" if difference else "")
    return not difference


def main() -> int:
    """Run the command line above."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("apps", nargs="*", help="names from apps.toml; all of them by default")
    parser.add_argument("--update", action="store_true", help="write the snapshot anew")
    parser.add_argument("--all-rules", action="store_true", help="print what every rule finds, compare nothing")
    options = parser.parse_args()
    same = True
    for app in apps(options.apps):
        if options.all_rules:
            print(*lint(app, "--select", "ALL"), sep="\n")
        else:
            same &= compare(app, lint(app), update=options.update)
    return 0 if same else 1


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    raise SystemExit(main())
