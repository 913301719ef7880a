"""FLT206: code is laid out by domain, not by file type."""

from __future__ import annotations

from collections import defaultdict
from posixpath import basename
from typing import TYPE_CHECKING

from fastlint.findings import Finding
from fastlint.model.layering import subject
from fastlint.model.layers import is_test

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.project import Project
    from fastlint.settings.schema import Role

# So many folders by type, and so many domains that are spread over them, make a layout.
_FOLDERS = 3
_DOMAINS = 2


def check(project: Project) -> Iterator[Finding]:
    """Report a project that is laid out by file type throughout."""
    layers = project.layers
    apps = [app for app in project.routes.apps if not is_test(app.scope.module.path)]
    if not apps or layers.domains:
        return
    spread: defaultdict[str, dict[Role, str]] = defaultdict(dict)
    for folder, members in layers.type_folders.items():
        for module in members:
            role = layers.role(module)
            if role is not None:
                spread[subject(module)].setdefault(role, basename(folder))
    domains = sorted(name for name, roles in spread.items() if len(roles) > 1)
    roles = {role for name in domains for role in spread[name]}
    folders = sorted({folder for name in domains for folder in spread[name].values()})
    if len(roles) >= _FOLDERS and len(domains) >= _DOMAINS:
        names = ", ".join(f"`{folder}`" for folder in folders)
        told = ", ".join(f"`{name}`" for name in domains[:3])
        app = max(apps, key=lambda one: len(one.entries))
        yield Finding(at=app.span, message=f"Domains such as {told} are split by file type over {names}")
