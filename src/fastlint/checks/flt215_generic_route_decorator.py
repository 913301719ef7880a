"""FLT215: routes must be registered with FastAPI's decorator for their method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding
from fastlint.model.plain_routes import PlainRoute
from fastlint.model.routers import Hook, Route, verb_of
from fastlint.model.routing_fixes import event_handler, own_decorator

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
            if isinstance(entry, Route):
                if (method := project.spelling.only_method(entry)) is not None:
                    message = f"`api_route` for {method.upper()} alone is `{method}`"
                    yield Finding(entry.span, message, fix=own_decorator(entry, method))
            elif isinstance(entry, PlainRoute) and entry.verb:
                if on_app and entry.verb != "add_route" and not entry.on_own_router:
                    yield Finding(entry.span, f"`{entry.verb}` is gone from `FastAPI` since Starlette 1", "error")
                elif entry.verb == "route":
                    yield Finding(entry.span, "`route` registers past FastAPI: nothing is validated or documented")
            elif isinstance(entry, Hook) and on_app and _is_gone(entry):
                yield event_handler(entry)


def _is_gone(hook: Hook) -> bool:
    return verb_of(hook.call) == "add_event_handler" and not hook.on_own_router
