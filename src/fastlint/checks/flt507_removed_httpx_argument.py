"""FLT507: httpx must not be given arguments that it doesn't take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import AddImport, Edit, Finding, Fix, RemoveArgument, RenameArgument, ReplaceExpression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project
    from fastlint.model.removed_arguments import Refused
    from fastlint.text import Source, Span


def check(project: Project) -> Iterator[Finding]:
    """Report arguments that httpx no longer takes, or never took."""
    for one in project.removed_arguments.all():
        if not one.name:
            message = f"`{one.callee}` takes keyword arguments only and raises `TypeError`"
        else:
            since = ", removed in 0.28," if one.callee.startswith("httpx.") else ""
            message = f"`{one.name}=`{since} makes `{one.callee}` raise `TypeError`"
        at = one.scope.module.span(one.value.start, one.value.end)
        yield Finding(at=at, message=message, fix=_fix(project, one))


def _fix(project: Project, one: Refused) -> Fix | None:
    module = one.scope.module
    call, value = module.span(one.call.start, one.call.end), module.span(one.value.start, one.value.end)
    if one.is_transport:
        return Fix("Name the argument", "safe", (ReplaceExpression(call, _named(module.facts.source, call, value)),))
    if one.name == "app" and one.callee.endswith(".AsyncClient") and not one.has_transport:
        text = f"{one.transport}(app={module.facts.source.text(value.start, value.end)})"
        edits: list[Edit] = [RenameArgument(call, "app", "transport"), ReplaceExpression(value, text)]
        if "." not in one.transport:
            edits.append(AddImport(call, one.callee.partition(".")[0], one.transport))
        return Fix("Give the app by its transport", "safe", tuple(edits))
    if one.name == "proxies" and one.is_none:
        return Fix("Remove `proxies`", "safe", (RemoveArgument(call, "proxies"),))
    if one.name == "proxies" and one.is_url and project.manifests.surely("httpx", ">=0.26"):
        return Fix("Call it `proxy`", "safe", (RenameArgument(call, "proxies", "proxy"),))
    return None


def _named(source: Source, call: Span, value: Span) -> str:
    """The call with `transport=` before the value, its further lines relative to the first."""
    text = f"{source.text(call.start, value.start)}transport={source.text(value.start, call.end)}"
    line = source.text(source.data.rfind(b"\n", 0, call.start) + 1, call.start)
    return text.replace(f"\n{line[: len(line) - len(line.lstrip())]}", "\n")
