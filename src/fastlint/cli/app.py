"""The commands as typer knows them: help, completion, and judgement of mistakes."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Annotated

import typer

from fastlint.cli.arguments import options_of
from fastlint.cli.exits import CLEAN, guarded
from fastlint.cli.options import OPTIONS, Option

if TYPE_CHECKING:
    from collections.abc import Callable

app = typer.Typer(
    name="fastlint",
    help="Tells, from source alone, whether a FastAPI backend is built right.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_PATHS_HELP = "Files and folders to report on, by default `.`; `-` is standard input. The whole project is read anyway."
_Format = Annotated[str, typer.Option("--output-format", metavar="FORMAT", help="`text` or `json`.")]


def run_app(arguments: list[str]) -> int:
    """Run a command line through typer and give its exit code."""
    try:
        app(arguments, prog_name="fastlint")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else CLEAN
    return CLEAN


def _run(command: Callable[[], int]) -> None:
    """Run inside typer, which would take a broken pipe for exit code 1."""
    raise typer.Exit(guarded(command))


@app.callback()
def _globals(
    _version: Annotated[bool, typer.Option("--version", "-V", help="Print the version and exit.")] = False,
) -> None:
    """Tells, from source alone, whether a FastAPI backend is built right."""


def _check(**values: object) -> None:
    """Check a project; exit with 0 if it is clean, 1 if there are findings, 2 if the job could not be done."""
    from fastlint.cli.check import check

    _run(lambda: check(options_of(values)))


def _rule_names(incomplete: str) -> list[str]:
    from fastlint.catalog import load_rules

    return [rule.code for rule in load_rules() if rule.code.startswith(incomplete.upper())]


@app.command()
def rule(
    code: Annotated[str, typer.Argument(help="Its code or name.", autocompletion=_rule_names)] = "",
    every: Annotated[bool, typer.Option("--all", help="Print the pages of all rules.")] = False,
    output_format: _Format = "text",
    color: Annotated[str, typer.Option("--color", metavar="WHEN", help="auto, always or never.")] = "auto",
) -> None:
    """Print a rule's page: what it demands, why, how to mend breaches, examples."""
    from fastlint.cli.explain import explain_rule

    _run(lambda: explain_rule(code, every=every, output_format=output_format, color=color))


@app.command()
def rules(output_format: _Format = "text") -> None:
    """List all rules by family."""
    from fastlint.cli.explain import list_rules

    _run(lambda: list_rules(output_format))


@app.command()
def routes(
    path: Annotated[str, typer.Argument(metavar="PATH", help="A folder of the project.")] = ".",
    output_format: _Format = "text",
    config: Annotated[list[str] | None, typer.Option("--config", metavar="FILE|KEY=VALUE")] = None,
) -> None:
    """Print the routes that each app of a project serves."""
    from fastlint.cli.routes import print_routes

    _run(lambda: print_routes(path, output_format, tuple(config or ())))


@app.command()
def config(
    key: Annotated[str, typer.Argument(metavar="KEY", help="One key of the configuration.")] = "",
    output_format: _Format = "text",
) -> None:
    """Explain the keys of the configuration."""
    from fastlint.cli.explain import explain_settings

    _run(lambda: explain_settings(key, output_format))


@app.command("init")
def _init(path: Annotated[str, typer.Argument(metavar="PATH", help="A folder of the project.")] = ".") -> None:
    """Write a configuration to start from, made of what is seen in the project."""
    from fastlint.cli.starting import start_project

    _run(lambda: start_project(path))


baseline = typer.Typer(help="Keep a file of known findings, which `check --baseline FILE` does not report.")
app.add_typer(baseline, name="baseline", no_args_is_help=True)
_Paths = Annotated[list[str] | None, typer.Argument(metavar="PATHS", help=_PATHS_HELP)]
_Baseline = Annotated[
    str | None, typer.Option("--baseline", metavar="FILE", help="The file, in place of the configured one.")
]
_Config = Annotated[list[str] | None, typer.Option("--config", metavar="FILE|KEY=VALUE")]
_Select = Annotated[list[str] | None, typer.Option("--select", metavar="RULES", help="Rules to run.")]


@baseline.command("write")
def _write(paths: _Paths = None, file: _Baseline = None, config: _Config = None, select: _Select = None) -> None:
    """Write what a check finds now as known."""
    from fastlint.cli import baselines

    options = baselines.options_of_baseline(paths or [], file, config or [], select or [])
    _run(lambda: baselines.write_known(options))


@baseline.command("prune")
def _prune(paths: _Paths = None, file: _Baseline = None, config: _Config = None, select: _Select = None) -> None:
    """Take out what is no longer found; nothing new comes in."""
    from fastlint.cli import baselines

    options = baselines.options_of_baseline(paths or [], file, config or [], select or [])
    _run(lambda: baselines.prune_known(options))


@baseline.command("show")
def _show(paths: _Paths = None, file: _Baseline = None, config: _Config = None, select: _Select = None) -> None:
    """Print the entries, and which of them are no longer found (then the exit code is 1)."""
    from fastlint.cli import baselines

    options = baselines.options_of_baseline(paths or [], file, config or [], select or [])
    _run(lambda: baselines.show_known(options))


def _parameter(option: Option) -> inspect.Parameter:
    """One option of `check` as a parameter that typer reads."""
    names = list(option.names)
    if option.kind == "switch":
        names[0] = f"{names[0]}/--no-{names[0][2:]}"
    kinds: dict[str, tuple[object, object]] = {
        "flag": (bool, False),
        "switch": (bool | None, None),
        "text": (str | None, None),
        "number": (int | None, None),
        "words": (list[str] | None, None),
        "pairs": (list[str] | None, None),
        "count": (int, 0),
    }
    annotation, default = kinds[option.kind]
    info = typer.Option(
        *names,
        help=f"{option.help} ({', '.join(option.choices)})" if option.choices else option.help,
        metavar=option.metavar or None,
        envvar=option.env or None,
        show_envvar=bool(option.env),
        count=option.kind == "count",
        rich_help_panel=option.panel,
        callback=_among(option.choices) if option.choices else None,
        show_default=False,
        min=option.least if option.kind == "number" else None,
    )
    return inspect.Parameter(
        option.field, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[annotation, info]
    )


def _among(choices: tuple[str, ...]) -> Callable[[str | None], str | None]:
    def judge(value: str | None) -> str | None:
        if value is not None and value not in choices:
            raise typer.BadParameter(f"'{value}' is not one of {', '.join(choices)}.")
        return value

    return judge


def _add_check() -> None:
    paths = inspect.Parameter(
        "paths",
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[list[str] | None, typer.Argument(metavar="PATHS", help=_PATHS_HELP)],
    )
    parameters = [paths, *map(_parameter, OPTIONS)]
    vars(_check)["__signature__"] = inspect.Signature(parameters)
    _check.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    app.command("check")(_check)


_add_check()
