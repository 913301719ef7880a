"""Where a body is made for an answer whose status code allows none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Constant, Str
from fastlint.model.responses import JSON
from fastlint.model.types import Instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Call
    from fastlint.model.contracts import Contract, Contracts
    from fastlint.model.nodes import FunctionNode
    from fastlint.text import Span

_NO_BODY = frozenset({204, 205, 304})
_HINTS = (b"204", b"205", b"304", b"NO_CONTENT", b"RESET_CONTENT", b"NOT_MODIFIED")
# What functions pass on to say that they did something.
_FLAGS = frozenset({"builtins.bool", "builtins.int"})


class Bodiless:
    """Finds such answers."""

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts

    def drops(self, contract: Contract) -> Span | None:
        """The status code of a route that makes FastAPI drop the data that its function returns.

        timid: a flag or number that is passed on (`return service.delete(id)`) is not taken for a body.
        """
        status = contract.route.option("status_code")
        if status is None or not contract.bodiless or contract.effective or contract.function.is_generator:
            return None
        answers = self._contracts.returned.of(contract.function)
        sure = [one for one in answers.all if one.kinds == frozenset({"data"})]
        if all(isinstance(kind, Instance) and kind.cls in _FLAGS for one in sure for kind in one.types):
            return None
        return contract.route.scope.module.span(status.start, status.end)

    def made(self, function: FunctionNode) -> Iterator[tuple[Call, int]]:
        """Responses constructed with content and a status code that allows none, with that code."""
        record = function.record
        body = function.module.facts.source.data[record.body_start : record.body_end]
        if b"Response" not in body or not any(hint in body for hint in _HINTS):
            return
        responses = self._contracts.responses
        for site in function.scan.calls:
            kind = responses.made(site.call, function)
            if kind is None:
                continue
            status = responses.status_of(site.call, function)
            if status in _NO_BODY and self._has_body(site.call, json=kind in JSON):
                yield site.call, status

    def _has_body(self, call: Call, *, json: bool) -> bool:
        content = self._contracts.responses.content_of(call)
        if content is None or json:  # JSON writes None as `null`
            return content is not None
        if isinstance(content, Constant):
            return content.text not in ("None", 'b""', "b''")
        return isinstance(content, Str) and bool(
            content.value
        )  # timid: of other content it isn't known whether it is empty
