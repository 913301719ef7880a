"""Two readers of one command line: the quick ones and typer."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastlint.cli.app import app
from fastlint.cli.arguments import options_of, parsed
from fastlint.cli.options import OPTIONS, CheckOptions
from fastlint.cli.quick import quick

if TYPE_CHECKING:
    from collections.abc import Callable

_VALUES = st.sampled_from(
    ["FLT1", "a,b", "full", "json", "auto", "never", "error", "3", "0", "x.py", "", "-", "-q", "--", "a=b"]
)
_ARGUMENT = st.one_of(
    st.sampled_from([name for option in OPTIONS for name in option.names]),
    st.sampled_from(
        ["--no-respect-gitignore", "--no-force-exclude", "--no-quiet", "--sel", "-qv", "-nq", "-oq", "-j2", "-jx"]
    ),
    st.builds("{}={}".format, st.sampled_from([option.names[0] for option in OPTIONS]), _VALUES),
    _VALUES,
)


def _by_typer(arguments: list[str]) -> CheckOptions | None:
    taken: list[CheckOptions] = []

    def take(options: CheckOptions) -> int:
        taken.append(options)
        return 0

    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stderr(io.StringIO()):
        patch.setattr("fastlint.cli.check.check", take)
        with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
            app(["check", *arguments], prog_name="fastlint")
    return taken[0] if taken else None


@settings(max_examples=300, deadline=None)
@given(st.lists(_ARGUMENT, max_size=5))
def test_the_quick_reader_and_typer_agree(arguments: list[str]) -> None:
    quick = parsed(arguments, {})
    if quick is not None:  # what is not plain is typer's to judge
        assert quick == _by_typer(arguments)


def test_the_quick_reader_reads_plain_command_lines() -> None:
    plain = "app - --select FLT1,FLT2 --ignore=x -qq -v -n -ofile --jobs 2 --no-force-exclude --config a=1 --config b"
    plain += " -- --odd"
    options = parsed(plain.split(), {})
    assert options == CheckOptions(
        paths=("app", "-", "--odd"),
        select=("FLT1", "FLT2"),
        ignore=("x",),
        quiet=2,
        verbose=1,
        no_cache=True,
        output_file="file",
        jobs=2,
        force_exclude=False,
        config=("a=1", "b"),
    )
    assert options == _by_typer(plain.split())
    assert options_of({}) == CheckOptions()
    for line in ("--help", "--select", "--color=x", "--jobs=0", "--quiet=1", "-z", "--no-quiet"):
        assert parsed(line.split(), {}) is None


_SMALL = ("list_rules", "explain_settings", "explain_rule")
_SMALL_ARGUMENT = st.sampled_from(
    [
        "FLT101",
        "severity",
        "-",
        "--",
        "-h",
        "--help",
        "--all",
        "--all=1",
        "--output-format",
        "--output-format=json",
        "--output-format=",
        "json",
        "--color",
        "never",
        "--color=always",
        "--out",
        "-x",
        "a=b",
    ]
)


def _taken(run: Callable[[], object]) -> list[object]:
    """How a function that explains something is called."""
    calls: list[object] = []
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stderr(io.StringIO()):
        for name in _SMALL:

            def take(*args: object, _name: str = name, **named: object) -> int:
                calls.append((_name, args, named))
                return 0

            patch.setattr(f"fastlint.cli.explain.{name}", take)
        with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
            run()
    return calls


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["rules", "rule", "config"]), st.lists(_SMALL_ARGUMENT, max_size=4))
def test_small_commands_are_read_as_typer_does(command: str, arguments: list[str]) -> None:
    line = [command, *arguments]
    plain = quick(line)
    if plain is not None:
        calls = _taken(plain)
        assert calls
        assert calls == _taken(lambda: app(line, prog_name="fastlint"))


def test_plain_lines_of_small_commands_are_read_without_typer() -> None:
    plain = [
        "rules",
        "rules --output-format json",
        "rule FLT101",
        "rule --all --color=never",
        "config",
        "config severity",
    ]
    assert all(quick(line.split()) for line in plain)
    unusual = ["", "check", "rules x", "rule a b", "rule --help", "rules --output-format", "config --color never"]
    assert not any(quick(line.split()) for line in unusual)
