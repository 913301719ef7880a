"""One run: find the files, read them, link them, ask the checks, and put what they say in order."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from fastlint.catalog import SelectorError, check_selectors, load_rules, select
from fastlint.engine.inputs import read_inputs
from fastlint.engine.memory import keep, recall
from fastlint.engine.report import Note, Report, Timing
from fastlint.errors import FastlintError
from fastlint.facts.discover import Discovery, Scope, discover
from fastlint.facts.manifest_names import is_manifest
from fastlint.facts.root import Root
from fastlint.settings import Settings
from fastlint.settings.places import rule_word_place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fastlint.catalog import Rule
    from fastlint.facts.files import FactsStore
    from fastlint.facts.manifests import Manifests
    from fastlint.facts.store import Store
    from fastlint.model.project import Project

Progress: TypeAlias = Callable[[int, int], None]


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What to check.

    Attributes:
        root: the project.
        settings: how to check it.
        given: the files and folders to report on, absolute; none means the whole project.
        unsaved: contents that are not (yet) on disk, by path relative to the root.
        cache: the folder for what is remembered between runs; None remembers nothing.
        jobs: how many processes to use; None leaves it to the reader of files.
    """

    root: Root
    settings: Settings
    given: tuple[Path, ...] = ()
    unsaved: dict[str, bytes] = {}
    cache: Path | None = None
    jobs: int | None = None


class Result(msgspec.Struct, frozen=True):
    """A report and the files it is about.

    Attributes:
        report: what was found in the files that were asked for.
        discovery: the files.
        whole: what was found in all of the project.
        remembered: whether nothing had to be worked out.
    """

    report: Report
    discovery: Discovery
    whole: Report
    remembered: bool = False


def check_project(request: Request, progress: Progress | None = None, discovery: Discovery | None = None) -> Result:
    """Check a project on disk.

    Args:
        request: what to check.
        progress: told how many files are read, of how many.
        discovery: the files, where they are known; by default they are looked for.

    Raises:
        FastlintError: a given path does not exist, or the settings name rules that do not.
    """
    started = time.perf_counter()
    root = request.root.path
    discovery = discovery or discover(request.root, request.given, request.settings, request.unsaved)
    notes = tuple(Note("warning", f"passed over {entry}") for entry in discovery.passed_over)
    inputs = read_inputs(root, discovery.files, discovery.manifests, request.unsaved, request.settings)
    report = recall(request.cache, inputs.key) if request.cache else None
    remembered = report is not None
    if report is None:
        found = Timing("discover", time.perf_counter() - started)
        report = _fresh(request, discovery, inputs.manifests, progress)
        report = msgspec.structs.replace(report, timings=(found, *report.timings))
        if request.cache and not report.failed and inputs.still_true(root):
            keep(request.cache, inputs.key, report)
    whole = msgspec.structs.replace(report, notes=(*notes, *report.notes))
    return Result(whole.within(discovery.scope, len(discovery.reported)), discovery, whole, remembered)


def check_sources(
    sources: Mapping[str, str | bytes], settings: Settings | None = None, rules: Sequence[Rule] | None = None
) -> Report:
    """Check a project in memory: its Python files and manifests by path.

    Args:
        sources: contents by posix path.
        settings: how to check; defaults.
        rules: what to run in place of what the settings select.
    """
    from fastlint.facts.load import store_of
    from fastlint.facts.manifests import manifests_of

    settings = settings or Settings()
    contents = {path: data.encode() if isinstance(data, str) else data for path, data in sources.items()}
    python = {path: data for path, data in contents.items() if path.endswith(".py")}
    others = {path: data for path, data in contents.items() if _is_manifest(path)}
    manifests = manifests_of(others, settings.target_versions)
    chosen = tuple(rules) if rules is not None else _selected(settings)
    report = _linked(store_of(python), settings, manifests, chosen)
    return report.within(Scope(), len(python))


@contextmanager
def open_project(request: Request) -> Iterator[Project]:
    """The linked project of a request, for those who ask the model themselves.

    Raises:
        FastlintError: a given path does not exist.
    """
    from fastlint.facts.manifests import read_manifests
    from fastlint.model.project import Project

    discovery = discover(request.root, request.given, request.settings, request.unsaved)
    manifests = read_manifests(request.root.path, discovery.manifests, request.settings.target_versions)
    with _read(request, discovery, None) as store:
        yield Project(store, request.settings, manifests)


def _fresh(request: Request, discovery: Discovery, contents: Mapping[str, bytes], progress: Progress | None) -> Report:
    from fastlint.facts.manifests import manifests_of

    settings = request.settings
    rules = _selected(settings, request.root.config)
    started = time.perf_counter()
    manifests = manifests_of(contents, settings.target_versions)
    with _read(request, discovery, progress) as store:
        read = Timing("read", time.perf_counter() - started)
        report = _linked(store, settings, manifests, rules)
    return msgspec.structs.replace(report, timings=(read, *report.timings))


def _linked(store: FactsStore, settings: Settings, manifests: Manifests, rules: Sequence[Rule]) -> Report:
    from fastlint.engine.checking import run_checks  # with all that only a fresh run needs
    from fastlint.model.project import Project

    return run_checks(Project(store, settings, manifests), rules)


def _selected(settings: Settings, config: Path | None = None) -> tuple[Rule, ...]:
    """The rules to run; a word that names none is told with its place in the configuration file."""
    rules = load_rules()
    words = [word for words in settings.per_file_ignores.values() for word in words]
    named = [*settings.select, *settings.ignore, *settings.extend_select]
    try:
        check_selectors(
            rules, dict.fromkeys([*named, *words, *settings.severity, *settings.fixable, *settings.unfixable])
        )
    except SelectorError as error:
        if config is None:
            raise
        placed = (f"{rule_word_place(config, word)}{problem}" for word, problem in error.problems.items())
        raise FastlintError("\n".join(placed)) from None
    return select(rules, settings.select, settings.ignore, settings.extend_select, settings.profile)


def _read(request: Request, discovery: Discovery, progress: Progress | None) -> Store:
    from fastlint.facts.load import read_project_files

    return read_project_files(
        request.root.path,
        discovery.files,
        cache_dir=request.cache,
        overlays=request.unsaved,
        jobs=request.jobs,
        second_opinion=_parses,
        progress=progress,
    )


def _parses(data: bytes) -> bool:
    """Whether the second parser reads a file; it is slow to load, and few files are doubted."""
    parses: Callable[[bytes], bool] = importlib.import_module("fastlint.fixing.parse").parses
    return parses(data)


def _is_manifest(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return is_manifest(name, folder)
