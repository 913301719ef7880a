"""How long lines may be, by what a project says of its formatter."""

from __future__ import annotations

import pytest

from fastlint.fixing.width import Widths

LONG = f"f({'x' * 107})"
TEXT = f"f('{'x' * 200}')\n# {'x' * 200} (y)"
BLACK = b"repos:\n  - repo: x\n    hooks:\n      - id: isort\n        args: [--line-length, '70']\n      - id: black\n"


@pytest.mark.parametrize(
    ("files", "width"),
    [
        ({}, 110),
        ({"pyproject.toml": b"[tool.ruff]\nline-length = 100"}, 100),
        ({"pyproject.toml": b"[tool.black]\nline_length = 99\n"}, 99),
        ({"pyproject.toml": b"[tool.black]\nskip-string-normalization = true\n"}, 88),
        ({"pyproject.toml": b"[tool.ruff.format]\nquote-style = 'single'\n"}, 88),
        ({"pyproject.toml": b"[tool.ruff.lint]\nselect = ['E']\n"}, 110),
        ({"ruff.toml": b"line-length = 60", "pyproject.toml": b"[tool.black]\n"}, 60),
        ({".pre-commit-config.yaml": BLACK}, 88),
        ({".pre-commit-config.yaml": BLACK + b"        args: ['--line-length=95']\n      - id: mypy\n"}, 95),
        ({".pre-commit-config.yaml": BLACK + b"      - id: flake8\n        args: [--max-line-length=95]\n"}, 88),
        ({".pre-commit-config.yaml": b"repos:\n- hooks:\n  - id: isort\n"}, 110),
        ({"setup.cfg": b"[flake8]\nmax-line-length = 92\n"}, 92),
    ],
)
def test_width(files: dict[str, bytes], width: int) -> None:
    assert Widths(lambda path: files.get(path, b"")).of("app/main.py", LONG) == width


def test_texts_and_comments_tell_nothing() -> None:
    assert Widths(lambda _: b"").of("app/main.py", TEXT) == 88


def test_lines_of_texts_tell_nothing() -> None:
    line = "    default: [[-4.0237, 56.0904], [-3.9111, 56.1715], [-3.8122, 56.0980], [-4.0237, 56.0904], [0, 0]]\n"
    assert Widths(lambda _: b"").of("app/main.py", f'def f():\n    """Doc.\n\n{line}    """\n') == 88
    assert Widths(lambda _: b"").of("app/main.py", f"def f():\n{line}") == len(line) - 1
