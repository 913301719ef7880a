"""Path templates: parameters, convertors, and which answers all that another does."""

from __future__ import annotations

import pytest

from fastlint.model.paths import is_health, template


def test_parameters_with_their_convertors() -> None:
    path = template("/users/{user_id:int}/files/{rest:path}")
    assert [(one.name, one.convertor, one.annotation) for one in path.params] == [
        ("user_id", "int", "int"),
        ("rest", "path", "str"),
    ]


def test_an_unknown_part_is_no_parameter() -> None:
    path = template("{settings.API?}/users/{user_id}")
    assert [one.name for one in path.params] == ["user_id"]
    assert not path.known
    assert template("/users/{user_id}").known


def test_an_unknown_convertor_makes_a_path_unknown() -> None:
    path = template("/{day:date}")
    assert not path.known
    assert not template("/{anything}").covers(path)


def test_shapes_leave_names_out() -> None:
    assert template("/a/{x}").shape == template("/a/{y:str}").shape
    assert template("/a/{x}").shape != template("/a/{x:int}").shape


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ("/users/{id}", "/users/me"),
        ("/users/{id}", "/users/{id:int}"),
        ("/users/{id}", "/users/{id:uuid}"),
        ("/{rest:path}", "/a/b/{c}"),
        ("/{rest:path}", "/"),
        ("/a/{b}/{c}", "/a/x/{c}"),
        ("/files/{name}", "/files/{name}.json"),
        ("/n/{x:float}", "/n/{x:int}"),
    ],
)
def test_covers(wide: str, narrow: str) -> None:
    assert template(wide).covers(template(narrow))
    assert not template(narrow).covers(template(wide))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/users/{id:int}", "/users/me"),
        ("/{a}/b", "/x/{c}"),
        ("/users/{id}", "/users/{id}/posts"),
        ("/users/{id}", "/users/"),
        ("/users", "/users/"),
        ("/n/{x:int}", "/n/seven"),
    ],
)
def test_neither_covers_the_other(one: str, other: str) -> None:
    assert not template(one).covers(template(other))
    assert not template(other).covers(template(one))


@pytest.mark.parametrize(
    ("label", "health"),
    [
        ("GET /api/health", True),
        ("GET, HEAD /{settings.API?}/status/", True),
        ("/status", True),
        ("GET /orders/{order_id}/status", False),
        ("PUT /status", False),
        ("GET /statuses", False),
    ],
)
def test_health_checks_neither_write_nor_pick(label: str, health: bool) -> None:
    assert is_health(label, ("health", "status")) is health
