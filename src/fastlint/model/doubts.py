"""Which blocking work is not worth telling of: locks held briefly, one resource twice, work behind many conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Constant, Name, Operation, Return

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from fastlint.facts.records import If, Stmt
    from fastlint.model.edges import Edge
    from fastlint.model.knowledge.verdict import BlockingCall
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.scan import Block

_FORKS = frozenset({"if", "case", "except"})
# So many conditions may lie on the way to blocking work behind the boundary. Read on real code: with up to two nearly
# all chains happen in ordinary use, with more hardly any.
_MOST_FORKS = 2
_FILES_FROM = 3
# So far away two conditions mean, as a rule, another kind of object than the usual one.
_FAR = 5
_OFF = _MOST_FORKS + 1
_WRAPPERS = frozenset({"async_to_sync", "syncify", "runnify"})
# What is asked before a loop is run: whether one runs already, or whether there is a coroutine to run at all.
_ASKS = (b"get_running_loop", b"is_running", b"current_async_library", b"iscoroutine", b"isawaitable")
# The locks of these modules are held by threads of this process, for a few instructions as a rule.
_IN_PROCESS = ("threading.", "multiprocessing.", "_thread.")
_TAKES = frozenset({"__enter__", "acquire"})
# What computes for less (milliseconds, measured) isn't told of; for less than _HEAVY, which depends on the input too,
# only where it stands.
_SLIGHT = 10.0
_HEAVY = 100.0


def is_brief(verdict: BlockingCall) -> bool:
    """Whether it takes a lock of this process: as far as anyone can tell that guards a few instructions."""
    return verdict.kind == "lock" and verdict.name.startswith(_IN_PROCESS) and verdict.name.rpartition(".")[2] in _TAKES


def held_across_await(edge: Edge, node: FunctionNode) -> bool:
    """Whether the `with` that an edge enters awaits in its body: who else wants the lock stops the loop for good."""
    for statement, _ in node.scan.withs:
        if any(item.value.start == edge.start for item in statement.items):
            return any(statement.start <= one.start < statement.end for one in node.scan.awaits)
    return False


def repeats(edge: Edge, opened: Collection[tuple[str, int, int, str]], origins: Iterable[tuple[str, int]]) -> bool:
    """Whether a call works on what another blocking call made: `with open() as f: f.write()` is told of at `open`.

    Waiting for what a quick call set going (`add.delay(1).get()`) is worse than that call, and another rule's.
    """
    waits = edge.blocking.rule if edge.blocking is not None and edge.blocking.kind == "lock" else None
    return any(
        one[:2] == origin and (one[1] != edge.start or one[2] < edge.end) and waits in (None, one[3])
        for origin in origins
        for one in opened
    )


def is_slight(verdict: BlockingCall) -> bool:
    """Whether it takes hardly any time: a computation, or making an object, that was measured."""
    quick = verdict.measured_ms is not None and verdict.measured_ms < _SLIGHT
    return quick and (verdict.severity == "cpu" or verdict.via == "constructor")


def is_pool(verdict: BlockingCall) -> bool:
    """Whether it leaves the `with` of a pool of threads: after an `await` for its work there is nothing to wait for."""
    return verdict.via == "exit" and verdict.name.startswith("concurrent.futures.")


def is_future(verdict: BlockingCall) -> bool:
    """Whether it waits for a future of a thread."""
    return verdict.name.startswith("concurrent.futures.Future.")


def asks_first(node: FunctionNode) -> bool:
    """Whether a function asks a future whether it is done, before it hands it to a helper that takes the result."""
    return node.module.facts.source.data.find(b".done()", node.record.body_start, node.record.body_end) >= 0


def only_wraps(edge: Edge, node: FunctionNode) -> bool:
    """Whether a wrapper such as `async_to_sync(f)` is made and not called where it stands: a thread may call it."""
    wraps = edge.blocking is not None and edge.blocking.name.rpartition(".")[2] in _WRAPPERS
    return wraps and edge.site is not None and not any(one.call.func is edge.site.call for one in node.scan.calls)


def carries(verdict: BlockingCall, distance: int, conditions: int, *, once: bool) -> bool:
    """Whether blocking work is worth telling of from so many calls away, behind so many conditions."""
    if verdict.severity == "certain":
        return conditions <= (_MOST_FORKS if distance < _FAR else 1)
    if conditions > 1:
        return False
    if verdict.severity == "cpu" and verdict.measured_ms is not None:
        return verdict.measured_ms >= _HEAVY
    # timid: what only usually waits is told of from near; files, slow where it hurts, from three helpers away
    return distance <= (_FILES_FROM if verdict.kind == "file" and not once else 1)


def is_settled(edge: Edge, node: FunctionNode) -> bool:
    """Whether the function looks before it waits: `if future.done(): future.result()`, `try: get_running_loop()`."""
    verdict = edge.blocking
    if verdict is None or verdict.kind not in ("lock", "loop"):
        return False
    data = node.module.facts.source.data
    if verdict.kind == "loop":
        return only_wraps(edge, node) or any(
            data.find(word, node.record.body_start, node.record.body_end) >= 0 for word in _ASKS
        )
    func = edge.site.call.func if edge.site is not None else None
    if not isinstance(func, Name):
        return False
    asked = f"{func.id.rpartition('.')[0]}.done()".encode()
    return data.find(asked, node.record.body_start, node.record.body_end) >= 0


def forks(edge: Edge, node: FunctionNode) -> int:
    """How many conditions lie between entering a function and a call in it: branches around it, answers before it."""
    return (
        _branches(edge.block)
        + sum(
            statement.end <= edge.start
            and block.covers(edge.start)
            and bool(statement.body)
            and _answers(statement.body[-1])
            for statement, block in node.scan.ifs
        )
        + sum(
            _OFF for statement, _ in node.scan.ifs if statement.end <= edge.start and _is_switched_off(statement, node)
        )
    )


def _is_switched_off(statement: If, node: FunctionNode) -> bool:
    """`if not self.enabled: return` where `__init__` sets it to False: what comes behind has to be asked for."""
    match statement.test, statement.body:
        case Operation(kind="unary", op="not", operands=(Name(id=flag),)), (Return(value=None),):
            init = node.owner.methods.get("__init__") if node.owner is not None else None
            return init is not None and any(
                isinstance(one.value, Constant)
                and one.value.text == "False"
                and any(isinstance(target, Name) and target.id == flag for target in one.targets)
                for one, _ in init.scan.assigns
            )
        case _:
            return False


def _branches(block: Block) -> int:
    count = 0
    inner: Block | None = None
    here: Block | None = block
    while here is not None:
        if here.kind in _FORKS or (here.kind == "else" and (inner is None or inner.kind != "if")):
            count += 1
        inner, here = here, here.parent
    return count


def _answers(statement: Stmt) -> bool:
    """Whether it returns another answer; `return None` and `return False` reject a case, and are no other answer."""
    return isinstance(statement, Return) and statement.value is not None and not isinstance(statement.value, Constant)
