"""Run as a program by `test_fixed_apps.py`: start one application, ask it, and print what it answers.

`python asking.py SOURCE MODULE ATTRIBUTE` reads from standard input a JSON object: `requests`, each a method, a path
and keyword arguments of the client; and `slow`, requests during which it is measured how long the loop stood still.
A server that takes its time stands behind the addresses in the environment variables named in `slow_servers`.
"""

import asyncio
import importlib
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
from fastapi import FastAPI
from fastapi.testclient import TestClient

DELAY = 0.4  # seconds that the slow server takes
BEAT = 0.005


class Slow(BaseHTTPRequestHandler):
    """Answers anything, but late."""

    def answer(self) -> None:
        time.sleep(DELAY)
        body = b'{"rates": {"USD": 2.0}}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_POST = do_HEAD = answer  # noqa: N815 - names that the base class looks for

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def answers(app: FastAPI, requests: list[tuple[str, str, dict[str, Any]]]) -> list[tuple[int, Any]]:
    """Status and content of each answer, asked one after the other."""
    found = []
    with TestClient(app, raise_server_exceptions=False) as client:
        for method, path, options in requests:
            response = client.request(method, path, **options)
            try:
                found.append((response.status_code, response.json()))
            except ValueError:
                found.append((response.status_code, response.text))
    return found


async def longest_pause(
    app: FastAPI, method: str, path: str, options: dict[str, Any], warm_up: str = "/healthz"
) -> float:
    """How long the event loop stood still at most while a request was answered."""
    longest = 0.0
    done = asyncio.Event()

    async def beat() -> None:
        nonlocal longest
        last = time.monotonic()
        while not done.is_set():
            await asyncio.sleep(BEAT)
            now = time.monotonic()
            longest = max(longest, now - last - BEAT)
            last = now

    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        await client.get(warm_up)  # what happens once only has happened
        heart = asyncio.create_task(beat())
        await asyncio.sleep(4 * BEAT)
        await client.request(method, path, **options)
        done.set()
        await heart
    return longest


def main(source: str, module: str, attribute: str) -> None:
    """Print the answers and the pauses as the last line."""
    asked = json.load(sys.stdin)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name in asked["slow_servers"]:
        os.environ[name] = f"http://127.0.0.1:{server.server_port}"
    sys.path.insert(0, source)
    app: FastAPI = getattr(importlib.import_module(module), attribute)
    found = answers(app, asked["requests"])
    pauses = [asyncio.run(longest_pause(app, *request)) for request in asked["slow"]]
    sys.stdout.write("\n" + json.dumps({"answers": found, "pauses": pauses}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:4])
