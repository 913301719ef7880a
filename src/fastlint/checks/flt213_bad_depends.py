"""FLT213: `Depends` must wrap what is to be called, in a signature or a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding
from fastlint.model.routing_fixes import wrap_in_depends

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.misused_depends import Misuse
    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report uses of `Depends` that fail or do nothing."""
    for misuse in project.misused_depends.all():
        yield Finding(at=misuse.span, message=_message(misuse), fix=wrap_in_depends(misuse))


def _message(misuse: Misuse) -> str:
    match misuse.kind:
        case "uncalled":
            return f"`{misuse.text}` is not called, so `{misuse.name}` is read from the query string"
        case "result":
            return f"`Depends({misuse.text})` gets what `{misuse.name}` gives, which can't be called"
        case "unwrapped":
            return f"`{misuse.text}` stands in `dependencies` without `Depends`"
        case "twice":
            return f"`{misuse.name}` has a `Depends` in `Annotated` and another as its default, which fails at import"
        case "body":
            function = misuse.function.name if misuse.function else "this function"
            return f"`Depends` resolves nothing in the body of `{function}`: `{misuse.name}` is the marker itself"
