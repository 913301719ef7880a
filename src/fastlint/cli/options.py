"""The options of `fastlint check`: said once, read by the quick parser and by typer."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import msgspec

from fastlint.settings import FailOn, OutputFormat, Profile

Kind: TypeAlias = Literal["flag", "switch", "text", "number", "words", "pairs", "count"]


class Option(msgspec.Struct, frozen=True):
    """One option.

    Attributes:
        field: the name in `CheckOptions`.
        names: what users write; a `switch` has a `--no-` twin of the first long name.
        kind: `flag` is on or absent; `switch` is on, off or absent; `text` and `number` take a value; `words` takes a
            comma list and may be repeated; `pairs` takes one value each time; `count` counts how often it stands.
        help: one sentence.
        panel: the heading in `--help`.
        metavar: what stands for the value in `--help`.
        choices: the values that exist, where they are fixed.
        env: the environment variable that stands in for it.
        least: the smallest `number` that makes sense.
    """

    field: str
    names: tuple[str, ...]
    kind: Kind
    help: str
    panel: str
    metavar: str = ""
    choices: tuple[str, ...] = ()
    env: str = ""
    least: int = 1


class CheckOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What the user asks `check` for; None and empty mean: as the settings say."""

    paths: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    profile: str | None = None
    per_file_ignores: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    extend_exclude: tuple[str, ...] = ()
    respect_gitignore: bool | None = None
    force_exclude: bool | None = None
    config: tuple[str, ...] = ()
    isolated: bool = False
    output_format: tuple[str, ...] = ()
    output_file: str | None = None
    sarif_suppressed: bool = False
    statistics: bool = False
    timings: bool = False
    show_files: bool = False
    show_settings: bool = False
    fix: bool | None = None
    unsafe_fixes: bool | None = None
    fix_only: bool | None = None
    diff: bool = False
    ask: bool = False
    show_fixes: bool | None = None
    fixable: tuple[str, ...] = ()
    unfixable: tuple[str, ...] = ()
    exit_non_zero_on_fix: bool = False
    baseline: str | None = None
    since: str | None = None
    changed_lines: bool = False
    add_ignore: bool = False
    ignore_reason: str | None = None
    max_findings: int | None = None
    fail_on: str | None = None
    exit_zero: bool = False
    no_cache: bool = False
    cache_dir: str | None = None
    jobs: int | None = None
    stdin_filename: str | None = None
    color: str = "auto"
    quiet: int = 0
    verbose: int = 0


_RULES, _FILES, _CONFIG, _FIXES = "Rules", "Files", "Configuration", "Fixes"
_KNOWN, _OUTPUT, _EXIT, _OTHER = "Known findings", "Output", "Exit code", "Running"

