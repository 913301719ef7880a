"""Addresses of databases: which drivers an engine may be made with, as far as source tells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.facts.records import Attribute, Call, Conditional, FString, Name, Operation, Starred, Str
from fastlint.model.arguments import argument, keyword
from fastlint.model.expressions import head, inside, last, names_in, receiver
from fastlint.model.knowledge import libraries
from fastlint.model.nodes import ClassNode, FunctionNode
from fastlint.model.types import External, FunctionRef, Instance, MethodRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.callsites import CallSites
    from fastlint.model.constants import Constants
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.scan import Site
    from fastlint.model.stand_ins import Given
    from fastlint.text import Span

_SCHEME = re.compile(r"([a-z0-9]+)(?:\+([a-z0-9_]+))?://", re.IGNORECASE)
_NAME = re.compile(r"([a-z0-9]+)(?:\+([a-z0-9_]+))?", re.IGNORECASE)
_ENGINES = re.compile(rb"create_(?:async_)?engine\b")
_MAKERS = {
    libraries.canonical(name): is_async
    for name, is_async in (
        ("sqlalchemy.create_engine", False),
        ("sqlmodel.create_engine", False),
        ("sqlalchemy.ext.asyncio.create_async_engine", True),
    )
}
_ASYNC = frozenset({"asyncpg", "aiosqlite", "aiomysql", "asyncmy", "aioodbc", "psycopg_async", "oracledb_async"})
_EITHER = frozenset({"psycopg", "oracledb"})
_SYNC = frozenset(
    {
        "psycopg2",
        "psycopg2cffi",
        "pg8000",
        "pysqlite",
        "pysqlcipher",
        "mysqldb",
        "pymysql",
        "cymysql",
        "mysqlconnector",
        "mariadbconnector",
        "pyodbc",
        "pymssql",
        "cx_oracle",
    }
)
_DEFAULTS = {
    "sqlite": "pysqlite",
    "mysql": "mysqldb",
    "mariadb": "mysqldb",
    "mssql": "pyodbc",
    "postgresql": "psycopg2",
}
# Calls that build an address, each with the argument that names the driver: by class and method.
_BUILDERS = {"create": "drivername", "build": "scheme"}
_VALIDATORS = frozenset({"field_validator", "model_validator", "validator", "root_validator"})
_SAME = frozenset({"str", "make_url", "URL", "render_as_string", "unicode_string", "get_secret_value"})
_DEEPEST = 8


class Address:
    """A way in which source writes an address, and where; `driver` is "" where it leaves the driver out."""

    __slots__ = ("at", "dialect", "driver")

    def __init__(self, dialect: str, driver: str, at: Span) -> None:
        self.dialect = dialect
        self.driver = driver
        self.at = at

    @property
    def text(self) -> str:
        """`postgresql+asyncpg://`."""
        return f"{self.dialect}+{self.driver}://" if self.driver else f"{self.dialect}://"

    @property
    def driver_name(self) -> str:
        """The driver that is meant; for PostgreSQL the one of SQLAlchemy 2.0 and before."""
        return self.driver or _DEFAULTS.get(self.dialect, "")


class Mismatch:
    """An engine whose address names a driver of the other kind."""

    __slots__ = ("address", "is_async", "name", "scope", "site")

    def __init__(self, site: Site, scope: Scope, address: Address, *, is_async: bool) -> None:
        self.site = site
        self.scope = scope
        self.address = address
        self.is_async = is_async
        self.name = "create_async_engine" if is_async else "create_engine"


class Urls:
    """Answers which addresses engines are made with."""

    def __init__(self, inference: Inference, constants: Constants, callsites: CallSites) -> None:
        self._inference = inference
        self._constants = constants
        self._callsites = callsites

    def mismatches(self) -> Iterator[Mismatch]:
        """Engines that cannot use any of the drivers that their address may name."""
        for site, scope in self._callsites.matching(_ENGINES, b"create_engine", b"create_async_engine"):
            if not last(site.call.func).endswith("engine"):
                continue
            for func in self._inference.of(site.call.func, scope):
                is_async = _MAKERS.get(func.name) if isinstance(func, External) else None
                if is_async is None or (not is_async and self._is_wrapped(scope)):
                    continue
                found = self._of_site(site, scope)
                if found and all(_is_wrong(one.driver_name, is_async=is_async) for one in found):
                    yield Mismatch(site, scope, found[0], is_async=is_async)

    def _of_site(self, site: Site, scope: Scope) -> list[Address]:
        url = argument(site.call, 0, "url")
        if url is None or any(keyword(site.call, name) is not None for name in ("creator", "module", "strategy")):
            return []
        # timid: under a condition, what the address is by default needn't be what it is there
        written_here = isinstance(url, (Str, FString))
        if not written_here and not site.block.kinds().isdisjoint(("if", "else", "case", "except")):
            return []
        return self.addresses(url, scope) or []

    def _is_wrapped(self, scope: Scope) -> bool:
        """Whether the file makes an `AsyncEngine` of a plain one, which may then have an async driver."""
        return b"AsyncEngine(" in scope.module.facts.source.data

    # -- addresses

    def addresses(self, expr: Expr, scope: Scope) -> list[Address] | None:
        """All addresses that an expression may give; None where source doesn't tell each of them."""
        return self._of(expr, scope, 0)

    def _of(self, expr: Expr, scope: Scope, depth: int, given: Given | None = None) -> list[Address] | None:
        if depth > _DEEPEST:
            return None
        match expr:
            case Conditional(body=body, orelse=orelse):
                return _joined(self._of(one, scope, depth + 1, given) for one in (body, orelse))
            case Str() | FString() | Operation(op="+"):
                if given is None and _hangs_on_parameters(expr, scope):
                    return None
                match = _SCHEME.match(self._constants.text(expr, scope, given))
                return [self._address(match, expr, scope)] if match is not None else None
            case Call():
                return self._call(expr, scope, depth)
            case Name() | Attribute():
                return self._name(expr, scope, depth, given)
            case _:
                return None

    def _name(self, expr: Name | Attribute, scope: Scope, depth: int, given: Given | None) -> list[Address] | None:
        origins = [one for one in self._inference.origins(expr, scope) if one[0] is not expr]
        if any(isinstance(where, ClassNode) and self._is_checked(where) for _, where in origins):
            return None
        if not origins:
            return self._property(expr, scope, depth)
        return _joined(
            self._of(origin, where, depth + 1, given if where is scope else None) for origin, where in origins
        )

    def _is_checked(self, cls: ClassNode) -> bool:
        """Whether methods of a class of settings may make other values of its defaults."""
        for one in self._inference.members.mro(cls):
            if not isinstance(one, ClassNode):
                continue
            if "__init__" in one.methods or "model_post_init" in one.methods:
                return True
            names = (name for method in one.methods.values() for name in self._inference.decorator_names(method))
            if any(name.rpartition(".")[2] in _VALIDATORS for name in names):
                return True
        return False

    def _property(self, expr: Name | Attribute, scope: Scope, depth: int) -> list[Address] | None:
        """`settings.url` where `url` is a property: what it returns."""
        owner = receiver(expr)
        if owner is None:
            return None
        types = self._owner(owner, scope)
        for one in types:
            if isinstance(one, Instance) and isinstance(one.cls, ClassNode):
                method = self._inference.members.method(one.cls, last(expr))
                return self._returned(method, depth) if method is not None else None
        return None

    def _owner(self, owner: Expr, scope: Scope) -> tuple[object, ...]:
        if isinstance(owner, Name):
            head, _, rest = owner.id.partition(".")
            types = self._inference.lookup.name(head, scope, owner.start, ())
            return self._inference.path(types, rest) if rest else types
        return self._inference.of(owner, scope) if not isinstance(owner, Attribute) else ()

    def _returned(self, node: FunctionNode, depth: int, given: Given | None = None) -> list[Address] | None:
        """What a function returns that is called with `given`."""
        if node.is_generator or not node.scan.returns:
            return None
        values = [one.value for one in node.scan.returns]
        return _joined(self._of(one, node, depth + 1, given) if one is not None else None for one in values)

    def _call(self, call: Call, scope: Scope, depth: int) -> list[Address] | None:
        name = last(call.func)
        if name in _BUILDERS:
            return self._built(call, _BUILDERS[name], scope)
        if name == "replace":
            return self._replaced(call, scope, depth)
        if name in _SAME:
            inner = call.args[0] if name in ("str", "make_url", "URL") and call.args else receiver(call.func)
            return self._of(inner, scope, depth + 1) if inner is not None else None
        if name in ("getenv", "get", "Field"):
            default = keyword(call, "default") or argument(call, 0 if name == "Field" else 1, "default")
            return self._of(default, scope, depth + 1) if default is not None else None
        for func in self._inference.of(call.func, scope):
            if isinstance(func, FunctionRef) and not func.node.is_async and _is_plain(call):
                matched = self._inference.arguments.matched(func.node, call, 1 if func.bound is not None else 0)
                return self._returned(func.node, depth, {name: (value, scope) for name, value in matched})
        return None

    def _built(self, call: Call, name: str, scope: Scope) -> list[Address] | None:
        """`URL.create("postgresql+asyncpg", …)`, `PostgresDsn.build(scheme="postgresql", …)`."""
        known = any(
            isinstance(func, External) or (isinstance(func, MethodRef) and not isinstance(func.receiver, ClassNode))
            for func in self._inference.of(call.func, scope)
        )
        given = argument(call, 0, name)
        text = self._constants.known(given, scope) if known else None
        match = _NAME.fullmatch(text) if text else None
        return [self._address(match, given, scope)] if match is not None and given is not None else None

    def _replaced(self, call: Call, scope: Scope, depth: int) -> list[Address] | None:
        """`url.replace("postgresql://", "postgresql+asyncpg://")` of an address that is known."""
        base = receiver(call.func)
        found = self._of(base, scope, depth + 1) if base is not None else None
        texts = [self._constants.known(one, scope) for one in call.args[:2]]
        if found is None or len(texts) < 2 or texts[0] is None or texts[1] is None:  # noqa: PLR2004
            return None
        changed: list[Address] = []
        for one in found:
            match = _SCHEME.match(one.text.replace(texts[0], texts[1]))
            if match is None:
                return None
            changed.append(Address(match[1].lower(), (match[2] or "").lower(), one.at))
        return changed

    def _address(self, match: re.Match[str], expr: Expr, scope: Scope) -> Address:
        at = scope.module.span(expr.start, expr.end)
        return Address(match[1].lower(), (match[2] or "").lower(), at)


def _hangs_on_parameters(expr: Expr, scope: Scope) -> bool:
    """Whether an address that starts with no literal is made from parameters, whose defaults callers may change."""
    first = next((one for one in inside(expr) if isinstance(one, (Str, Name, Call))), None)
    if not isinstance(scope, FunctionNode) or (isinstance(first, Str) and "://" in first.value):
        return False
    return any(head(one) in scope.params and head(one) != "self" for one in names_in(expr))


def _is_plain(call: Call) -> bool:
    """Whether all arguments of a call are written out."""
    return not any(isinstance(one, Starred) for one in call.args) and all(one.name for one in call.keywords)


def _joined(alternatives: Iterator[list[Address] | None]) -> list[Address] | None:
    found: list[Address] = []
    for one in alternatives:
        if one is None:
            return None
        found += one
    return found


def _is_wrong(driver: str, *, is_async: bool) -> bool:
    return driver in (_SYNC if is_async else _ASYNC) and driver not in _EITHER
