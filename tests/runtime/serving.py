"""Run as a program by `apps.py`: start one application and print, as the last line, what it serves.

`python serving.py SOURCE MODULE ATTRIBUTE [factory]`
"""

import importlib
import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from fastapi import FastAPI, routing
from fastapi.testclient import TestClient


def served(routes: Iterable[Any], prefix: str = "") -> Iterator[dict[str, Any]]:
    """Yield the routes in order, with those of mounted applications in the place of the mount."""
    iterate = getattr(routing, "iter_route_contexts", iter)
    for route in iterate(routes):
        original = getattr(route, "original_route", route)
        path = prefix + (route.path or "")
        mounted = getattr(getattr(original, "app", None), "routes", None)
        endpoint = getattr(route, "endpoint", None)
        if endpoint is not None:
            methods = sorted(getattr(route, "methods", None) or ())
            yield {"path": path, "methods": methods, "endpoint": f"{endpoint.__module__}:{endpoint.__qualname__}"}
        elif mounted is not None:
            yield from served(mounted, path)


def main(source: str, module: str, attribute: str, *, factory: bool) -> None:
    """Print the routes and the OpenAPI document that the running application answers with."""
    sys.path.insert(0, source)
    found = getattr(importlib.import_module(module), attribute)
    app: FastAPI = found() if factory else found
    with TestClient(app) as client:
        answer = client.get("/openapi.json")
        answer.raise_for_status()
        document = answer.json()
    sys.stdout.write("\n" + json.dumps({"routes": list(served(app.routes)), "openapi": document}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:4], factory=sys.argv[4:] == ["factory"])