OPTIONS: tuple[Option, ...] = (
    Option("select", ("--select",), "words", "Rules to run: codes, prefixes, names, ALL.", _RULES, "RULES"),
    Option("ignore", ("--ignore",), "words", "Rules not to run.", _RULES, "RULES"),
    Option("extend_select", ("--extend-select",), "words", "Rules to run besides.", _RULES, "RULES"),
    Option(
        "profile",
        ("--profile",),
        "text",
        "Which rules run where none are selected.",
        _RULES,
        "NAME",
        get_args(Profile),
    ),
    Option(
        "per_file_ignores",
        ("--per-file-ignores",),
        "words",
        "Rules not to report in files that match a pattern; more than the settings name.",
        _RULES,
        "PATTERN:RULE",
    ),
    Option(
        "exclude", ("--exclude",), "words", "Patterns to pass over, in place of the default ones.", _FILES, "PATTERNS"
    ),
    Option("extend_exclude", ("--extend-exclude",), "words", "Patterns to pass over besides.", _FILES, "PATTERNS"),
    Option("respect_gitignore", ("--respect-gitignore",), "switch", "Pass over what git ignores.", _FILES),
    Option("force_exclude", ("--force-exclude",), "switch", "Exclude also files that are named here.", _FILES),
    Option(
        "stdin_filename",
        ("--stdin-filename",),
        "text",
        "Check standard input as the content of this file.",
        _FILES,
        "PATH",
    ),
    Option(
        "config",
        ("--config",),
        "pairs",
        "A configuration file, or one setting as TOML: `key = value`. May be repeated.",
        _CONFIG,
        "FILE|KEY=VALUE",
    ),
    Option("isolated", ("--isolated",), "flag", "Read no configuration file.", _CONFIG),
    Option("fix", ("--fix",), "switch", "Mend what can be mended without changing what the code does.", _FIXES),
    Option(
        "unsafe_fixes", ("--unsafe-fixes",), "switch", "Make also fixes that may change what the code does.", _FIXES
    ),
    Option("fix_only", ("--fix-only",), "switch", "Fix, and do not report what is left.", _FIXES),
    Option("diff", ("--diff",), "flag", "Print what fixes would change as a patch, and change nothing.", _FIXES),
    Option("ask", ("--ask",), "flag", "Fix, and ask before each change.", _FIXES),
    Option("show_fixes", ("--show-fixes",), "switch", "List the fixes that were made.", _FIXES),
    Option("fixable", ("--fixable",), "words", "Rules whose fixes may be made.", _FIXES, "RULES"),
    Option("unfixable", ("--unfixable",), "words", "Rules whose fixes are never made.", _FIXES, "RULES"),
    Option(
        "output_format",
        ("--output-format",),
        "pairs",
        "How findings are printed, and where: may be repeated with files, as in `--output-format sarif=out.sarif`. "
        f"(auto, {', '.join(get_args(OutputFormat))})",
        _OUTPUT,
        "FORMAT[=FILE]",
        (),
        "FASTLINT_OUTPUT_FORMAT",
    ),
    Option(
        "output_file",
        ("--output-file", "-o"),
        "text",
        "Write the report to a file.",
        _OUTPUT,
        "FILE",
        (),
        "FASTLINT_OUTPUT_FILE",
    ),
    Option(
        "sarif_suppressed",
        ("--sarif-suppressed",),
        "flag",
        "Put into SARIF also what comments silence; GitHub would open alerts for it.",
        _OUTPUT,
    ),
    Option("statistics", ("--statistics",), "flag", "Count findings by rule instead of showing them.", _OUTPUT),
    Option("timings", ("--timings",), "flag", "Tell on stderr how long the model and each rule took.", _OUTPUT),
    Option("show_files", ("--show-files",), "flag", "List the files that would be checked, and stop.", _OUTPUT),
    Option("show_settings", ("--show-settings",), "flag", "Print the settings in force, and stop.", _OUTPUT),
    Option("color", ("--color",), "text", "When to use colours.", _OUTPUT, "WHEN", ("auto", "always", "never")),
    Option("quiet", ("--quiet", "-q"), "count", "Print findings only; twice: nothing.", _OUTPUT),
    Option("verbose", ("--verbose", "-v"), "count", "Print more about the run.", _OUTPUT),
    Option("baseline", ("--baseline",), "text", "Do not report the known findings in this file.", _KNOWN, "FILE"),
    Option(
        "since",
        ("--since",),
        "text",
        "Report only what is new compared with this commit of git (`REV...`: with where it and HEAD parted).",
        _KNOWN,
        "REV",
    ),
    Option(
        "changed_lines",
        ("--changed-lines",),
        "flag",
        "Report only on lines changed since the commit of --since, or since the last one.",
        _KNOWN,
    ),
    Option(
        "add_ignore",
        ("--add-ignore",),
        "flag",
        "Silence what is found by comments in the source; `--add-ignore=REASON` gives the reason.",
        _KNOWN,
    ),
    Option("ignore_reason", ("--ignore-reason",), "text", "The reason in these comments.", _KNOWN, "TEXT"),
    Option(
        "max_findings",
        ("--max-findings",),
        "number",
        "How many findings do not yet make the exit code 1.",
        _EXIT,
        "N",
        least=0,
    ),
    Option(
        "fail_on",
        ("--fail-on",),
        "text",
        "The least severity that makes the exit code 1.",
        _EXIT,
        "SEVERITY",
        get_args(FailOn),
    ),
    Option(
        "exit_non_zero_on_fix",
        ("--exit-non-zero-on-fix",),
        "flag",
        "Exit with 1 if anything was fixed, even if nothing is left.",
        _EXIT,
    ),
    Option("exit_zero", ("--exit-zero", "-e"), "flag", "Exit with 0 even if there are findings.", _EXIT),
    Option(
        "no_cache",
        ("--no-cache", "-n"),
        "flag",
        "Neither read nor write the cache.",
        _OTHER,
        "",
        (),
        "FASTLINT_NO_CACHE",
    ),
    Option(
        "cache_dir", ("--cache-dir",), "text", "Where the cache is kept.", _OTHER, "FOLDER", (), "FASTLINT_CACHE_DIR"
    ),
    Option("jobs", ("--jobs", "-j"), "number", "How many processes to use.", _OTHER, "N"),
)
