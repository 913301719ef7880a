"""What a helper process does: parse a share of the files, keep the trees, read bodies from them when asked to."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from fastlint.facts import pipes
from fastlint.facts.encodings import Text
from fastlint.facts.extract import Bodies, Parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fastlint.facts.records import Body, Header


Wanted: TypeAlias = tuple[int, int, int]
"""The number of a file, start and end of a function in it; an end of 0 stands for all functions not read yet."""


class Task(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """All that a helper needs to know that is not a copy of the process that needs help.

    Attributes:
        texts: the texts of all files; a file is called by its number among them.
        share: the files whose headers it is to read.
        keep: whether to keep their trees.
    """

    texts: list[Text]
    share: list[int]
    keep: bool


class ReadHeader(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a helper says of a file unasked.

    Attributes:
        number: which file.
        doubtful: whether the grammar's word is all that speaks against it.
        header: its header.
        bodies: those that are likely to be asked for, by the start of their function.
    """

    number: int
    doubtful: bool
    header: msgspec.Raw
    bodies: dict[int, msgspec.Raw]


class ReadBody(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The body of the function that starts at `start` of the file `number`."""

    number: int
    start: int
    body: msgspec.Raw


_ENCODER: Final = msgspec.msgpack.Encoder()
_WANTED: Final = msgspec.msgpack.Decoder(list[Wanted])
_TASK: Final = msgspec.msgpack.Decoder(Task)


def written(record: Header | Body) -> msgspec.Raw:
    """A record as it is sent and kept."""
    return msgspec.Raw(_ENCODER.encode(record))


def ahead(parsed: Parsed) -> dict[int, msgspec.Raw]:
    """The bodies that are likely to be asked for, while the tree to read them from is there."""
    return {start: written(body) for start, body in parsed.ahead()}


def serve(texts: Sequence[Text], share: Iterable[int], questions: int, answers: int, *, keep: bool) -> None:
    """Tell the headers of a share of the files, then the bodies that are asked for, until there is no more to come."""
    gc.disable()
    trees: dict[int, Bodies] = {}
    headers: list[ReadHeader] = []
    for number in share:
        parsed = Parsed(texts[number])
        bodies = ahead(parsed)
        headers.append(ReadHeader(number, parsed.doubtful, written(parsed.header), bodies))
        if keep and not bodies:
            trees[number] = parsed
    pipes.send(answers, _ENCODER.encode(headers))
    del headers
    while (question := pipes.receive(questions)) is not None:
        answer: list[ReadBody] = []
        latest, tree = -1, None
        for number, start, end in _WANTED.decode(question):
            if number != latest or tree is None:
                latest, tree = number, trees.get(number) or Bodies(texts[number].data)
            read = [(start, tree.body(start, end))] if end else tree.rest()
            answer += [ReadBody(number, at, written(body)) for at, body in read]
        pipes.send(answers, _ENCODER.encode(answer))


def main() -> None:
    """Be a helper in an interpreter of its own, whose task comes as the first message."""
    answers = os.dup(1)
    os.dup2(2, 1)  # whatever prints must not get among the messages
    task = pipes.receive(0)
    if task is not None:
        known = _TASK.decode(task)
        serve(known.texts, known.share, 0, answers, keep=known.keep)
