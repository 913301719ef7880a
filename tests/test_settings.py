"""Settings: what counts, what wins, and that every mistake is told with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fastlint.settings import Settings, SettingsError, configured_in, load_settings
from fastlint.settings.lines import key_lines
from fastlint.settings.places import key_place, rule_word_place

if TYPE_CHECKING:
    from conftest import FolderFactory


def test_without_a_file_the_defaults_hold() -> None:
    assert load_settings(None).settings == Settings()


def test_the_table_of_a_pyproject_is_read(folder: FolderFactory) -> None:
    root = folder({"pyproject.toml": '[tool.fastlint]\nselect = ["FLT1"]\nmax-page-size = 50\n'})
    settings = load_settings(configured_in(root)).settings
    assert settings.select == ("FLT1",)
    assert settings.max_page_size == 50


def test_fastlint_toml_wins_over_pyproject(folder: FolderFactory) -> None:
    root = folder(
        {"pyproject.toml": "[tool.fastlint]\nlogic-threshold = 5\n", "fastlint.toml": "logic-threshold = 7\n"}
    )
    assert load_settings(configured_in(root)).settings.logic_threshold == 7


def test_fastlint_toml_may_hold_the_table_too(folder: FolderFactory) -> None:
    root = folder({"fastlint.toml": "[tool.fastlint]\nlogic-threshold = 7\n"})
    assert load_settings(configured_in(root)).settings.logic_threshold == 7


@pytest.mark.parametrize(
    "text",
    ["", "[project]\nname = 'x'\n", "[tool.ruff]\nx = 'fastlint'\n", "[project]\nname = 'fastlint'\n[tool.other]\n"],
)
def test_a_pyproject_without_the_table_is_passed_over(folder: FolderFactory, text: str) -> None:
    assert configured_in(folder({"pyproject.toml": text})) is None


def test_overrides_win_over_the_file(folder: FolderFactory) -> None:
    root = folder({"fastlint.toml": 'fail-on = "error"\nsafe = ["a.*"]\n'})
    settings = load_settings(configured_in(root), ['fail-on = "info"', "routes-on-app = 3"]).settings
    assert (settings.fail_on, settings.routes_on_app, settings.safe) == ("info", 3, ("a.*",))


def test_all_mistakes_are_told_at_once_with_their_lines(folder: FolderFactory) -> None:
    root = folder(
        {
            "pyproject.toml": """
                [project]
                name = "x"

                [tool.fastlint]
                selct = ["FLT1"]
                ignore = [
                  "FLT2", # a comment ]
                  3,
                ]
                max-page-size = 0
                fail-on = "warnin"
                layers = { router = ["a"], foo = ["b"], repo = "x" }

                [tool.fastlint.severity]
                FLT1 = "bad"

                [tool.fastlint.target-versions]
                "fastapi" = 1
                """
        }
    )
    with pytest.raises(SettingsError) as caught:
        load_settings(configured_in(root), ["cheap-blocking = 3"])
    told = [(mistake.line, mistake.message) for mistake in caught.value.mistakes]
    assert [line for line, _ in told] == [5, 8, 10, 11, 12, 12, 15, 18, 0]
    messages = "\n".join(message for _, message in told)
    assert "unknown key `selct` (did you mean `select`?); known keys: `baseline`" in messages
    assert "`fail-on`: unknown value `warnin` (did you mean `warning`?)" in messages
    assert "`layers` (repo): expected array of strings, got string `x`" in messages
    assert "`target-versions` (fastapi): expected string, got integer `1`" in messages
    assert str(caught.value).count("\n") == len(told) - 1


def test_broken_toml_is_told_with_its_line(folder: FolderFactory) -> None:
    root = folder({"fastlint.toml": 'select = ["FLT1"]\nignore = \n'})
    with pytest.raises(SettingsError, match=r"fastlint.toml:2: not valid TOML"):
        load_settings(configured_in(root))


def test_a_broken_pyproject_of_ours_is_not_passed_over(folder: FolderFactory) -> None:
    root = folder({"pyproject.toml": "[tool.fastlint]\nselect = \n"})
    with pytest.raises(SettingsError, match=r"pyproject.toml:2"):
        load_settings(configured_in(root))


@pytest.mark.parametrize("content", [b"\xff\xfe", b"select = 'caf\xe9'"])
def test_a_file_that_is_no_text(folder: FolderFactory, content: bytes) -> None:
    root = folder({"fastlint.toml": content})
    with pytest.raises(SettingsError, match="is not UTF-8"):
        load_settings(configured_in(root))


def test_a_bom_and_crlf_do_no_harm(folder: FolderFactory) -> None:
    root = folder({"fastlint.toml": b"\xef\xbb\xbffail-on = 'error'\r\nbad = 1\r\n"})
    with pytest.raises(SettingsError, match=r"fastlint.toml:2: unknown key `bad`"):
        load_settings(configured_in(root))


def test_a_boolean_is_no_number() -> None:
    with pytest.raises(SettingsError, match="max-page-size"):
        load_settings(None, ["max-page-size = true"])


def test_what_is_no_override_is_told() -> None:
    with pytest.raises(SettingsError, match="neither a file nor `key = value`"):
        load_settings(None, ["select: FLT1"])


def test_lines_of_keys_are_found_in_any_notation() -> None:
    text = '''# = [x]
a.b."c d" = """
not = "a key"
""" # tail
[t."u.v"]
x = [ 'one', # ]
  { y = 1, z = [2,
    3] },
]
[[list]]
k = 1979-05-27 07:32:00
[[list]]
m = """"quoted"""" # four quotes
"\\u0061bc" = 1
'''
    lines = key_lines(text)
    assert lines["a", "b", "c d"] == 2
    assert lines["t", "u.v"] == 5
    assert lines["t", "u.v", "x", "1", "z", "1"] == 8
    assert lines["list", "k"] == 11
    assert lines["list", "m"] == 13
    assert lines["list", "abc"] == 14
    assert ("not",) not in lines


def test_a_file_builds_on_another(folder: FolderFactory) -> None:
    root = folder(
        {
            "pyproject.toml": """
                [tool.fastlint]
                select = ["FLT1"]
                extend-exclude = ["gen/"]
                severity = { FLT1 = "info", FLT2 = "error" }
                logic-threshold = 7
            """,
            "shared/fastlint.toml": 'extend = "../pyproject.toml"\nfail-on = "error"\nextend-exclude = ["old/"]\n',
            "app/fastlint.toml": """
                extend = "../shared/fastlint.toml"
                select = ["FLT2"]
                severity = { FLT1 = "error" }
                extend-exclude = ["new/"]
            """,
        }
    )
    settings = load_settings(root / "app/fastlint.toml").settings
    assert settings.select == ("FLT2",)
    assert settings.extend_exclude == ("gen/", "old/", "new/")
    assert settings.severity == {"FLT1": "error", "FLT2": "error"}
    assert (settings.fail_on, settings.logic_threshold) == ("error", 7)


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"a.toml": 'extend = "b.toml"\n'}, "`extend`: there is no file"),
        ({"a.toml": 'extend = "a.toml"\n'}, "extends itself"),
        ({"a.toml": 'extend = "b.toml"\n', "b.toml": 'extend = "./a.toml"\n'}, "extends itself"),
        ({"a.toml": 'extend = "b.cfg"\n', "b.cfg": ""}, "is no TOML file"),
        ({"a.toml": 'extend = "b.toml"\n', "b.toml": "\nwrong = 1\n"}, "b.toml:1: unknown key `wrong`"),
        (
            {"a.toml": 'extend = "1.toml"\n'} | {f"{n}.toml": f'extend = "{n + 1}.toml"\n' for n in range(1, 20)},
            "more than 8 files",
        ),
    ],
)
def test_what_cannot_be_built_on(folder: FolderFactory, files: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(folder(files) / "a.toml")
    assert told in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["\ufeff[tool.fastlint]\nlogic-threshold = 7\n", "tool = { fastlint = { logic-threshold = 7 } }\n"],
)
def test_the_table_is_found_however_it_is_written(folder: FolderFactory, text: str) -> None:
    root = folder({"pyproject.toml": text.encode()})
    assert load_settings(configured_in(root)).settings.logic_threshold == 7


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[tool]\n\nfastlint = 3\n", "pyproject.toml:3: `tool.fastlint`: expected table, got integer `3`"),
        (
            "[tool.fastlint]\nmax-page-size = 0\n",
            "pyproject.toml:2: `max-page-size`: expected integer of at least 1, got 0",
        ),
        ('[tool.fastlint]\n\nextend = "no.toml"\n', "pyproject.toml:3: `extend`: there is no file no.toml"),
        ("[tool.fastlint]\nnope = 1\n", "pyproject.toml:2: unknown key `nope`; known keys: `baseline`"),
    ],
)
def test_mistakes_name_their_line_and_what_is_wanted(
    folder: FolderFactory, monkeypatch: pytest.MonkeyPatch, text: str, told: str
) -> None:
    root = folder({"pyproject.toml": text})
    monkeypatch.chdir(root)
    with pytest.raises(SettingsError) as error:
        load_settings(configured_in(root))
    assert str(error.value).startswith(told)


def test_words_that_are_judged_later_are_found_again(folder: FolderFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    root = folder(
        {
            "fastlint.toml": 'extend = "base.toml"\nignore = [\n  "FLT1",\n  "FLT7",\n]\nsafe = ["base"]\n',
            "base.toml": '[tool.fastlint]\nrequired-version = ">=9"\nper-file-ignores = { "a.py" = ["FLT8"] }\n'
            'severity = { FLT9 = "info" }\n',
        }
    )
    monkeypatch.chdir(root)
    file = root / "fastlint.toml"
    places = [rule_word_place(file, word) for word in ("FLT7", "FLT8", "FLT9", "base", "FLT5")]
    assert places == ["fastlint.toml:4: ", "base.toml:3: ", "base.toml:4: ", "", ""]
    assert key_place(file, "required-version") == "base.toml:2: "
    assert key_place(file, "baseline") == "fastlint.toml: "
