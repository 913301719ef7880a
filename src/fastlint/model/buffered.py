"""Whole files, and whole tables as CSV, that an answer holds in memory before its first byte goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from fastlint.facts.records import Await, Call, Name, Sequence, With
from fastlint.model.calling import argument
from fastlint.model.expressions import last, receiver
from fastlint.model.plain import Plain
from fastlint.model.types import External, Instance, MethodRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr, Stmt
    from fastlint.model.contracts import Contracts
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.scan import Site
    from fastlint.model.types import Type

_OPENERS = frozenset({"builtins.open", "io.open", "aiofiles.open", "aiofiles.threadpool.open", "anyio.open_file"})
_PATHS = frozenset({"pathlib.Path", "anyio.Path", "pathlib.PosixPath", "pathlib.WindowsPath"})
_READS = frozenset({"read_bytes", "read_text"})
_FRAMES = frozenset({"pandas.DataFrame", "polars.DataFrame"})
_WRITERS = frozenset({"csv.writer", "csv.DictWriter"})
_BUFFERS = frozenset({"io.StringIO", "io.BytesIO"})
_CHAIN = 4


class Buffered(Plain, frozen=True):
    """A response that is made of a whole file or table.

    Attributes:
        path: for a file the expression of its path, where it is a single one.
        statement: what may be replaced by one `return`: the `return` itself, or a `with` around nothing else.
    """

    what: Literal["file", "csv"]
    call: Call
    function: FunctionNode
    path: Expr | None = None
    statement: Stmt | None = None


class BufferedAnswers:
    """Finds such responses."""

    def __init__(self, inference: Inference, contracts: Contracts) -> None:
        self._inference = inference
        self._contracts = contracts

    def of(self, function: FunctionNode) -> Iterator[Buffered]:
        """Such responses that a function constructs."""
        record = function.record
        data = function.module.facts.source.data[record.body_start : record.body_end]
        if b"Response" not in data or not (b"open" in data or b"read_" in data or b"csv" in data):
            return
        for site in function.scan.calls:
            kind = self._contracts.responses.made(site.call, function)
            content = argument(site.call, 0, "content")
            if kind not in ("plain", "stream") or content is None:
                continue
            path, direct = self._file(content, function, 0, opened=kind == "stream")
            if path is not None:
                yield Buffered(
                    "file", site.call, function, path, _replaceable(site) if direct and not _is_caught(site) else None
                )
            elif self._is_table(content, function):
                yield Buffered("csv", site.call, function)

    # -- files

    def _file(self, expr: Expr, function: FunctionNode, depth: int, *, opened: bool) -> tuple[Expr | None, bool]:
        """The path of the file that all of an expression comes from, and whether the expression itself says so."""
        if depth > _CHAIN:
            return None, False
        if isinstance(expr, Await):
            return self._file(expr.value, function, depth, opened=opened)
        if isinstance(expr, Name) and "." not in expr.id:
            bindings = function.bindings(expr.id)
            if len(bindings) != 1 or bindings[0].value is None or bindings[0].path:
                return None, False
            if bindings[0].kind not in ("value", "enter"):
                return None, False
            return self._file(bindings[0].value, function, depth + 1, opened=opened)[0], bindings[0].kind == "enter"
        if not isinstance(expr, Call):
            return None, False
        if opened and (path := self._opened(expr, function)) is not None:
            return path, True
        if self._is_buffer(expr, function) and expr.args:  # BytesIO(file.read())
            return self._file(expr.args[0], function, depth + 1, opened=opened)[0], False
        return self._read(expr, function, depth)

    def _opened(self, call: Call, function: FunctionNode) -> Expr | None:
        """The path in `open(path)`."""
        for one in self._inference.of(call.func, function):
            if isinstance(one, External) and one.name in _OPENERS:
                return argument(call, 0, "file")
        return None

    def _read(self, call: Call, function: FunctionNode, depth: int) -> tuple[Expr | None, bool]:
        """The path in `open(path).read()`, `file.read()`, `Path(path).read_bytes()`."""
        owner, method = receiver(call.func), last(call.func)
        if owner is None:
            return None, False
        if method == "read" and not call.args:
            return self._file(owner, function, depth + 1, opened=True)
        if method in _READS:
            types = self._inference.of(owner, function)
            if any(isinstance(one, Instance) and one.cls in _PATHS for one in types):
                return owner, True
        return None, False

    # -- tables

    def _is_table(self, expr: Expr, function: FunctionNode) -> bool:
        """`buffer.getvalue()`, `iter([buffer.getvalue()])` or the buffer itself, where a csv writer fills it."""
        if function.is_generator:
            return False
        if self._is_written_frame(expr, function, 0):
            return True
        name = self._buffer_name(expr, function, 0)
        return name is not None and any(
            (isinstance(one, External) and one.name in _WRITERS) or _writes_frame(one)
            for site in function.scan.calls
            if site.call.args and isinstance(site.call.args[0], Name) and site.call.args[0].id == name
            for one in self._inference.of(site.call.func, function)
        )

    def _is_written_frame(self, expr: Expr, function: FunctionNode, depth: int) -> bool:
        """`frame.to_csv()`, which gives the text, be it in a buffer, encoded, or kept in a variable."""
        match expr:
            case Call(func=func, args=args):
                if not args and any(map(_writes_frame, self._inference.of(func, function))):
                    return True
                owner = receiver(func)
                if depth < _CHAIN and owner is not None and last(func) == "encode":
                    return self._is_written_frame(owner, function, depth + 1)
                wraps = last(func) == "iter" or self._is_buffer(expr, function)
                return depth < _CHAIN and wraps and bool(args) and self._is_written_frame(args[0], function, depth + 1)
            case Sequence(items=(item,)):
                return depth < _CHAIN and self._is_written_frame(item, function, depth + 1)
            case Name(id=name) if "." not in name:
                values = [one.value for one in function.bindings(name) if one.value is not None]
                return depth < _CHAIN and len(values) == 1 and self._is_written_frame(values[0], function, depth + 1)
        return False

    def _buffer_name(self, expr: Expr, function: FunctionNode, depth: int) -> str | None:
        if depth > _CHAIN:
            return None
        match expr:
            case Name(id=name) if "." not in name:
                values = [one.value for one in function.bindings(name) if one.value is not None]
                if len(values) == 1 and isinstance(values[0], Call) and self._is_buffer(values[0], function):
                    return name
                return self._buffer_name(values[0], function, depth + 1) if len(values) == 1 else None
            case Sequence(items=(item,)):
                return self._buffer_name(item, function, depth + 1)
            case Call(func=func, args=args):
                owner = receiver(func)
                if owner is not None:
                    passed = last(func) in ("getvalue", "encode", "read")
                    return self._buffer_name(owner, function, depth + 1) if passed else None
                return self._buffer_name(args[0], function, depth + 1) if last(func) == "iter" and args else None
            case _:
                return None

    def _is_buffer(self, call: Call, function: FunctionNode) -> bool:
        return any(
            isinstance(one, External) and one.name in _BUFFERS for one in self._inference.of(call.func, function)
        )


def _writes_frame(one: Type) -> bool:
    return isinstance(one, MethodRef) and one.owner in _FRAMES and one.path in ("to_csv", "write_csv")


def _is_caught(site: Site) -> bool:
    """Whether a `try` may wait for the error of a missing file, which comes later if the response opens the file."""
    return "try" in site.block.kinds()


def _replaceable(site: Site) -> Stmt | None:
    """The `return` of a response, or the `with` that holds nothing but it."""
    if site.use != "return":
        return None
    owner = site.block.owner
    if isinstance(owner, With) and site.block.kind == "with":
        return owner if len(owner.body) == 1 and len(owner.items) == 1 else None
    return site.statement
