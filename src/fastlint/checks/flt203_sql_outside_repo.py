"""FLT203: where there is a repository layer, SQL belongs there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project

_LIBRARIES = (b"sqlalchemy", b"sqlmodel")


def check(project: Project) -> Iterator[Finding]:
    """Report functions of services that build SQL, in a project that has repositories."""
    layers = project.layers
    modules = project.modules.by_path.values()
    if not any(layers.role(module) == "repo" and (module.functions or module.classes) for module in modules):
        return
    for module in modules:
        data = module.facts.source.data
        if not any(name in data for name in _LIBRARIES) or layers.role(module) != "service":
            continue
        for function in module.functions:
            built = [one for one in project.statements.of(function) if one.kind == "construct"]
            if built:
                call = built[0].call
                yield Finding(
                    at=module.span(call.start, call.end),
                    message=f"Service function `{function.local_name}` builds SQL itself, by `{built[0].name}`",
                )
