"""`fastlint routes`: the table that each app of a project serves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from fastlint.cli.configure import request_of
from fastlint.cli.options import CheckOptions
from fastlint.cli.screen import write
from fastlint.engine import Sources, open_project
from fastlint.errors import FastlintError
from fastlint.reporting import Context
from fastlint.reporting.objects import encoded
from fastlint.reporting.table import aligned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.plain_routes import PlainRoute
    from fastlint.model.project import Project
    from fastlint.model.routers import Served
    from fastlint.text import Span

_NO_METHODS = "WEBSOCKET"


class RouteRow(msgspec.Struct, frozen=True, kw_only=True, rename={"is_async": "async"}):
    """One served route.

    Attributes:
        path: the full path; parts that source does not tell stand as `{source?}`.
        methods: upper case; none for a websocket.
        endpoint: `module:qualified.name`, or the registering call's source where the function cannot be resolved.
        file: where the endpoint is defined, relative to where the user stands; `line` is its row.
        is_async: whether it runs on the event loop.
        contract: the source of the response model or return annotation; "" without one.
        dependencies: what runs before it, outermost first, by dotted name.
        app: the place of the app's constructor call.
    """

    path: str
    methods: tuple[str, ...]
    endpoint: str
    file: str
    line: int
    is_async: bool
    contract: str
    dependencies: tuple[str, ...]
    app: str


def print_routes(path: str, output_format: str, config: tuple[str, ...]) -> int:
    """Print the routes of the project that a folder belongs to.

    Raises:
        FastlintError: the path or the format does not exist, or the configuration is wrong.
    """
    if output_format not in ("text", "json"):
        raise FastlintError(f"--output-format: `{output_format}` is not one of text, json")
    request = request_of(CheckOptions(paths=(path,), config=config))
    with open_project(request) as project:
        context = Context(Sources(request.root.path), root=request.root.path, here=Path.cwd())
        rows = list(route_rows(project, context))
    if output_format == "json":
        return write("[" + ",".join(f"\n  {encoded(row)}" for row in rows) + "\n]\n" if rows else "[]\n")
    return write(_table(rows))


def route_rows(project: Project, context: Context) -> Iterator[RouteRow]:
    """The routes of every app that no other app mounts, in the order that requests are matched in."""
    for app, table in project.routes.tables.items():
        place = _place(app.span, context)
        for served in table:
            yield _row(project, context, served, place)
        for full, plain in project.routes.plain(app):
            yield _plain_row(project, context, full, plain, place)


def _row(project: Project, context: Context, served: Served, app: str) -> RouteRow:
    route, function = served.route, served.route.function
    span = function.name_span if function else route.span
    contract = project.contracts.of(route, function) if function and not route.websocket else None
    source = context.sources.get(span.path)
    return RouteRow(
        path=served.path,
        methods=route.methods,
        endpoint=f"{function.module.name}:{function.runtime_name}" if function else source.text(span.start, span.end),
        file=context.shown(span.path),
        line=context.start(span).row,
        is_async=function.is_async if function else False,
        contract=_text(contract.at, context) if contract and contract.effective else "",
        dependencies=tuple(dependency.title for dependency in project.dependencies.effective(served)),
        app=app,
    )


def _plain_row(project: Project, context: Context, path: str, plain: PlainRoute, app: str) -> RouteRow:
    """A route that is registered past FastAPI: no contract, and nothing runs before it."""
    function = plain.function
    span = function.name_span if function else plain.span
    source = context.sources.get(span.path)
    return RouteRow(
        path=path,
        methods=plain.methods(project.constants),
        endpoint=f"{function.module.name}:{function.runtime_name}" if function else source.text(span.start, span.end),
        file=context.shown(span.path),
        line=context.start(span).row,
        is_async=function.is_async if function else False,
        contract="",
        dependencies=(),
        app=app,
    )


def _table(rows: list[RouteRow]) -> str:
    if not rows:
        return "no routes found\n"
    blocks = []
    for app in dict.fromkeys(row.app for row in rows):
        own = [row for row in rows if row.app == app]
        lines = [["METHODS", "PATH", "ENDPOINT", "CONTRACT", "PLACE"], *map(_cells, own)]
        blocks.append(f"{app}\n{aligned(lines, indent=2)}")
    noun = "route" if len(rows) == 1 else "routes"
    return "\n".join(blocks) + f"\n{len(rows)} {noun}\n"


def _cells(row: RouteRow) -> list[str]:
    kind = "async " if row.is_async else ""
    methods = ",".join(row.methods) or _NO_METHODS
    return [methods, row.path, f"{kind}{row.endpoint}", row.contract, f"{row.file}:{row.line}"]


def _place(span: Span, context: Context) -> str:
    return f"{context.shown(span.path)}:{context.start(span).row}"


def _text(span: Span, context: Context) -> str:
    return " ".join(context.sources.get(span.path).text(span.start, span.end).split())
