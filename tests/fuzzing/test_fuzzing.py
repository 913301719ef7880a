"""A short slice of what `python tests/fuzzing` does for as long as one likes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from fuzzing.damage import Files, damaged, examples
from fuzzing.trial import complaints


@pytest.fixture(scope="module")
def projects() -> list[Files]:
    return examples()


@pytest.mark.parametrize("number", range(0, 150, 15))
def test_whatever_comes_is_coped_with(number: int, projects: list[Files]) -> None:
    found = {
        each: told for each in range(number, number + 15) if (told := list(complaints(damaged(Random(each), projects))))
    }
    assert found == {}, "python tests/fuzzing --only NUMBER"


def test_a_file_may_end_within_the_body_of_a_loop() -> None:
    text = """
from fastapi import FastAPI

app = FastAPI()


@app.get("/events")
async def events():
    for number in range(3):
        yield {"number":
"""
    assert list(complaints({"main.py": text})) == []


def test_the_command_runs() -> None:
    here = Path(__file__).parent
    done = subprocess.run(
        [sys.executable, here, "--seconds", "0.2", "--seed", "3"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith(" projects, 0 with complaints\n")
