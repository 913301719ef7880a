"""Fixes of a project, proved by checking the result."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec
import pytest

from fastlint.engine import Note, Report
from fastlint.findings import Applicability, Edit, Finding, Fix, ReplaceExpression, Step
from fastlint.fixing.passes import Answer, Outcome, fix_all
from fastlint.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CALL = re.compile(rb"\b(?P<code>FLT\d{3})_(?P<word>\w*)\(\)")


class World:
    """A project in which `FLT101_x()` is a finding of FLT101, and `FLT101_is_y()` one whose fix says `y()` instead.

    `FLT101_brings_FLT102_x()` becomes `FLT102_x()`, which is a finding, too.
    """

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = {path: text.encode() for path, text in files.items()}
        self.checks = 0
        self.crash_on = b"\0"

    def check(self, contents: Mapping[str, bytes]) -> Report:
        self.checks += 1
        files = {**self.files, **contents}
        findings = [self.finding(path, match) for path in sorted(files) for match in CALL.finditer(files[path])]
        crashed = any(self.crash_on in data for data in files.values())
        notes = (Note("error", "crash"),) if crashed else ()
        return Report(findings=tuple(findings), names={"FLT101": "bad"}, files=len(files), notes=notes)

    @staticmethod
    def finding(path: str, match: re.Match[bytes]) -> Finding:
        code, word = match["code"].decode(), match["word"].decode()
        at = Span(path, match.start(), match.end())
        edits: list[Edit] = []
        kind, _, rest = word.partition("_")
        if kind in ("is", "brings", "unsafely"):
            edits.append(ReplaceExpression(at, f"{rest}()"))
        if kind == "everywhere":
            edits.extend((ReplaceExpression(at, f"{rest}()"), ReplaceExpression(Span("other.py", 0, 1), "FLT109_x()")))
        applicability: Applicability = "unsafe" if kind == "unsafely" else "safe"
        fix = Fix("Say the other", applicability, tuple(edits)) if edits else None
        return Finding(at, f"`{word}` is said", code=code, severity="error", fix=fix, trace=(Step(at, "here"),))

    def fix(
        self,
        wanted: Callable[[Finding], bool] = lambda _: True,
        ask: Callable[[Finding, Mapping[str, bytes], Mapping[str, bytes]], Answer] | None = None,
    ) -> Outcome:
        return fix_all(self.check, lambda path: self.files.get(path, b""), wanted, ask)


def text(outcome: Outcome) -> dict[str, str]:
    return {path: data.decode() for path, data in outcome.contents.items()}


def reasons(outcome: Outcome) -> list[str]:
    return [entry.reason for entry in outcome.withheld]


def test_all_is_fixed_in_one_pass() -> None:
    world = World({"a.py": "x = FLT101_is_a()\ny = FLT101_is_b()\n", "b.py": "z = FLT102_is_c()\n", "c.py": "w\n"})
    outcome = world.fix()
    assert text(outcome) == {"a.py": "x = a()\ny = b()\n", "b.py": "z = c()\n"}
    assert outcome.originals == {path: world.files[path] for path in ("a.py", "b.py")}
    assert [finding.code for finding in outcome.fixed] == ["FLT101", "FLT101", "FLT102"]
    assert (outcome.withheld, outcome.after.findings) == ((), ())
    assert len(outcome.before.findings) == 3
    assert world.checks == 2


def test_nothing_to_fix_costs_one_check() -> None:
    world = World({"a.py": "FLT101_x()\n"})
    outcome = world.fix()
    assert (outcome.contents, world.checks) == ({}, 1)
    assert outcome.before == outcome.after


def test_only_what_is_wanted_is_fixed() -> None:
    world = World({"a.py": "FLT101_is_a(); FLT102_is_b()\n"})
    outcome = world.fix(lambda finding: finding.code == "FLT102")
    assert text(outcome) == {"a.py": "FLT101_is_a(); b()\n"}
    assert [finding.code for finding in outcome.after.findings] == ["FLT101"]


def test_what_stands_inside_something_replaced_is_fixed_by_the_next_pass() -> None:
    class Nested(World):
        @staticmethod
        def finding(path: str, match: re.Match[bytes]) -> Finding:
            finding = World.finding(path, match)
            if match["word"].startswith(b"outer"):
                outer = Span(path, match.start() - 2, match.end() + 1)
                fix = Fix("Unwrap", "safe", (ReplaceExpression(outer, "[FLT102_is_a()]"),))
                return Finding(finding.at, finding.message, code=finding.code, severity="error", fix=fix)
            return finding

    world = Nested({"a.py": "x = f(FLT101_outer())\n"})
    assert text(world.fix()) == {}
    assert reasons(Nested({"a.py": "x = f(FLT101_outer())\n"}).fix()) == ["it would bring FLT102: `is_a` is said"]


def test_a_fix_that_brings_a_finding_is_not_made() -> None:
    world = World({"a.py": "x = FLT101_brings_FLT102_x()\ny = FLT101_is_b()\n", "b.py": "z = FLT101_is_c()\n"})
    outcome = world.fix()
    assert text(outcome) == {"a.py": "x = FLT101_brings_FLT102_x()\ny = b()\n", "b.py": "z = c()\n"}
    assert reasons(outcome) == ["it would bring FLT102: `x` is said"]
    assert [finding.at.start for finding in outcome.fixed] == [33, 4]


def test_a_fix_that_does_not_help_is_not_made() -> None:
    outcome = World({"a.py": "x = FLT101_brings_FLT101_x()\n"}).fix()
    assert text(outcome) == {}
    assert reasons(outcome) == ["it would bring FLT101: `x` is said"]

    class Vague(World):
        @staticmethod
        def finding(path: str, match: re.Match[bytes]) -> Finding:
            return msgspec.structs.replace(World.finding(path, match), message="Something is said")

    assert reasons(Vague({"a.py": "x = FLT101_brings_FLT101_x()\n"}).fix()) == ["the finding would still be there"]


def test_many_that_do_harm_are_found_among_many() -> None:
    lines = [f"x = FLT101_brings_FLT102_x{n}()\n" if n % 5 == 0 else f"y = FLT101_is_y{n}()\n" for n in range(20)]
    world = World({"a.py": "".join(lines), "b.py": "z = FLT101_is_z()\n"})
    outcome = world.fix()
    wanted = [f"x = FLT101_brings_FLT102_x{n}()\n" if n % 5 == 0 else f"y = y{n}()\n" for n in range(20)]
    assert text(outcome) == {"a.py": "".join(wanted), "b.py": "z = z()\n"}
    assert len(outcome.withheld) == 4
    assert world.checks < 40


def test_a_finding_that_moves_is_not_new() -> None:
    world = World({"a.py": "x = [FLT101_is_a(), FLT102_x()]\n"})
    outcome = world.fix()
    assert text(outcome) == {"a.py": "x = [a(), FLT102_x()]\n"}
    assert outcome.withheld == ()


def test_a_fix_that_makes_a_check_fail_is_not_made() -> None:
    world = World({"a.py": "x = FLT101_is_a()\ny = FLT101_is_boom()\n"})
    world.crash_on = b"= boom"
    outcome = world.fix()
    assert text(outcome) == {"a.py": "x = a()\ny = FLT101_is_boom()\n"}
    assert reasons(outcome) == ["a check fails on the result"]


def test_harm_in_another_file_is_harm() -> None:
    world = World({"a.py": "x = FLT101_everywhere_a()\n", "other.py": "y\n", "b.py": "z = FLT101_is_z()\n"})
    outcome = world.fix()
    assert text(outcome) == {"b.py": "z = z()\n"}
    assert reasons(outcome) == ["it would bring FLT109: `x` is said"]


def test_a_fix_whose_place_is_lost_says_so() -> None:
    world = World({"a.py": "x = FLT101_everywhere_a()\n"})
    assert reasons(world.fix()) == ["its place was not found"]


def test_safe_fixes_go_first() -> None:
    class Clashing(World):
        @staticmethod
        def finding(path: str, match: re.Match[bytes]) -> Finding:
            word = match["word"].decode()
            at = Span(path, match.start(), match.end())
            applicability: Applicability = "unsafe" if word == "one" else "safe"
            both = Span(path, 4, 38)
            fix = Fix("Say it", applicability, (ReplaceExpression(both, f"{word}()"),))
            return Finding(at, "said", code=match["code"].decode(), severity="error", fix=fix)

    world = Clashing({"a.py": "x = FLT101_one() + FLT102_two() + four\n"})
    outcome = world.fix()
    assert text(outcome) == {"a.py": "x = two()\n"}


@pytest.mark.parametrize(
    ("answers", "wanted"),
    [
        (["yes", "yes", "yes"], "x = a()\ny = b()\nz = c()\n"),
        (["no", "yes", "no"], "x = FLT101_is_a()\ny = b()\nz = FLT101_is_c()\n"),
        (["no", "all"], "x = FLT101_is_a()\ny = b()\nz = c()\n"),
        (["yes", "quit"], "x = a()\ny = FLT101_is_b()\nz = FLT101_is_c()\n"),
        (["quit"], None),
    ],
)
def test_the_user_decides(answers: list[Answer], wanted: str | None) -> None:
    world = World({"a.py": "x = FLT101_is_a()\ny = FLT101_is_b()\nz = FLT101_is_c()\n"})
    left = list(answers)
    shown: list[tuple[bytes, bytes]] = []

    def ask(finding: Finding, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Answer:
        shown.append((before["a.py"], after["a.py"]))
        assert finding.fix is not None
        return left.pop(0)

    outcome = world.fix(ask=ask)
    assert left == []
    assert text(outcome) == ({} if wanted is None else {"a.py": wanted})
    assert shown[0][1] == b"x = a()\ny = FLT101_is_b()\nz = FLT101_is_c()\n"
