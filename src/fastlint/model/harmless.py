"""Which requests do no harm when they are sent twice, as far as their text tells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastlint.model.nodes import FunctionNode, Scope

# An idempotency key, by its usual names, or something that sees to what comes twice.
_KEYED = re.compile(rb"idempoten|dedup|client_?token|nonce|delivery.?id|webhook.?id|message.?id", re.IGNORECASE)
# What asks a language model, or tells that one is still there: twice costs little more.
_TALK = re.compile(rb"max_(?:completion_|new_)?tokens|\btemperature\b|heart_?beat", re.IGNORECASE)
# A POST that only asks: nothing is done twice when it is sent twice.
_ASKS = re.compile(
    r"search|query|graphql|token|oauth|login|logon|authenticat|introspect|embed|completions|rerank|translat|predict|infer"
    r"|api/(?:chat|generate)\b|/v1/(?:messages|responses|chat)\b|generatecontent|/invocations"
    r"|classif|analy[sz]e|detect|moderat|validat|verif|check(?!out)|lookup|(?<![a-z])(?:count|list|exists|batch_?get)(?![a-z])"
)
_ASKING = re.compile(r"_*(?:a?get|fetch|search|query|list|find|embed|count|load|read|log_?in|authenticate|refresh)_")
# Parts of an address that don't say what is asked for: those that are not known, and the host.
_MUTE = re.compile(r"\{[^{}]*\}|^\w+://[^/]*")


def is_harmless(scope: Scope, start: int, end: int) -> bool:
    """Whether code speaks of what makes it harmless to send a request twice."""
    data = scope.module.facts.source.data
    return _KEYED.search(data, start, end) is not None or _TALK.search(data, start, end) is not None


def is_keyed(data: bytes) -> bool:
    """Whether a text speaks of keys that tell a request that comes again."""
    return _KEYED.search(data) is not None


def asks(node: FunctionNode | None) -> bool:
    """timid: a function that says that it only asks is believed."""
    return node is not None and _ASKING.match(node.name.lower() + "_") is not None


def may_do_twice(url: str) -> bool:
    """Whether an address says what is done, and not that something is only asked for.

    timid: who is called by an address that comes from elsewhere may only be asked.
    """
    said = url.lower()
    return re.search("[a-z]{2}", _MUTE.sub("", said)) is not None and _ASKS.search(said) is None
