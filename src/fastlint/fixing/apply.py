"""Many fixes at once: what they make of the files that they change, and which of them have to wait."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from fastlint.fixing.document import TextEdit
from fastlint.fixing.plan import File, Plan, Workpiece, planned
from fastlint.fixing.width import Widths
from fastlint.fixing.withheld import ConflictError, WithheldError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fastlint.findings import Edit, Fix


class Applied(msgspec.Struct, frozen=True):
    """What became of fixes, each named by its place in the order that they were given in.

    Attributes:
        edits: by path, what changes in the text; offsets are those of spans.
        contents: by path, the new bytes.
        made: the fixes that are in it.
        waiting: those that clash with one before them.
        withheld: those that cannot be made at all, with the reason.
    """

    edits: dict[str, tuple[TextEdit, ...]]
    contents: dict[str, bytes]
    made: tuple[int, ...]
    waiting: tuple[int, ...]
    withheld: dict[int, str]


class _Done(msgspec.Struct, frozen=True):
    """One file with fixes made."""

    edits: tuple[TextEdit, ...]
    content: bytes


class Bench:
    """Applies fixes to files as they are; what was parsed for one fix serves the next.

    Args:
        read: the bytes of a file by its path; none where there is none.
    """

    def __init__(self, read: Callable[[str], bytes]) -> None:
        self._read = read
        self._widths = Widths(read)
        self._files: dict[str, File] = {}

    def apply(self, fixes: Sequence[Fix], *, to_write: bool = True) -> Applied:
        """Apply fixes, the earlier before the later; each is made as a whole or not at all.

        Args:
            fixes: what is to be made.
            to_write: whether the result is to be written, and so must be fit to be edited again.
        """
        plans: dict[int, Mapping[str, Plan]] = {}
        withheld: dict[int, str] = {}
        for index, fix in enumerate(fixes):
            try:
                plans[index] = self._planned(fix)
            except WithheldError as error:
                withheld[index] = str(error)
        made = self._compatible(plans)
        done: dict[str, _Done] = {}
        doubtful: set[str] = set()
        for path, piece in self._pieces([plans[index] for index in made]).items():
            try:
                done[path] = self._done(path, piece, to_write=to_write)
            except (ConflictError, WithheldError):
                doubtful.add(path)
        if doubtful:
            made = self._one_by_one(plans, made, doubtful, done, withheld)
        waiting = tuple(index for index in plans if index not in made and index not in withheld)
        edits = {path: one.edits for path, one in done.items()}
        contents = {path: one.content for path, one in done.items() if one.edits}
        return Applied(edits, contents, tuple(made), waiting, withheld)

    def _planned(self, fix: Fix) -> Mapping[str, Plan]:
        by_path: dict[str, list[Edit]] = defaultdict(list)
        for edit in fix.edits:
            by_path[edit.at.path].append(edit)
        try:
            return {path: planned(self._file(path), edits) for path, edits in by_path.items()}
        except ConflictError:
            raise WithheldError("its own edits clash") from None

    def _file(self, path: str) -> File:
        raw = self._read(path)
        file = self._files.get(path)
        if file is None or file.document.raw != raw:
            file = self._files[path] = File(path, raw)
        return file

    def _compatible(self, plans: Mapping[int, Mapping[str, Plan]]) -> list[int]:
        """The fixes that go together as far as one can tell without making them."""
        pieces: dict[str, Workpiece] = {}
        made: list[int] = []
        for index, by_path in plans.items():
            try:
                self._take(pieces, by_path)
            except ConflictError:
                continue
            made.append(index)
        return made

    def _pieces(self, plans: Sequence[Mapping[str, Plan]]) -> dict[str, Workpiece]:
        pieces: dict[str, Workpiece] = {}
        for by_path in plans:
            self._take(pieces, by_path)
        return pieces

    def _take(self, pieces: dict[str, Workpiece], by_path: Mapping[str, Plan]) -> None:
        for path, plan in by_path.items():
            if path in pieces:
                pieces[path].check(plan)
        for path, plan in by_path.items():
            if path not in pieces:
                file = self._file(path)
                pieces[path] = Workpiece(file, self._widths.of(path, file.document.code))
            pieces[path].take(plan)

    def _done(self, path: str, piece: Workpiece, *, to_write: bool) -> _Done:
        edits = piece.edits(to_write=to_write)
        return _Done(edits, self._file(path).document.changed(edits))

    def _one_by_one(
        self,
        plans: Mapping[int, Mapping[str, Plan]],
        compatible: Sequence[int],
        doubtful: set[str],
        done: dict[str, _Done],
        withheld: dict[int, str],
    ) -> list[int]:
        """The fixes that go together, where something showed only when all was made.

        Those of the files in doubt are tried one after the other, each on top of what is good so far.
        """
        made = [index for index in compatible if doubtful.isdisjoint(plans[index])]
        shaky = sorted(set(compatible) - set(made))
        affected = {path for index in shaky for path in plans[index]}
        for path in affected:
            done.pop(path, None)
            piece = self._pieces([{path: plans[index][path]} for index in made if path in plans[index]]).get(path)
            if piece is not None:
                done[path] = self._done(path, piece, to_write=True)
        for index in shaky:
            try:
                done.update(self._tried([plans[one] for one in made], plans[index]))
            except ConflictError:
                continue
            except WithheldError:
                try:
                    self._tried([], plans[index])
                except (ConflictError, WithheldError) as error:
                    withheld[index] = str(error) or "its own edits clash"
                continue
            made.append(index)
        return sorted(made)

    def _tried(self, before: Sequence[Mapping[str, Plan]], by_path: Mapping[str, Plan]) -> dict[str, _Done]:
        """The files of one more fix, with it made on top of others."""
        near = [{path: plan for path, plan in one.items() if path in by_path} for one in before]
        pieces = self._pieces([*near, by_path])
        return {path: self._done(path, pieces[path], to_write=True) for path in by_path}
