"""Two readers of one command line: the quick one and typer."""

from __future__ import annotations

import contextlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastlint.cli.app import app
from fastlint.cli.arguments import options_of, parsed
from fastlint.cli.options import OPTIONS, CheckOptions

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
