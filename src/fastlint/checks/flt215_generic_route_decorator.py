"""FLT215: routes must be registered with FastAPI's decorator for their method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Sequence, Str
from fastlint.findings import Finding, Fix, RemoveArgument, RenameAttribute
from fastlint.model.calling import keyword
from fastlint.model.routers import METHODS, Hook, PlainRoute, Route, verb_of
from fastlint.model.routing_fixes import event_handler

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report registrations past FastAPI, and those that a decorator of the method says better."""
    gone = project.manifests.surely("fastapi", ">=0.164") or (
        project.manifests.uses("starlette") and project.manifests.surely("starlette", ">=1.0")
    )
    for router in project.routes.routers:
        on_app = gone and router.kind == "app"
        for entry in router.entries:
            if isinstance(entry, Route) and entry.decorator and verb_of(entry.call) == "api_route":
                yield from _specific(project, entry)
            elif isinstance(entry, PlainRoute):
                if on_app and entry.verb != "add_route" and not entry.on_own_router:
                    yield Finding(entry.span, f"`{entry.verb}` is gone from `FastAPI` since Starlette 1", "error")
                elif entry.verb == "route":
                    yield Finding(entry.span, "`route` registers past FastAPI: nothing is validated or documented")
            elif isinstance(entry, Hook) and on_app and _is_gone(entry):
                yield event_handler(entry)


def _is_gone(hook: Hook) -> bool:
    return verb_of(hook.call) == "add_event_handler" and not hook.on_own_router


def _specific(project: Project, route: Route) -> Iterator[Finding]:
    if (
        len(route.methods) != 1
        or not _is_literal(project, route)
        or any(not one.name for one in route.call.keywords)
        or route.methods[0].lower() not in METHODS
    ):
        return
    method = route.methods[0].lower()
    func = route.call.func
    rename = RenameAttribute(route.scope.module.span(func.start, func.end), method)
    given = (RemoveArgument(route.span, "methods"),) if keyword(route.call, "methods") is not None else ()
    fix = Fix(f"Use `{method}`", "safe", (rename, *given))
    yield Finding(route.span, f"`api_route` for {route.methods[0]} alone is `{method}`", fix=fix)


def _is_literal(project: Project, route: Route) -> bool:
    """Whether the methods are written down: a variable in the list may hold others another time."""
    methods = route.option("methods")
    values = [one for one, _ in project.types.origins(methods, route.scope)] if methods is not None else []
    return all(isinstance(one, Sequence) and all(isinstance(item, Str) for item in one.items) for one in values)
