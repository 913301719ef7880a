"""Run as a program by `test_mended_apps.py`: start applications one after the other, ask them, print what they answer.

`python -m runtime.asking_many SOURCE` reads from standard input a JSON list of objects: `module`, `requests`, each a
method, a path and keyword arguments of the client, and `slow`, requests during which it is measured how long the loop
stood still. The variable `SLOW_SERVER` holds the address of a server that takes its time.
"""

import asyncio
import importlib
import json
import os
import sys
import threading
import warnings
from http.server import ThreadingHTTPServer
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from runtime.asking import Slow, answers, longest_pause
from runtime.serving import served


def behaviour(app: FastAPI, asked: dict[str, Any]) -> dict[str, Any]:
    """What an application serves and answers."""
    requests = [(method, path, options) for method, path, options in asked["requests"]]
    plain = [request for request in requests if request[0] != "WEBSOCKET"]
    found = iter(answers(app, plain))
    told = [next(found) if method != "WEBSOCKET" else heard(app, path) for method, path, _ in requests]
    pauses = [
        asyncio.run(longest_pause(app, method, path, options, "/openapi.json"))
        for method, path, options in asked["slow"]
    ]
    return {"routes": list(served(app.routes)), "openapi": app.openapi(), "answers": told, "pauses": pauses}


def heard(app: FastAPI, path: str) -> tuple[int, str]:
    """The first message of a websocket."""
    try:
        with TestClient(app) as client, client.websocket_connect(path) as socket:
            return 101, socket.receive_text()
    except Exception:  # noqa: BLE001 - whatever the application raises comes out here
        return 500, "Internal Server Error"


def main(source: str) -> None:
    """Print the behaviour of each application as one line."""
    warnings.simplefilter("ignore")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    os.environ["SLOW_SERVER"] = f"http://127.0.0.1:{server.server_port}"
    found = []
    for asked in json.load(sys.stdin):
        sys.path.insert(0, os.path.join(source, asked["name"]))  # noqa: PTH118 - as the others here
        try:
            app = importlib.import_module(asked["module"]).app
        except Exception as error:  # noqa: BLE001 - that is the question
            found.append({"stops": type(error).__name__})
        else:
            found.append(behaviour(app, asked))
    sys.stdout.write("\n" + json.dumps(found) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
