"""FLT309: ORJSONResponse and UJSONResponse are deprecated, and explicit JSON classes break streams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding
from fastlint.model.answer_fixes import without_the_class

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.json_classes import JsonClass
    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Places that ask for such a class."""
    for one in project.json_classes.all():
        if one.generators:
            first = one.generators[0]
            where = f"`{first.function.name}` ({project.contracts.label(first.route)})"
            message = f"{where} yields, which fails with `{one.text}` as its response class"
            yield Finding(at=one.at, message=message, severity="error", fix=without_the_class(project, one))
        elif one.deprecated:
            yield Finding(
                at=one.at,
                message=f"{_who(project, one)} {one.shown}, which is deprecated",
                fix=without_the_class(project, one),
            )


def _who(project: Project, one: JsonClass) -> str:
    match one.asking:
        case "route":
            return f"`{one.routes[0].function.name}` ({project.contracts.label(one.routes[0].route)}) answers with"
        case "subclass":
            return f"`{one.owner}` inherits from"
        case "call":
            return f"`{one.owner}` makes an" if one.text[:1] in "AEIOUaeiou" else f"`{one.owner}` makes a"
        case _:
            return f"Every route of this {'router' if one.asking == 'include' else one.asking} answers with"
