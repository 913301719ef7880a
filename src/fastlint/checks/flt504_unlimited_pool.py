"""FLT504: a pool of connections must have a limit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.findings import Finding
from fastlint.model.arguments import argument
from fastlint.model.constants import fixed
from fastlint.model.expressions import last
from fastlint.model.types import External

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project

_TEXT = re.compile(rb"(?:Limits|Connector)\s*\(")
_WITHOUT = {"httpx.Limits": "max_connections", "httpx2.Limits": "max_connections"}
_BY_ZERO = {f"aiohttp.{name}": "limit" for name in ("TCPConnector", "UnixConnector")}


def check(project: Project) -> Iterator[Finding]:
    """Report pools of connections without a limit."""
    for site, scope in project.callsites.matching(_TEXT, b"Limits", b"Connector"):
        call = site.call
        if not last(call.func).endswith(("Limits", "Connector")) or any(one.name == "" for one in call.keywords):
            continue  # timid: `**options` may hold the limit
        for func in project.types.of(call.func, scope):
            name = func.name if isinstance(func, External) else ""
            option = _WITHOUT.get(name) or _BY_ZERO.get(name)
            if option is None:
                continue
            given = argument(call, 0, option) if name in _WITHOUT else argument(call, len(call.args), option)
            value = fixed(project.types, given, scope)
            off = value if value in ("None", "0") else ""
            if (name in _WITHOUT and given is None) or off == "None" or (off and name in _BY_ZERO):
                how = f"`{option}={off}`" if off else f"`{name}` without `{option}`"
                at = scope.module.span(call.start, call.end)
                yield Finding(at=at, message=f"{how} lets the pool of connections grow without end")
