"""What to say of a stalled event loop: the message, how much it weighs, and how it could be mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Name
from fastlint.findings import AddImport, Finding, Fix, MakeSync, RemoveImport, ReplaceExpression, RunInThreadpool
from fastlint.model.offloading import argument_text, awaitable_at
from fastlint.model.types import Instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.colour import Root
    from fastlint.model.inference import Inference
    from fastlint.model.mentions import Mentions
    from fastlint.model.offloading import Offloading
    from fastlint.model.routes import Routes
    from fastlint.model.stalls import Stall, Stalls
    from fastlint.text import Span

_UPLOADS = ("fastapi.UploadFile", "starlette.datastructures.UploadFile")
# `upload.file.read(…)` and the method of the upload that does the same in a thread.
_UPLOAD_METHODS = frozenset({"read", "write", "seek"})
_THREADED = frozenset({"FLT102", "FLT104", "FLT105", "FLT106", "FLT107"})
_SYNCED = frozenset({"FLT102", "FLT103"})
# An endpoint whose text speaks of these may need the loop.
_LOOP_WORDS = (b"asyncio", b"anyio", b"create_task", b"ContextVar", b"contextvar", b"async ")


class StallFindings:
    """Makes findings of stalls, rule by rule."""

    def __init__(
        self,
        stalls: Stalls,
        inference: Inference,
        routes: Routes,
        *,
        offloading: Offloading,
        mentions: Mentions,
        misplaced: frozenset[Span],
    ) -> None:
        """`misplaced` are calls where a function should stand: `f()` in `run_in_threadpool(f())`."""
        self._stalls = stalls
        self._inference = inference
        self._routes = routes
        self._offloading = offloading
        self._mentions = mentions
        self._misplaced = misplaced
        self._sync: dict[Span, bool] = {}

    def of(self, rule: str) -> Iterator[Finding]:
        """The findings of one of the rules about blocking work."""
        for stall in self._stalls.all:
            if stall.verdict.rule == rule and stall.at not in self._misplaced:
                yield self.finding(stall)

    def finding(self, stall: Stall) -> Finding:
        """What to say of a stall."""
        via = f" via {' → '.join(f'`{name}`' for name in stall.steps)}" if stall.steps else ""
        fails = stall.verdict.kind == "loop"
        once = "once " if stall.quiet and not fails else ""
        message = f"{_what(stall)}{via} {once}in {title(stall.reach.root)}{_twin(stall)}"
        if not stall.quiet:
            return Finding(stall.at, message, None, stall.trace, self._fix(stall))
        # What runs once is not worth a thread; what fails, fails at once.
        return Finding(stall.at, message, None if fails and not stall.links else "info", stall.trace)

    # -- fixes

    def _fix(self, stall: Stall) -> Fix | None:
        rule = stall.verdict.rule
        if not stall.links:
            direct = self._sleep(stall) if rule == "FLT101" else self._upload(stall) if rule == "FLT104" else None
            if direct is not None:
                return direct
        if rule in _THREADED:
            verdict = self._offloading.of(stall)
            if verdict != "never":
                return Fix("Run the call in the thread pool", verdict, (RunInThreadpool(stall.at),))
        if rule in _SYNCED and self._may_be_sync(stall):
            edit = MakeSync(stall.function.span)
            return Fix("Make the endpoint a plain `def`, which runs in a thread", "unsafe", (edit,))
        return None

    def _sleep(self, stall: Stall) -> Fix | None:
        site = stall.edge.site
        if site is None or not awaitable_at(site) or stall.verdict.name != "time.sleep":
            return None
        text = f"await asyncio.sleep({argument_text(site.call, stall.function)})"
        at = stall.at
        imports = (AddImport(at, "asyncio"), RemoveImport(at, "time"), RemoveImport(at, "time", "sleep"))
        return Fix("Sleep with `asyncio.sleep`", "safe", (ReplaceExpression(at, text), *imports))

    def _upload(self, stall: Stall) -> Fix | None:
        """`f.file.read(n)` on an upload becomes `await f.read(n)`, which reads in a thread."""
        site, node = stall.edge.site, stall.function
        if site is None or not awaitable_at(site) or not isinstance(site.call.func, Name):
            return None
        func = site.call.func
        owner, _, method = func.id.rpartition(".")
        upload, _, attribute = owner.rpartition(".")
        if attribute != "file" or method not in _UPLOAD_METHODS or not self._is_upload(upload, func, stall):
            return None
        text = f"await {upload}.{method}({argument_text(site.call, node)})"
        return Fix(f"Await `{upload}.{method}`", "safe", (ReplaceExpression(stall.at, text),))

    def _is_upload(self, upload: str, func: Name, stall: Stall) -> bool:
        head, _, rest = upload.partition(".")
        types = self._inference.lookup.name(head, stall.function, func.start, ())
        types = self._inference.path(types, rest) if rest else types
        members = self._inference.members
        return any(isinstance(one, Instance) and members.is_subclass(one.cls, *_UPLOADS) for one in types)

    def _may_be_sync(self, stall: Stall) -> bool:
        """Whether the endpoint awaits nothing, nobody else calls it, and nothing in it needs the loop."""
        node = stall.function
        endpoint = self._routes.by_function.get(node)
        if endpoint is None or stall.reach.parent is not None or endpoint.is_websocket or not endpoint.is_async:
            return False
        known = self._sync.get(node.span)
        if known is None:
            scan, record, data = node.scan, node.record, node.module.facts.source.data
            routing = {route.call for route in endpoint.routes if route.decorator}
            known = self._sync[node.span] = (
                not scan.suspends
                and not scan.yields
                and not scan.functions
                and all(isinstance(one, Call) and one in routing for one in record.decorators)
                and not any(data.find(word, record.body_start, record.body_end) >= 0 for word in _LOOP_WORDS)
                and not self._mentions.is_mentioned(node)
                and not self._offloading.needs_loop(stall.reach.ref)
            )
        return known


def title(root: Root) -> str:
    """Where request code starts: "`GET /users` (`app.users.list_users`)", "middleware `app.timing.Timing.dispatch`"."""
    name = f"`{root.ref.node.qualname}`"
    if root.kind in ("endpoint", "websocket endpoint"):
        return f"`{root.label}` ({name})"
    return f"{root.kind} {name} of `{root.label}`" if root.label else f"{root.kind} {name}"


def _what(stall: Stall) -> str:
    verdict = stall.verdict
    owner = verdict.name.rpartition(".")[0]
    verb = "computes on" if verdict.rule == "FLT107" else "blocks"
    if verdict.via == "enter":
        return f"entering `{owner}` {verb} the event loop"
    if verdict.via == "exit":
        return f"leaving `{owner}` {verb} the event loop"
    if verdict.via == "iteration":
        return f"iterating `{owner}` {verb} the event loop"
    if verdict.via == "retry":
        return f"`{verdict.name}` sleeps on the event loop between attempts"
    if verdict.kind == "loop":
        nests = verdict.name.startswith("nest_asyncio.")
        return f"`{verdict.name}` {'lets event loops nest' if nests else 'fails on the running event loop'}"
    return f"`{verdict.name}` {verb} the event loop"


def _twin(stall: Stall) -> str:
    """The awaitable counterpart, where there is one that does just this."""
    verdict = stall.verdict
    if verdict.rule != "FLT106" or not verdict.twin or verdict.twin_use != "await":
        return ""
    return f"; `{verdict.twin}` can be awaited instead"
