"""FLT205: imports go down the layers, and domains ask each other's services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.layering import Inversion
    from fastlint.model.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Report imports that run upwards, past a layer, across domains, or in a circle."""
    layers = project.layers
    for found in project.layering.inversions():
        lower, upper = layers.role(found.used.importer), layers.role(found.used.target)
        style = found.kind == "across" and project.layering.is_shared_style
        yield Finding(
            at=found.used.span,
            message=_message(found, lower or "", upper or ""),
            severity="info" if style else None,
        )
    for one, back in project.layering.cycles():
        mine, theirs = (layers.domain(module) or "" for module in (one.importer, back.importer))
        yield Finding(
            at=one.span,
            message=f"Domains `{_name(mine)}` and `{_name(theirs)}` import each other",
            trace=(Step(back.span, f"`{back.importer.name}` imports `{back.target.name}`"),),
        )


def _message(found: Inversion, lower: str, upper: str) -> str:
    importer, target = found.used.importer.name, found.used.target.name
    said = f"{_TITLES[lower]} `{importer}` imports {_TITLES[upper].lower()} `{target}`"
    if found.service is None:
        return said
    return f"{said}, which `{found.service.name}` stands before"


def _name(folder: str) -> str:
    return folder.rpartition("/")[2]


_TITLES = {"repo": "Repository", "service": "Service", "router": "Router"}
