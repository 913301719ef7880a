"""Whether the manifests ask for what SQLAlchemy's async API needs, and how they would."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.findings import ReplaceText
from fastlint.model.layers import is_test
from fastlint.text import Span

if TYPE_CHECKING:
    from fastlint.facts.manifests import Manifests, Requirement
    from fastlint.model.modules import Modules

# The first release that does not install greenlet by itself.
_WITHOUT = ">=2.1"
_EXTRAS = frozenset({"asyncio", "aiosqlite", "aiomysql", "aioodbc", "asyncmy", "postgresql-asyncpg"})
# The first release of sqlmodel that is known to take it.
_ALLOWS = ">=0.0.50"
# Libraries that bring greenlet along.
_BRING = ("greenlet", "gevent", "eventlet", "playwright", "fastapi-users-db-sqlalchemy", "advanced-alchemy")
_USES = (b"sqlalchemy.ext.asyncio", b"sqlmodel.ext.asyncio")
_WORD = re.compile(r"([A-Za-z0-9._-]+)\s*(?:\[([^\]]*)\])?")
_POETRY = re.compile(r"""["']?\s*=\s*("[^"\n]*"|'[^'\n]*')""")
_KEY = re.compile(r"""["']?\s*=(?!=)""")


class AsyncExtra:
    """Answers whether greenlet is missing."""

    def __init__(self, modules: Modules, manifests: Manifests) -> None:
        self._modules = modules
        self._manifests = manifests

    def missing(self) -> Requirement | None:
        """The requirement that installs SQLAlchemy without greenlet in a project that uses its async API."""
        manifests = self._manifests
        sqlmodel = manifests.requirements.get("sqlmodel")
        found = manifests.requirements.get("sqlalchemy")
        if found is None and sqlmodel is not None and manifests.may_be("sqlmodel", _ALLOWS):
            found = sqlmodel
        elif not manifests.may_be("sqlalchemy", _WITHOUT):
            return None
        if found is None or not found.declared or self._is_capped:
            return None
        users = manifests.requirements.get("fastapi-users")
        extras = {*found.extras, *(sqlmodel.extras if sqlmodel is not None else ())}
        if users is not None and "sqlalchemy" in users.extras:
            return None
        named = {one.replace("_", "-").lower() for one in extras}
        if named & _EXTRAS or any(manifests.uses(one) for one in _BRING) or not self._is_used():
            return None
        return found

    @property
    def is_sure(self) -> bool:
        """Whether the project surely runs on a SQLAlchemy without greenlet; where its version is open, it may."""
        requirements = self._manifests.requirements
        return "sqlalchemy" in requirements and self._manifests.surely("sqlalchemy", _WITHOUT)

    @property
    def _is_capped(self) -> bool:
        """Whether sqlmodel keeps SQLAlchemy below that."""
        return self._manifests.uses("sqlmodel") and not self._manifests.may_be("sqlmodel", _ALLOWS)

    def _is_used(self) -> bool:
        sources = (one.facts.source for one in self._modules.by_path.values() if not is_test(one.path))
        return any(word in source.data for source in sources for word in _USES)

    def edit(self, requirement: Requirement) -> ReplaceText | None:
        """The change that asks for the extra; None where the notation is not understood."""
        at = requirement.at
        data = self._manifests.texts.get(at.path, "").encode()
        word, after = data[at.start : at.end].decode(), data[at.end :].decode()
        if not at.path.endswith((".toml", ".txt", ".in")) or data.count(word.encode()) != 1:
            return None
        table = _POETRY.match(after)
        if table is not None:
            start = at.end + len(after[: table.start(1)].encode())
            span = Span(at.path, start, start + len(table[1].encode()))
            return ReplaceText(span, f'{{ version = {table[1]}, extras = ["asyncio"] }}')
        match = _WORD.match(word)
        if match is None or _KEY.match(after):
            return None
        end = at.start + len(match[0].rstrip().encode())
        extras = f"{match[2]},asyncio" if match[2] else "asyncio"
        return ReplaceText(Span(at.path, at.start, end), f"{match[1]}[{extras}]")
