"""What each rule's fix may change in the application of its own in `fixtures/messy_fixes`, and what it must."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2] / "fixtures" / "messy_fixes"
FAILED = (500, "Internal Server Error")

Request = tuple[str, str, dict[str, Any]]
Answer = tuple[int, Any]


@dataclass(frozen=True)
class Case:
    """The application of one rule.

    Attributes:
        asked: requests, as `METHOD /path`; they are made one after the other, before the fix and after it.
        answers: the requests whose answers the fix is meant to change, with the old and the new one.
        openapi: the places in the schema that the fix is meant to change.
        routes: routes that the fix is meant to add and to take away.
        slow: requests that block the event loop before the fix, and must not after it.
        select: further rules that have to run.
        stops: the error with which the application does not start before the fix.
        needs: modules that it imports and that may be missing.
    """

    code: str
    asked: tuple[str | tuple[str, dict[str, Any]], ...]
    answers: Mapping[str, tuple[Answer, Answer]] = field(default_factory=dict)
    openapi: frozenset[str] = frozenset()
    routes: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
    slow: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    stops: str = ""
    needs: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"app_{self.code.lower()}"

    @property
    def module(self) -> str:
        return f"{self.name}.main" if (ROOT / self.name).is_dir() else self.name

    @property
    def requests(self) -> list[Request]:
        return [_request(one) for one in self.asked]


def _request(asked: str | tuple[str, dict[str, Any]]) -> Request:
    line, options = (asked, {}) if isinstance(asked, str) else asked
    method, _, path = line.partition(" ")
    return method, path, options


FILES = {"files": {"upload": ["a.txt", "first line\nsecond\n"], "other": ["b.txt", "other"]}}
BOUNDED = {"/paths//plain/get/parameters", "/paths//query/get/parameters"}
PAGED = {
    "/paths//notes/get/parameters",
    "/paths//notes/get/responses/422",
    "/components/schemas/ValidationError",
    "/components/schemas/HTTPValidationError",
}
ITEM = "content/application/jsonl/itemSchema/$ref"

CASES = (
    Case("FLT002", ("GET /pause", "GET /text"), select=("FLT1", "FLT301")),
    Case("FLT101", ("GET /dependency", "GET /endpoint"), slow=("GET /dependency", "GET /endpoint")),
    Case(
        "FLT102",
        ("GET /direct", "GET /helper?factor=3", "GET /condition", "GET /unused"),
        slow=("GET /direct", "GET /helper", "GET /condition"),
    ),
    Case("FLT103", ("GET /slow", "POST /notes?note=a", "GET /notes/1", "GET /notes/7"), slow=("GET /slow",)),
    Case("FLT104", ("GET /late?times=2", ("POST /lengths", FILES)), slow=("GET /late",)),
    Case("FLT105", ("GET /direct/a", "GET /helper/b"), slow=("GET /direct/a", "GET /helper/b")),
    Case("FLT106", ("GET /mail",), slow=("GET /mail",)),
    Case("FLT107", ("GET /hash?word=a", "GET /same?word=a"), slow=("GET /hash?word=a",)),
    Case(
        "FLT110",
        ("POST /words/a", "GET /words", "GET /polite/no", "GET /polite/yes"),
        answers={
            "POST /words/a": ((200, 1), (200, 2)),
            "GET /words": ((200, ["-"]), (200, ["a", "-"])),
            "GET /polite/no": ((200, "yes"), (200, "no")),
        },
    ),
    Case(
        "FLT111",
        ("GET /double/2", "POST /notes?text=a", "GET /notes", "POST /thread?text=b", "GET /notes?again"),
        answers={
            "GET /double/2": (FAILED, (200, 5)),
            "GET /notes?again": ((200, ["a"]), (200, ["a", "b"])),
        },
    ),
    Case(
        "FLT112",
        ("POST /notes?text=a", "GET /notes/count", "WEBSOCKET /echo"),
        answers={"GET /notes/count": (FAILED, (200, 1)), "WEBSOCKET /echo": (FAILED, (101, "hello"))},
    ),
    Case(
        "FLT113",
        ("GET /tenant", ("GET /tenant?named", {"headers": {"x-tenant": "ADA"}})),
        answers={
            "GET /tenant": ((200, "nobody"), (200, "everybody")),
            "GET /tenant?named": ((200, "nobody"), (200, "ada")),
        },
    ),
    Case(
        "FLT209",
        ("GET /users/7", "GET /users/me", "GET /users/7/posts"),
        answers={"GET /users/me": ((200, "user me"), (200, "me"))},
    ),
    Case(
        "FLT211",
        ("GET /orders/1/lines/2", "GET /days/monday", "GET /empty/a"),
        openapi=frozenset(
            {
                "/paths//orders/{order}/lines/{line}/get/parameters",
                "/paths//days/{day}/get/parameters",
                "/paths//empty/{name}/get/parameters",
                "/paths//empty/{name}/get/responses/422",
            }
        ),
    ),
    Case(
        "FLT212",
        (
            ("GET /all?word=a&page=2", {"headers": {"x-key": "k"}}),
            "GET /all?word=a",
            "GET /class",
            "GET /class?limit=1",
        ),
    ),
    Case(
        "FLT213",
        (("GET /a/closed", {"headers": {"token": "word"}}), "GET /a/open"),
        answers={
            "GET /a/closed": (FAILED, (200, "inside")),
            "GET /a/open": (FAILED, (401, {"detail": "Unauthorized"})),
        },
        stops="AttributeError",
    ),
    Case("FLT215", ("GET /things/1", "POST /things/?name=a", "DELETE /things", "PUT /things/1")),
    Case(
        "FLT217",
        ("GET /status", "GET /itemsall", "GET /items/all", "GET /items/first", "GET /about"),
        answers={
            "GET /status": ((404, {"detail": "Not Found"}), (200, "fine")),
            "GET /about": ((404, {"detail": "Not Found"}), (200, "about")),
            "GET /itemsall": ((200, [1, 2]), (404, {"detail": "Not Found"})),
            "GET /items/all": ((404, {"detail": "Not Found"}), (200, [1, 2])),
        },
        openapi=frozenset(
            f"/paths/{path}" for path in ("status", "/status", "/itemsall", "/items/all", "about", "/about")
        ),
        routes=(
            frozenset({"GET /status", "GET /items/all", "GET /about"}),
            frozenset({"GET status", "GET /itemsall", "GET about"}),
        ),
    ),
    Case("FLT218", ("GET /items", "GET /items/2", "GET /users/me")),
    Case(
        "FLT301",
        ("GET /items/a", "GET /items/z", ("POST /items", {"json": {"name": "n", "price": 0}})),
        openapi=frozenset(
            {
                "/paths//items/{name}/get/responses/200/content/application/json/schema/$ref",
                "/paths//items/post/responses/200/content/application/json/schema/$ref",
            }
        ),
    ),
    Case(
        "FLT303",
        ("GET /items/a", "GET /items/gone"),
        answers={"GET /items/a": ((200, {"name": "a", "secret": "s"}), (200, {"name": "a"}))},
    ),
    Case(
        "FLT304",
        ("GET /async", "GET /plain"),
        answers={
            "GET /async": (
                (200, '{"number": 0, "secret": "s"}\n{"number": 1, "secret": "s"}\n'),
                (200, '{"number":0}\n{"number":1}\n'),
            ),
            "GET /plain": ((200, {"number": 3, "secret": "s"}), (200, {"number": 3})),
        },
        openapi=frozenset({f"/paths//{path}/get/responses/200/{ITEM}" for path in ("async", "plain")}),
    ),
    Case(
        "FLT305",
        ("GET /items/a", "GET /items/old", "GET /raw", "GET /raw?text=1"),
        answers={
            "GET /items/a": (FAILED, (200, {"name": "a"})),
            "GET /items/old": (FAILED, (200, {"name": "new"})),  # it is sent on to
            "GET /raw": (FAILED, (200, ["raw"])),
            "GET /raw?text=1": (FAILED, (200, "raw")),
        },
        stops="FastAPIError",
    ),
    Case("FLT306", ("GET /items", "GET /item", "GET /last")),
    Case("FLT309", ("GET /items", "GET /item", "GET /page"), needs=("orjson",)),
    Case("FLT311", ("GET /read", "GET /bytes", "GET /stream")),
    Case(
        "FLT312",
        ("POST /notes?text=a",),
        answers={"POST /notes?text=a": ((200, {"id": 1, "text": "a"}), (201, {"id": 1, "text": "a"}))},
        openapi=frozenset({"/paths//notes/post/responses/200", "/paths//notes/post/responses/201"}),
    ),
    Case(
        "FLT314",
        (("GET /items/1", {"headers": {"token": "word"}}), "GET /items/2", "POST /items?name=a", "POST /items?name=b"),
        openapi=frozenset(
            {
                "/paths//items/{number}/get/responses/401",
                "/paths//items/{number}/get/responses/404",
                "/paths//items/post/responses/409",
            }
        ),
    ),
    Case(
        "FLT404",
        ("GET /fine", "GET /broken", "GET /closed"),
        answers={"GET /closed": ((200, 1), (200, 2))},
    ),
    Case(
        "FLT406",
        ("GET /notes?limit=2&offset=1", "GET /notes"),
        answers={
            "GET /notes?limit=2&offset=1": (
                (200, [{"id": number} for number in range(1, 151)]),
                (200, [{"id": 2}, {"id": 3}]),
            ),
            "GET /notes": (
                (200, [{"id": number} for number in range(1, 151)]),
                (200, [{"id": number} for number in range(1, 101)]),
            ),
        },
        openapi=frozenset(PAGED),
    ),
    Case("FLT407", ("GET /plain?limit=3", "GET /plain", "GET /query?page-size=2"), openapi=frozenset(BOUNDED)),
    Case("FLT408", ("GET /notes", "GET /notes/2", "GET /notes/9", "GET /filtered")),
    Case(
        "FLT409",
        ("POST /notes?text=a",),
        answers={"POST /notes?text=a": (FAILED, (200, {"id": 1, "text": "a"}))},
    ),
    Case(
        "FLT411",
        ("POST /notes?text=a", "POST /notes?text=a&again", "GET /notes"),
        answers={"POST /notes?text=a&again": ((200, "a"), FAILED)},
    ),
    Case("FLT413", ("GET /one",)),
    Case(
        "FLT419",
        ("GET /migration",),
        answers={"GET /migration": ((200, "0123_add_names.py"), (200, "DATE-0123_add_names.py"))},
    ),
    Case("FLT502", ("GET /requests", "GET /none")),
    Case("FLT506", ("GET /attempts/0", "GET /attempts/2")),
    Case("FLT507", ("GET /self", "GET /word"), answers={"GET /self": (FAILED, (200, "word"))}),
)
