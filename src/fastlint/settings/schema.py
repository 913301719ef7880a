"""The keys of `[tool.fastlint]`: names, types, defaults and what they mean, each said once."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

SeverityName: TypeAlias = Literal["error", "warning", "info"]
FailOn: TypeAlias = Literal["error", "warning", "info", "never"]
OutputFormat: TypeAlias = Literal[
    "full",
    "concise",
    "json",
    "json-lines",
    "sarif",
    "github",
    "gitlab",
    "junit",
    "azure",
    "rdjson",
    "checkstyle",
    "grouped",
    "pylint",
    "markdown",
]
FormatName: TypeAlias = Literal["auto", OutputFormat]
Profile: TypeAlias = Literal["recommended", "strict", "security"]
Role: TypeAlias = Literal["router", "service", "repo", "model", "schema", "dependency", "test", "migration"]

Words: TypeAlias = tuple[str, ...]
Count: TypeAlias = Annotated[int, Meta(ge=1)]
Version: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9]+(\.[0-9]+)*([abc.+-]?[A-Za-z0-9]+)*$")]

DEFAULT_EXCLUDE: Words = (
    ".bzr",
    ".direnv",
    ".eggs",
    ".fastlint_cache",
    ".git",
    ".git-rewrite",
    ".hg",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pants.d",
    ".pyenv",
    ".pytest_cache",
    ".pytype",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    ".vscode",
    "__pycache__",
    "__pypackages__",
    "_build",
    "buck-out",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
)


def _key(text: str, example: str) -> Meta:
    return Meta(description=text, examples=[example])


class Settings(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """Everything that can be configured. Field names are the keys of the table with `_` for `-`."""

    extend: Annotated[
        str,
        _key(
            "Another configuration file, relative to this one, whose settings hold where this one has none. Tables are "
            "merged, `extend-select` and `extend-exclude` are added.",
            'extend = "../pyproject.toml"',
        ),
    ] = ""
    profile: Annotated[
        Profile,
        _key(
            "Which rules run where `select` names none: `recommended` those that are on by default, `strict` all, "
            "`security` those about security.",
            'profile = "strict"',
        ),
    ] = "recommended"
    select: Annotated[
        Words,
        _key(
            "Rules to run: codes, prefixes such as `FLT1`, names, or `ALL`. Empty: the rules of the `profile`.",
            'select = ["FLT1", "missing-response-contract"]',
        ),
    ] = ()
    ignore: Annotated[Words, _key("Rules not to run; the longer prefix wins.", 'ignore = ["FLT104"]')] = ()
    extend_select: Annotated[
        Words,
        _key("Rules to run besides the selected or default ones.", 'extend-select = ["FLT114"]'),
    ] = ()
    per_file_ignores: Annotated[
        dict[str, Words],
        _key(
            "Rules not to report in files that match a pattern (gitignore syntax); `!` before it: in all other files.",
            'per-file-ignores = { "scripts/" = ["FLT1"], "!app/" = ["ALL"] }',
        ),
    ] = {}
    exclude: Annotated[
        Words,
        _key(
            "Files and folders to pass over (gitignore syntax), in place of the default list.",
            'exclude = [".venv", "vendored/"]',
        ),
    ] = DEFAULT_EXCLUDE
    extend_exclude: Annotated[
        Words,
        _key("Files and folders to pass over besides `exclude`.", 'extend-exclude = ["generated/"]'),
    ] = ()
    respect_gitignore: Annotated[
        bool,
        _key("Pass over what `.gitignore` and `.git/info/exclude` name.", "respect-gitignore = false"),
    ] = True
    force_exclude: Annotated[
        bool,
        _key("Apply the exclusions to files named on the command line, too.", "force-exclude = true"),
    ] = False
    src: Annotated[
        Words,
        _key("Folders that imports start from. Empty: found by looking at the packages.", 'src = ["src", "backend"]'),
    ] = ()
    layers: Annotated[
        dict[Role, Words],
        _key(
            "Which files play which role (gitignore syntax), where the linter should not judge by what they do: "
            "`router`, `service`, `repo`, `model`, `schema`, `dependency`, `test`, `migration`.",
            'layers = { router = ["app/endpoints/"], repo = ["app/storage/*.py"] }',
        ),
    ] = {}
    blocking: Annotated[
        dict[str, str],
        _key(
            "More calls that block, by qualified name or pattern, each with what to use instead (may be empty).",
            'blocking = { "acme.client.*" = "acme.aio.client" }',
        ),
    ] = {}
    safe: Annotated[
        Words,
        _key("Calls that do not block whatever the linter knows: qualified names or patterns.", 'safe = ["redis.*"]'),
    ] = ()
    health_paths: Annotated[
        Words,
        _key("Last path segments that make a route a health check.", 'health-paths = ["healthz", "up"]'),
    ] = (
        *("health", "healthz", "healthcheck", "health-check", "health_check", "live", "livez", "liveness", "ready"),
        *("readyz", "readiness", "ping", "status", "heartbeat", "__heartbeat__", "__lbheartbeat__"),
    )
    severity: Annotated[
        dict[str, SeverityName],
        _key(
            "Severities that differ from the rules' own, by code or prefix.",
            'severity = { FLT104 = "error", FLT3 = "info" }',
        ),
    ] = {}
    target_versions: Annotated[
        dict[str, Version],
        _key(
            "Versions of libraries that the project runs on, where its lock files and requirements do not tell.",
            'target-versions = { fastapi = "0.115", sqlalchemy = "2.0" }',
        ),
    ] = {}
    max_page_size: Annotated[
        Count,
        _key("The largest page that a list endpoint may offer without a finding.", "max-page-size = 200"),
    ] = 1000
    logic_threshold: Annotated[
        Count,
        _key("From how many signs of business logic an endpoint is reported.", "logic-threshold = 4"),
    ] = 2
    routes_on_app: Annotated[
        Annotated[int, Meta(ge=0)],
        _key("How many endpoints may stand on the app object before it is reported.", "routes-on-app = 25"),
    ] = 10
    require_explicit_response_model: Annotated[
        bool,
        _key(
            "Ask for `response_model=` even where the return annotation says it.",
            "require-explicit-response-model = true",
        ),
    ] = False
    cheap_blocking: Annotated[
        bool,
        _key("Report calls that block for microseconds, too (`Path.exists` and the like).", "cheap-blocking = true"),
    ] = False
    fail_on: Annotated[
        FailOn,
        _key("From which severity on a finding makes the exit code 1.", 'fail-on = "error"'),
    ] = "warning"
    output_format: Annotated[
        FormatName,
        _key(
            "How findings are printed. `auto`: as `full`, and as `github` in the log of GitHub Actions.",
            'output-format = "concise"',
        ),
    ] = "auto"
    cache_dir: Annotated[
        str,
        _key("Where the cache is kept, relative to the project root.", 'cache-dir = "/tmp/fastlint"'),
    ] = ".fastlint_cache"
    baseline: Annotated[
        str,
        _key(
            "A file of known findings that are not reported, relative to the project root; empty: none. "
            "`fastlint baseline write` makes it.",
            'baseline = "fastlint-baseline.jsonl"',
        ),
    ] = ""
    fixable: Annotated[Words, _key("Rules whose fixes may be applied.", 'fixable = ["FLT1"]')] = ("ALL",)
    unfixable: Annotated[Words, _key("Rules whose fixes are never applied.", 'unfixable = ["FLT404"]')] = ()
    required_version: Annotated[
        str,
        _key("The versions of fastlint that may check this project.", 'required-version = ">=0.1,<1"'),
    ] = ""
