# ruff: noqa: E501 -- an import of the program under test, on one line
"""What retries: when it ends, how long it waits, after which failures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import ProjectFactory
    from fastlint.model.project import Project

_IMPORTS = """\
import asyncio, backoff, httpx, requests, retrying, stamina, tenacity
from retry import retry as simple
from tenacity import retry, retry_any, retry_if_exception_type as when, retry_if_not_exception_type as unless, retry_if_result, retry_if_exception
class Conflict(Exception): ...
def is_down(e):
    'Of the network.'
    return isinstance(e, Conflict) or isinstance(e, (OSError, ValueError))
def is_safe(e):
    if isinstance(e, httpx.ReadTimeout): return e.request.method == "GET"
    return isinstance(e, httpx.HTTPError)
"""


def _decorated(project: ProjectFactory, decorator: str) -> Project:
    return project({"m.py": f"{_IMPORTS}\n@{decorator}\ndef f(): ...\n"})


@pytest.mark.parametrize(
    ("decorator", "endless", "hasty"),
    [
        ("retry", True, True),
        ("retry()", True, True),
        ("retry(wait=tenacity.wait_fixed(1))", True, False),
        ("retry(stop=tenacity.stop_after_attempt(3))", False, True),
        ("retry(stop=tenacity.stop_after_attempt(3), retry=when(Conflict))", False, False),
        ("retry(stop=tenacity.stop_after_attempt(3), retry=when(httpx.ReadTimeout))", False, True),
        ("retry(**options)", False, False),
        ("backoff.on_exception(backoff.expo, OSError)", True, False),
        ("backoff.on_exception(backoff.expo, OSError, max_time=9)", False, False),
        ("backoff.on_predicate(backoff.expo, max_tries=None)", True, False),
        ("stamina.retry(on=OSError)", False, False),
        ("stamina.retry(on=OSError, attempts=None)", False, False),
        ("stamina.retry(on=OSError, attempts=None, timeout=None)", True, False),
        ("retrying.retry", True, True),
        ("retrying.retry(stop_max_attempt_number=3, wait_fixed=100)", False, False),
        ("simple(OSError)", True, False),
        ("simple(OSError, 3)", False, False),
        ("simple(OSError, tries=3)", False, False),
    ],
)
def test_end_and_pause(project: ProjectFactory, decorator: str, *, endless: bool, hasty: bool) -> None:
    retries = _decorated(project, decorator).retries
    (policy,) = retries.all
    assert policy.function is not None
    assert policy.function.name == "f"
    assert (retries.endless(policy), retries.hasty(policy)) == (endless, hasty)


@pytest.mark.parametrize(
    ("decorator", "after"),
    [
        ("retry", "any exception"),
        ("retry(retry=when())", "any exception"),
        ("retry(retry=when((Conflict, httpx.TimeoutException)))", "`httpx.TimeoutException`"),
        ("retry(retry=when(Conflict) | when(requests.exceptions.Timeout))", "`requests.Timeout`"),
        ("retry(retry=retry_any(when(Conflict), when(OSError)))", "`OSError`"),
        ("retry(retry=unless(Conflict))", "most exceptions"),
        ("retry(retry=when(httpx.ConnectError))", ""),
        ("retry(retry=when(ConnectionRefusedError))", ""),
        ("retry(retry=retry_if_result(bool))", ""),
        ("retry(**{'stop': 1})", "any exception"),
        ("retry(**{'retry': when(httpx.ReadTimeout)})", "`httpx.ReadTimeout`"),
        ("retry(**{'retry': when(httpx.ConnectError)})", ""),
        ("retry(**options())", ""),
        (
            "retry(retry=retry_if_exception(lambda e: isinstance(e, (Conflict, httpx.ReadTimeout))))",
            "`httpx.ReadTimeout`",
        ),
        ("retry(retry=retry_if_exception(lambda e: isinstance(e, httpx.ReadTimeout) and e.safe))", ""),
        ("retry(retry=retry_if_exception(is_down))", "`OSError`"),
        ("retry(retry=retry_if_exception(is_safe))", ""),
        ("backoff.on_exception(backoff.expo, exception=(ValueError, asyncio.TimeoutError))", "`TimeoutError`"),
        ("backoff.on_predicate(backoff.expo)", ""),
        ("stamina.retry(on=httpx.HTTPError)", "`httpx.HTTPError`"),
        ("retrying.retry(retry_on_exception=bool)", ""),
        ("simple()", "any exception"),
    ],
)
def test_after_which_failures(project: ProjectFactory, decorator: str, after: str) -> None:
    retries = _decorated(project, decorator).retries
    (policy,) = retries.all
    assert retries.after(policy) == after


def test_what_is_retried(project: ProjectFactory) -> None:
    model = project(
        {
            "policies.py": "import tenacity\npatient = tenacity.retry(stop=1)\n",
            "m.py": """
                from policies import patient
                import policies

                @patient
                def f(): ...

                class C:
                    @policies.patient
                    def g(self): ...
            """,
            "loops.py": """
                from tenacity import Retrying

                def h(): ...

                def loop():
                    for attempt in Retrying(stop=1):
                        with attempt:
                            h()
                    Retrying(stop=2)(h)
            """,
            "tests/test_m.py": "import tenacity\n@tenacity.retry\ndef t(): ...\n",
        }
    )
    found = [(one.function.local_name if one.function else None, one.loop is not None) for one in model.retries.all]
    assert sorted(found, key=str) == [("C.g", False), ("f", False), ("h", False), (None, False), (None, True)]


def test_what_says_that_it_tries_for_ever_is_believed(project: ProjectFactory) -> None:
    functions = (
        "def run_forever(): ...",
        'def f():\n    """Never gives up, tries forever."""',
        "def run_listener(): ...",
        "def f(): ...",
    )
    for function, endless in zip(functions, (False, False, False, True), strict=True):
        retries = project({"m.py": f"{_IMPORTS}\n@retry(wait=tenacity.wait_fixed(1))\n{function}\n"}).retries
        assert [retries.endless(one) for one in retries.all] == [endless]


def test_a_star_import_is_passed_over(project: ProjectFactory) -> None:
    shared = "from tenacity import *\n@retry(stop=stop_after_attempt(3))\ndef f(): ...\n"
    model = project({"m.py": shared, "n.py": "import m\n@m.f\ndef g(): ...\n"})
    assert model.retries.all == ()
