"""Whether calls of libraries' functions and methods block, receivers and arguments considered."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from fastlint.facts.records import Constant, FString, Name, Str
from fastlint.model.knowledge import lookup, offload
from fastlint.model.knowledge.conditions import arguments_of
from fastlint.model.types import External, Instance, MethodRef, qualified

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastlint.facts.records import Call, Expr, Keyword
    from fastlint.model.inference import Inference
    from fastlint.model.knowledge.blocking import Blocking
    from fastlint.model.knowledge.verdict import BlockingCall
    from fastlint.model.nodes import FunctionNode, Scope
    from fastlint.model.types import Env, Types

_KERNEL = ("/proc/", "/sys/", "/dev/null", "/dev/urandom")  # reading these waits for no disk
_PATHS = ("builtins.str", "os.PathLike", "pathlib.Path", "pathlib.PurePath", "io.FileIO")
_BUFFERS = frozenset({"io.BytesIO", "io.StringIO", "_io.BytesIO", "_io.StringIO"})
# What looks at what it is given, and calls none of it.
_LOOKERS = frozenset(
    f"builtins.{name}"
    for name in (
        *("bool", "bytes", "dict", "enumerate", "float", "frozenset", "getattr", "hasattr", "id", "int", "isinstance"),
        *("issubclass", "len", "list", "range", "repr", "reversed", "set", "str", "tuple", "type", "zip"),
    )
)


class Verdicts:
    """Judges calls of libraries by what is known of blocking."""

    def __init__(self, inference: Inference, blocking: Blocking) -> None:
        self._inference = inference
        self._blocking = blocking
        self._plain: dict[str | tuple[str, str], bool] = {}

    def is_idle(self, types: Types, call: Call) -> bool:
        """Whether a call can only be of libraries' callables that don't block, nor run what they are given."""
        return self.idleness(types) > hands_names(call)

    def idleness(self, types: Types) -> int:
        """Whether calls can only be of libraries' callables that don't block, nor run what they are given.

        2: whatever the call, 1: unless it is given something by name, which they may run, 0: no.
        """
        found = 2
        for one in types:
            if isinstance(one, External):
                if one.name not in _LOOKERS:
                    found = 1
                key: str | tuple[str, str] = one.name
            elif isinstance(one, MethodRef):
                found = 1
                key = (one.owner, one.path)
            else:
                return 0
            plain = self._plain.get(key)
            if plain is None:
                plain = self._plain[key] = not self._of_note(one)
            if not plain:
                return 0
        return found if types else 0

    def _of_note(self, func: External | MethodRef) -> bool:
        """Whether a library's callable blocks, runs what it is given, or makes a coroutine that must be awaited."""
        shelf = self._inference.libraries
        if self._blocking.extra or _spoken_of(func):
            return True
        if isinstance(func, External):
            hands = offload.escape(func.name) is not None or offload.spawn(func.name) is not None
            return hands or shelf.is_coroutine_function(func.name)
        return (
            offload.escape_method(func.owner, func.path) is not None
            or offload.spawn_method(func.owner, func.path) is not None
            or shelf.is_coroutine(func.owner, func.path)
        )

    def of(self, func: External | MethodRef, call: Call, node: FunctionNode, env: Env) -> BlockingCall | None:
        """Why calling a library's function or method here blocks; None where it doesn't or isn't known to."""
        if not self._blocking.extra and not _spoken_of(func):
            return None

        def named(expr: Expr) -> str | None:
            types = self._inference.of(expr, node, env)
            return qualified(types[0]) if len(types) == 1 else None

        arguments = arguments_of(call, named)
        if isinstance(func, External):
            verdict = self._blocking.call(func.name, arguments)
            memory = verdict is not None and verdict.kind == "file" and self._in_memory(call.args[:1], node, env)
            own = verdict is not None and verdict.kind == "file" and verdict.via == "constructor"
            return None if memory or (own and self._is_own(call.args[:1], node, env)) else verdict
        origin = None
        if func.receiver is not None and func.receiver.origin is not None:
            made = self._inference.constructed.get(func.receiver.origin)
            origin = arguments_of(made[0]) if made is not None else None
        verdict = self._blocking.method(func.owner, func.path, arguments, origin)
        if verdict is None or self.made_harmless(func.receiver, verdict):
            return None
        return None if verdict.kind == "file" and self._in_memory(call.args[:1], node, env) else verdict

    def made_harmless(self, receiver: Instance | None, verdict: BlockingCall) -> bool:
        """Whether a file object was made around a buffer in memory (`ZipFile(BytesIO(data))`), a lock not to wait."""
        made = (
            self._inference.constructed.get(receiver.origin)
            if receiver is not None and receiver.origin is not None
            else None
        )
        if made is None:
            return False
        call, scope, env = made
        if verdict.kind == "lock":
            return any(_is_impatient(one) for one in call.keywords)
        given = (*call.args, *(one.value for one in call.keywords))
        return verdict.kind == "file" and (
            self._in_memory(given, scope, env) or self._is_own(call.args[:1], scope, env)
        )

    def _in_memory(self, exprs: Iterable[Expr], scope: Scope, env: Env) -> bool:
        """Whether some of it is a buffer, or a file that the kernel makes up (`/proc/self/status`)."""
        return any(
            _of_kernel(expr)
            or any(isinstance(one, Instance) and one.cls in _BUFFERS for one in self._inference.of(expr, scope, env))
            for expr in exprs
        )

    def _is_own(self, exprs: Iterable[Expr], scope: Scope, env: Env) -> bool:
        """Whether it is an object of the project that something is written to: no path, and of no disk we know of."""
        return any(
            isinstance(one, Instance)
            and not isinstance(one.cls, str)
            and not self._inference.members.is_subclass(one.cls, *_PATHS)
            for expr in exprs
            for one in self._inference.of(expr, scope, env)
        )


def _of_kernel(path: Expr) -> bool:
    first = path.parts[0] if isinstance(path, FString) and path.parts else path
    return isinstance(first, Str) and first.value.startswith(_KERNEL)


def hands_names(call: Call) -> bool:
    """Whether a call is given something by name, which may be a function, in a place for functions to be run."""
    for one in call.args[:3]:
        if type(one) is Name:
            return True
    return bool(call.keywords) and any(
        keyword.name in ("func", "target") and type(keyword.value) is Name for keyword in call.keywords
    )


def _is_impatient(given: Keyword) -> bool:
    """`timeout=0`, `blocking=False`."""
    value = given.value
    return isinstance(value, Constant) and (given.name, value.text) in (("timeout", "0"), ("blocking", "False"))


def _spoken_of(func: External | MethodRef) -> bool:
    """Whether any row may be about a callable; where none is, its arguments need no look."""
    if isinstance(func, External):
        return lookup.callable_(func.name) is not None
    return _method_spoken_of(func.owner, func.path)


@cache
def _method_spoken_of(owner: str, path: str) -> bool:
    return lookup.class_row(owner) is not None or "." in path or lookup.pattern_of(owner, path) is not None
