"""A quick reading of the command lines of small commands: loading typer takes longer than what they do.

What is unusual (help, a mistake, an option that is not in the table) is left to typer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_FORMAT, _COLOR, _ALL = "--output-format", "--color", "--all"
# By command: how many words it takes, its options that have a value, and those that have none.
_COMMANDS: Mapping[str, tuple[int, frozenset[str], frozenset[str]]] = {
    "rule": (1, frozenset({_FORMAT, _COLOR}), frozenset({_ALL})),
    "rules": (0, frozenset({_FORMAT}), frozenset()),
    "config": (1, frozenset({_FORMAT}), frozenset()),
}


def quick(arguments: Sequence[str]) -> Callable[[], int] | None:
    """What a plain command line asks for; None where typer must judge it."""
    if not arguments or arguments[0] not in _COMMANDS:
        return None
    command, *rest = arguments
    most, valued, bare = _COMMANDS[command]
    words: list[str] = []
    options: dict[str, str] = {}
    while rest:
        argument = rest.pop(0)
        name, equals, value = argument.partition("=")
        if argument in bare:
            options[argument] = argument
        elif name in valued and (equals or (rest and not rest[0].startswith("-"))):
            options[name] = value if equals else rest.pop(0)
        elif argument.startswith("-"):
            return None
        else:
            words.append(argument)
    return None if len(words) > most else lambda: _run(command, "".join(words), options)


def _run(command: str, word: str, options: Mapping[str, str]) -> int:
    from fastlint.cli import explain

    output_format = options.get(_FORMAT, "text")
    if command == "rules":
        return explain.list_rules(output_format)
    if command == "config":
        return explain.explain_settings(word, output_format)
    return explain.explain_rule(
        word, every=_ALL in options, output_format=output_format, color=options.get(_COLOR, "auto")
    )
