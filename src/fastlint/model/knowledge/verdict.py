"""The answer to "does this block?": what blocks, how surely, what to write instead, and which rule speaks of it."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import msgspec

from fastlint.model.knowledge.conditions import Answer, Arguments, any_holds
from fastlint.model.knowledge.schema import CallRow, ClassRow, FixKind, Kind, PatternRow, Severity, TwinUse

Via: TypeAlias = Literal[
    "call",
    "constructor",
    "method",
    "enter",
    "exit",
    "iteration",
    "attribute",
    "instance",
    "subscript",
    "length",
    "truth",
    "retry",
]

# `other` is split by origin: what is the standard library's only waits (input(), signal.pause(), select.select()), a
# package's is a client.
_RULES: Final[dict[Kind, str]] = {
    "sleep": "FLT101",
    "http": "FLT102",
    "dns": "FLT102",
    "db": "FLT103",
    "file": "FLT104",
    "subprocess": "FLT105",
    "cache": "FLT106",
    "queue": "FLT106",
    "cloud": "FLT106",
    "mail": "FLT106",
    "ml": "FLT106",
    "other": "FLT106",
    "cpu": "FLT107",
    "lock": "FLT108",
    "loop": "FLT109",
}

_THREAD_CALL: Final = "await run_in_threadpool({func}, {args})"
_THREAD_METHOD: Final = "await run_in_threadpool({obj}.{method}, {args})"
_THREAD_IMPORT: Final = "from fastapi.concurrency import run_in_threadpool"


class BlockingCall(msgspec.Struct, frozen=True, kw_only=True):
    """Something that blocks the thread that does it.

    Attributes:
        name: what to show: `requests.get`, `sqlalchemy.orm.Session.execute`, `openai.OpenAI.chat.completions.create`.
        library: the distribution, `stdlib`, or "" for a name of the user's.
        kind: what it waits for.
        severity: `certain` always waits, `likely` in normal use, `cpu` computes for milliseconds or more, `cheap` is
            local and short.
        via: what about the object blocks.
        rule: the code of the rule that speaks of it.
        replacement: advice, a phrase.
        twin: the qualified name of the awaitable counterpart of just this call, "" if there is none.
        twin_use: how the twin is used.
        mechanical_fix: whether the one-line rewrite in `fix` keeps the result with these arguments.
        fix_kind: `thread` (run_in_threadpool), `replace`, `rename` (another method of the same object), or "".
        fix: the template: {func} callee, {obj} receiver, {obj_root} client of a chain, {method}, {path} after the
            client, {args}.
        fix_import: the import that it needs.
        measured_ms: what the call was once measured to cost.
        note: what else is known.
        thread_bound: whether the receiver belongs to one thread or transaction (session, connection, cursor): never
            hand a single call on it to another thread.
    """

    name: str
    kind: Kind
    severity: Severity
    rule: str
    library: str = ""
    via: Via = "call"
    replacement: str = ""
    twin: str = ""
    twin_use: TwinUse = ""
    mechanical_fix: bool = False
    fix_kind: FixKind = ""
    fix: str = ""
    fix_import: str = ""
    measured_ms: float | None = None
    note: str = ""
    thread_bound: bool = False


# What FLT102 speaks of: HTTP and sockets as such. An SDK that speaks HTTP to one service is a client of that service.
_PLAIN_HTTP: Final = frozenset(
    {
        "stdlib",
        "stdlib-removed",
        "requests",
        "requests-toolbelt",
        "niquests",
        "httpx",
        "httpx2",
        "urllib3",
        "pycurl",
        "websocket-client",
        "websockets",
        "feedparser",
        "starlette",
    }
)


def rule_of(kind: Kind, severity: Severity, library: str) -> str:
    """The rule that speaks of a blocking call of this kind."""
    if kind == "other" and library == "stdlib":
        return "FLT108"
    if kind == "http" and library not in _PLAIN_HTTP:
        return "FLT106"
    if kind == "ml" and severity == "cpu":
        return "FLT107"
    return _RULES[kind]


def of_call(row: CallRow, arguments: Arguments, via: Via = "call") -> BlockingCall | None:
    """The verdict on a call of a function."""
    if via == "call" and harmless(row.unless, row.only_if, arguments):
        return None
    severity = row.severity
    if row.certain_if and any_holds(row.certain_if, arguments) is Answer.YES:
        severity = "certain"
    fixable = via == "call" and row.mechanical_fix and any_holds(row.fix_unless, arguments) is Answer.NO
    threaded = row.fix_kind == "thread"
    return BlockingCall(
        name=row.name.removeprefix("builtins."),
        kind=row.kind,
        severity=severity,
        rule=rule_of(row.kind, severity, row.lib),
        library=row.lib,
        via=via,
        replacement=row.replacement,
        twin=row.twin,
        twin_use=row.twin_use,
        mechanical_fix=fixable,
        fix_kind=row.fix_kind,
        fix=row.fix or (_THREAD_CALL if threaded else ""),
        fix_import=row.fix_import or (_THREAD_IMPORT if threaded else ""),
        measured_ms=row.measured_ms,
        note=row.note,
        thread_bound=row.thread_bound,
    )


def of_class(row: ClassRow, via: Via, name: str, severity: Severity, arguments: Arguments) -> BlockingCall:
    """The verdict on something done with an instance of a class, or with the class; the method is the end of `name`."""
    method = name.rpartition(".")[2].partition("(")[0] if via == "method" else ""
    listed = not row.fix_methods or method in row.fix_methods
    withheld = any_holds(row.fix_unless, arguments, method) is not Answer.NO
    fixable = via == "method" and row.mechanical_fix and listed and not withheld
    twin, use = _twin(row, method, name)
    threaded = row.fix_kind == "thread"
    return BlockingCall(
        name=name,
        kind=row.kind,
        severity=severity,
        rule=rule_of(row.kind, severity, row.lib),
        library=row.lib,
        via=via,
        replacement=row.replacement,
        twin=twin,
        twin_use=use,
        mechanical_fix=fixable,
        fix_kind=row.fix_kind,
        fix=row.fix or (_THREAD_METHOD if threaded else ""),
        fix_import=row.fix_import or (_THREAD_IMPORT if threaded else ""),
        measured_ms=row.measured_ms,
        note=row.note,
        thread_bound=row.thread_bound,
    )


def _twin(row: ClassRow, method: str, name: str) -> tuple[str, TwinUse]:
    if not method or method in row.twin_missing:
        return "", ""
    if row.twin_method:
        return f"{name.rpartition('.')[0]}.{row.twin_method.format(method=method)}", "await"
    if not row.twin or not (row.twin_same_names or method in row.twin_rename):
        return row.twin, ""
    leaf = row.twin_rename.get(method, method)
    path = name.removeprefix(f"{row.name}.").rpartition(".")[0]
    return ".".join(part for part in (row.twin, path, leaf) if part), (
        "call" if method in row.twin_not_coroutine else "await"
    )


def of_pattern(row: PatternRow, name: str, method: str, arguments: Arguments) -> BlockingCall | None:
    """The verdict on a name that a pattern matches."""
    if harmless(row.unless, (), arguments):
        return None
    owner = name.rpartition(".")[0]
    return BlockingCall(
        name=name,
        kind=row.kind,
        severity=row.severity,
        rule=rule_of(row.kind, row.severity, row.lib),
        library=row.lib,
        via="method" if method else "call",
        replacement=row.replacement,
        twin=f"{owner}.{row.twin_method.format(method=method)}" if row.twin_method and method else "",
        twin_use="await" if row.twin_method and method else "",
        note=row.note,
    )


def harmless(unless: tuple[str, ...], only_if: tuple[str, ...], arguments: Arguments, method: str = "") -> bool:
    """Whether the arguments make the call harmless, or may."""
    if unless and any_holds(unless, arguments, method) is not Answer.NO:
        return True
    return bool(only_if) and any_holds(only_if, arguments, method) is not Answer.YES
